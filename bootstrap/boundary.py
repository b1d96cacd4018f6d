"""The most that a role of a stack can do: whoever deploys may make roles, and none that does more than tasks need.

It gives nothing by itself: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
"""

from __future__ import annotations

from collections.abc import Sequence

import pulumi

from berth.components.role import Statement

ANYWHERE = (
    # What tasks do, docs/iam.md: a role's own policy names the repository, log group, file system and key.
    *("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetAuthorizationToken"),
    *("ecr:GetDownloadUrlForLayer", "logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogGroups"),
    *("logs:DescribeLogStreams", "logs:PutLogEvents", "elasticfilesystem:ClientMount"),
    *("elasticfilesystem:ClientWrite", "kms:Decrypt", "ssmmessages:CreateControlChannel"),
    *("ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel"),
    # Schedules, and ECS itself in a blue/green deployment.
    *("ecs:RunTask", "ecs:TagResource", "elasticloadbalancing:DeregisterTargets"),
    *("elasticloadbalancing:DescribeListeners", "elasticloadbalancing:DescribeRules"),
    *("elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeTargetHealth"),
    *("elasticloadbalancing:ModifyRule", "elasticloadbalancing:RegisterTargets"),
    # Instances: AmazonEC2ContainerServiceforEC2Role and AmazonSSMManagedInstanceCore, and the stack's address.
    *("ec2:AssociateAddress", "ec2:DescribeTags", "ecs:DeregisterContainerInstance", "ecs:DiscoverPollEndpoint"),
    *("ecs:Poll", "ecs:RegisterContainerInstance", "ecs:StartTelemetrySession", "ecs:Submit*"),
    *("ecs:UpdateContainerInstancesState", "ec2messages:*", "ssm:DescribeAssociation", "ssm:DescribeDocument"),
    *("ssm:GetDeployablePatchSnapshotForInstance", "ssm:GetDocument", "ssm:GetManifest"),
    *("ssm:ListAssociations", "ssm:ListInstanceAssociations", "ssm:PutComplianceItems"),
    *("ssm:PutConfigurePackageResult", "ssm:PutInventory", "ssm:UpdateAssociationStatus"),
    *("ssm:UpdateInstanceAssociationStatus", "ssm:UpdateInstanceInformation"),
)
"""Not ``ssm:GetParameter``, which the second of these policies has, too: an instance reads no parameter of others."""


def boundary(
    applications: Sequence[str],
    external_arns: Sequence[str],
    partition: pulumi.Input[str],
    account_id: pulumi.Input[str],
) -> Sequence[Statement]:
    """Secrets, parameters and roles are those of the applications, and ``external_arns``, which the files name."""

    def arns(pattern: str) -> list[pulumi.Output[str]]:
        return [
            pulumi.Output.all(partition, account_id).apply(
                lambda known, name=name: f"arn:{known[0]}:" + pattern.format(account=known[1], name=name)
            )
            for name in applications
        ]

    secrets = arns("secretsmanager:*:{account}:secret:{name}-*")
    return [
        Statement(actions=ANYWHERE, resources=["*"]),
        Statement(actions=("secretsmanager:GetSecretValue",), resources=secrets),
        Statement(actions=("iam:PassRole",), resources=arns("iam::{account}:role/{name}-*")),
        *external_statements(external_arns),
    ]


def external_statements(arns: Sequence[str]) -> Sequence[Statement]:
    """The external secrets and parameters among ``arns`` may be read."""
    kinds = (("secretsmanager", "GetSecretValue"), ("ssm", "GetParameters"))
    found = ((service, action, _of(service, arns)) for service, action in kinds)
    return [
        Statement(actions=(f"{service}:{action}",), resources=resources)
        for service, action, resources in found
        if resources
    ]


def _of(service: str, arns: Sequence[str]) -> list[str]:
    """A secret's ARN may end with the key of a JSON in it; the permission is for all of it."""
    return [":".join(arn.split(":")[:7]) for arn in arns if arn.split(":")[2] == service]
