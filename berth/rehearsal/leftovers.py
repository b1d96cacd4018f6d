"""What exists in an account, asked from AWS's APIs and not from Pulumi's state."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Client = Callable[[str], Any]
"""A boto3 client by the service's name."""

LISTS: tuple[tuple[str, str, Mapping[str, Any], str, str], ...] = (
    # service, paginated operation, its arguments, the key of its list, the key of a name (none: the item is one)
    ("ecs", "list_clusters", {}, "clusterArns", ""),
    ("ecs", "list_task_definitions", {"status": "ACTIVE"}, "taskDefinitionArns", ""),
    ("ecr", "describe_repositories", {}, "repositories", "repositoryName"),
    ("ec2", "describe_vpcs", {}, "Vpcs", "VpcId"),
    ("ec2", "describe_subnets", {}, "Subnets", "SubnetId"),
    ("ec2", "describe_route_tables", {}, "RouteTables", "RouteTableId"),
    ("ec2", "describe_internet_gateways", {}, "InternetGateways", "InternetGatewayId"),
    ("ec2", "describe_vpc_endpoints", {}, "VpcEndpoints", "VpcEndpointId"),
    ("ec2", "describe_security_groups", {}, "SecurityGroups", "GroupId"),
    ("ec2", "describe_launch_templates", {}, "LaunchTemplates", "LaunchTemplateId"),
    ("ec2", "describe_addresses", {}, "Addresses", "AllocationId"),
    ("autoscaling", "describe_auto_scaling_groups", {}, "AutoScalingGroups", "AutoScalingGroupName"),
    ("elbv2", "describe_load_balancers", {}, "LoadBalancers", "LoadBalancerArn"),
    ("elbv2", "describe_target_groups", {}, "TargetGroups", "TargetGroupArn"),
    ("efs", "describe_file_systems", {}, "FileSystems", "FileSystemId"),
    ("efs", "describe_access_points", {}, "AccessPoints", "AccessPointId"),
    ("secretsmanager", "list_secrets", {}, "SecretList", "ARN"),
    ("logs", "describe_log_groups", {}, "logGroups", "logGroupName"),
    ("iam", "list_roles", {}, "Roles", "RoleName"),
    ("iam", "list_instance_profiles", {}, "InstanceProfiles", "InstanceProfileName"),
    ("servicediscovery", "list_namespaces", {}, "Namespaces", "Id"),
    ("cloudwatch", "describe_alarms", {}, "MetricAlarms", "AlarmName"),
    ("cloudwatch", "list_dashboards", {}, "DashboardEntries", "DashboardName"),
    ("events", "list_rules", {}, "Rules", "Name"),
    ("sns", "list_topics", {}, "Topics", "TopicArn"),
)

ENDED = {"deleted", "deleting", "terminated"}
"""States in which AWS still shows for a while what is gone."""


def resources(client: Client) -> frozenset[str]:
    """Everything of the kinds that Berth creates, as ``ecs list_clusters NAME``."""
    return frozenset(
        [
            *(f"{service} {operation} {name}" for service, operation, *_, name in _listed(client)),
            *_services(client),
            *_nat_gateways(client),
            *_own_capacity_providers(client),
            *_keys(client),
            *_budgets(client),
        ]
    )


def _listed(client: Client) -> Iterator[tuple[str, str, str]]:
    for service, operation, arguments, items, key in LISTS:
        for page in _pages(client(service), operation, arguments):
            for item in page.get(items, []):
                yield service, operation, item[key] if key else item


def _pages(client: Any, operation: str, arguments: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if client.can_paginate(operation):
        yield from client.get_paginator(operation).paginate(**arguments)
    else:
        yield getattr(client, operation)(**arguments)


def _services(client: Client) -> Iterator[str]:
    ecs = client("ecs")
    for cluster in ecs.list_clusters()["clusterArns"]:
        for page in ecs.get_paginator("list_services").paginate(cluster=cluster):
            yield from (f"ecs list_services {arn}" for arn in page["serviceArns"])


def _nat_gateways(client: Client) -> Iterator[str]:
    for gateway in client("ec2").describe_nat_gateways()["NatGateways"]:
        if gateway["State"] not in ENDED:
            yield f"ec2 describe_nat_gateways {gateway['NatGatewayId']}"


def _own_capacity_providers(client: Client) -> Iterator[str]:
    for provider in client("ecs").describe_capacity_providers()["capacityProviders"]:
        if provider.get("status") == "ACTIVE" and not provider["name"].startswith("FARGATE"):
            yield f"ecs describe_capacity_providers {provider['name']}"


def _keys(client: Client) -> Iterator[str]:
    """AWS keeps a deleted key for a week at least, in which it is of no use to anyone."""
    kms = client("kms")
    for page in kms.get_paginator("list_keys").paginate():
        for key in page["Keys"]:
            metadata = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
            if metadata["KeyState"] != "PendingDeletion" and metadata["KeyManager"] == "CUSTOMER":
                yield f"kms list_keys {key['KeyId']}"


def _budgets(client: Client) -> Iterator[str]:
    account = client("sts").get_caller_identity()["Account"]
    for page in client("budgets").get_paginator("describe_budgets").paginate(AccountId=account):
        yield from (f"budgets describe_budgets {budget['BudgetName']}" for budget in page.get("Budgets", []))
