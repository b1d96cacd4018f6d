"""An ECS service as AWS has it, with its task definition, its scaling and who else holds it.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Service.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from berth.components.aws_access import AwsAccess
from berth.diagnostics import Diagnostic, ToolError
from berth.untyped import inside

OWNER_TAG = "aws:cloudformation:stack-name"
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A part of a capacity provider strategy."""

    provider: str
    weight: int
    base: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadBalancer:
    """A target group of the service, by a container's port."""

    target_group_arn: str
    container: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """``capacity`` empty is a launch type. ``registries`` are ARNs of Cloud Map services. ``scaling`` is the scalable
    target with its ``policies``, in AWS's words. ``stack`` is the CloudFormation stack that made it, "" for none.
    ``definition`` is the task definition, in AWS's words.
    """

    arn: str
    name: str
    cluster_arn: str
    status: str
    controller: str
    scheduling: str
    launch_type: str
    capacity: tuple[Share, ...]
    desired_count: int
    subnets: tuple[str, ...]
    security_groups: tuple[str, ...]
    public_ip: bool
    load_balancers: tuple[LoadBalancer, ...]
    registries: tuple[str, ...]
    stack: str
    definition: Mapping[str, Any]
    service: Mapping[str, Any]
    scaling: Mapping[str, Any]

    @property
    def region(self) -> str:
        return self.arn.split(":")[3]


def parse_place(text: str) -> tuple[str, str]:
    """Cluster and service of ``CLUSTER/SERVICE`` or of a service's ARN.

    Raises:
        ToolError: it is neither.
    """
    rest = text.rpartition(":service/")[2] if text.startswith("arn:") else text
    cluster, _, service = rest.partition("/")
    if not cluster or not service or "/" in service or (text.startswith("arn:") and ":service/" not in text):
        raise ToolError(
            Diagnostic(
                message=f"{text!r} names no service of a cluster",
                advice="Write CLUSTER/SERVICE, or arn:aws:ecs:REGION:ACCOUNT:service/CLUSTER/SERVICE.",
            )
        )
    return cluster, service


def read_live(access: AwsAccess, place: str) -> Live:
    """What AWS says of the service.

    Raises:
        ToolError: it is not there, or may not be asked for.
    """
    from botocore.exceptions import ClientError  # slow to load

    cluster, service = parse_place(place)
    try:
        ecs = access.client("ecs")
        found = ecs.describe_services(cluster=cluster, services=[service], include=["TAGS"])["services"]
        if not found:
            names = [arn.rpartition("/")[2] for arn in ecs.list_services(cluster=cluster)["serviceArns"]]
            raise ToolError(_missing(cluster, service, names))
        definition = ecs.describe_task_definition(taskDefinition=found[0]["taskDefinition"])["taskDefinition"]
        scaling = _scaling(access, f"service/{cluster}/{service}")
    except ClientError as error:
        message = f"{place} cannot be asked for: {error.response['Error']['Message']}"
        raise ToolError(Diagnostic(message=message, advice="Check its name, the region and AWS_PROFILE.")) from error
    return parse_live(found[0], definition, scaling)


def parse_live(service: Mapping[str, Any], definition: Mapping[str, Any], scaling: Mapping[str, Any]) -> Live:
    """The answers of ``DescribeServices``, ``DescribeTaskDefinition`` and of Application Auto Scaling as one."""
    network = inside(service, "networkConfiguration", "awsvpcConfiguration")
    tags = {tag["key"]: tag["value"] for tag in service.get("tags") or ()}
    return Live(
        arn=service["serviceArn"],
        name=service["serviceName"],
        cluster_arn=service["clusterArn"],
        status=service["status"],
        controller=inside(service, "deploymentController").get("type") or "ECS",
        scheduling=service.get("schedulingStrategy") or "REPLICA",
        launch_type=service.get("launchType") or "",
        capacity=tuple(
            Share(provider=item["capacityProvider"], weight=item.get("weight", 0), base=item.get("base", 0))
            for item in service.get("capacityProviderStrategy") or ()
        ),
        desired_count=service["desiredCount"],
        subnets=tuple(network.get("subnets") or ()),
        security_groups=tuple(network.get("securityGroups") or ()),
        public_ip=network.get("assignPublicIp") == "ENABLED",
        load_balancers=tuple(
            LoadBalancer(target_group_arn=arn, container=item["containerName"], port=item["containerPort"])
            for item in service.get("loadBalancers") or ()
            if (arn := item.get("targetGroupArn"))
        ),
        registries=tuple(item["registryArn"] for item in service.get("serviceRegistries") or ()),
        stack=tags.get(OWNER_TAG, ""),
        definition=definition,
        service=service,
        scaling=scaling,
    )


def _scaling(access: AwsAccess, resource: str) -> Mapping[str, Any]:
    """The scalable target of the service with its policies; empty where there is none."""
    client, where = access.client("application-autoscaling"), {"ServiceNamespace": "ecs"}
    targets = client.describe_scalable_targets(**where, ResourceIds=[resource])["ScalableTargets"]
    if not targets:
        return {}
    policies = client.describe_scaling_policies(**where, ResourceId=resource)["ScalingPolicies"]
    actions = client.describe_scheduled_actions(**where, ResourceId=resource)["ScheduledActions"]
    return {**targets[0], "policies": policies, "schedule": actions}


def _missing(cluster: str, service: str, names: list[str]) -> Diagnostic:
    return Diagnostic(
        message=f"the cluster {cluster} has no service {service!r}",
        advice=f"It has {', '.join(sorted(names))}." if names else "It has none.",
    )
