"""Why a service cannot become the planned one in place: each reason, and what to write instead.

What makes the provider replace a service is its name, cluster, launch type, capacity provider strategy, scheduling
strategy, deployment controller and load balancer role:
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ecs_service. What of a service ECS changes:
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from berth.diagnostics import Diagnostic
from berth.importing.live import Live, Share
from berth.importing.planned import Step
from berth.untyped import entries, inside


def refusals(
    live: Live, planned: Step, *, stack: str, service: str, joined: frozenset[str], leave_groups: bool
) -> Iterator[Diagnostic]:
    """Every reason. ``joined`` are the target groups that the stack's settings name; with ``leave_groups`` the others
    may go."""
    file, where = f"Pulumi.{stack}.yaml", live.name
    inputs = planned.inputs
    if live.status != "ACTIVE":
        yield Diagnostic(message=f"{where} is {live.status}, and ECS changes active services alone")
    if live.controller != "ECS":
        yield Diagnostic(
            message=f"{where} is deployed by {live.controller}, and a service never changes its deployment controller",
            advice="Deploy a second service by Berth beside it, and move the requests.",
        )
    if live.scheduling != "REPLICA":
        yield Diagnostic(
            message=f"{where} runs a task on each instance ({live.scheduling}), and Berth's services run a number",
            advice="Deploy a second service by Berth beside it.",
        )
    if inputs.get("cluster") != live.cluster_arn:
        yield Diagnostic(
            file=file,
            key="berth:clusterArn",
            message=f"{where} is in another cluster than the stack's, and a service never changes its cluster",
            advice=f"Set berth:clusterArn to {live.cluster_arn}.",
        )
    yield from _capacity(live, inputs, file)
    if "networkConfiguration" not in inputs or _strange(inputs, live):
        yield Diagnostic(
            file=file,
            key="berth:vpcId",
            message=f"the stack makes a network of its own, and {where} runs in subnets of another VPC",
            advice="Set berth:vpcId, berth:publicSubnetIds and berth:privateSubnetIds, as `berth draft` says.",
        )
    if inside(inputs, "deploymentConfiguration").get("strategy") == "BLUE_GREEN":
        yield Diagnostic(
            service=service,
            key="x-berth.deployment.strategy",
            message=f"{where} has no second target groups yet, and blue/green moves requests between two",
            advice="Take `rolling` for the first deployment, then `prepared`, then `blue_green`.",
        )
    if not leave_groups:
        yield from _left_out(live, service, file, joined)


def _strange(inputs: Mapping[str, Any], live: Live) -> bool:
    """Whether the stack's subnets are not known before they are made: the placeholder of a preview is no id."""
    subnets = entries(inside(inputs, "networkConfiguration").get("subnets"))
    return bool(live.subnets) and not any(str(subnet).startswith("subnet-") for subnet in subnets)


def _capacity(live: Live, inputs: Mapping[str, Any], file: str) -> Iterator[Diagnostic]:
    wanted = tuple(
        Share(provider=item["capacityProvider"], weight=int(item.get("weight", 0)), base=int(item.get("base", 0)))
        for item in entries(inputs.get("capacityProviderStrategies"))
    )
    where = live.name
    if live.launch_type in ("EC2", "EXTERNAL") and not live.capacity:
        yield Diagnostic(
            file=file,
            key="berth:platform",
            message=f"{where} has the launch type {live.launch_type}, and a service never changes it",
            advice="Deploy a second service by Berth beside it, and move the requests: on an existing cluster Berth "
            "runs tasks on Fargate.",
        )
    elif strange := sorted({share.provider for share in live.capacity} - {"FARGATE", "FARGATE_SPOT"}):
        yield Diagnostic(
            file=file,
            key="berth:platform",
            message=f"{where} runs on the capacity of {', '.join(strange)}, and Berth's here on Fargate",
            advice="Deploy a second service by Berth beside it, and move the requests.",
        )
    elif live.capacity and not wanted:
        yield Diagnostic(
            file=file,
            key="berth:fargateSpot",
            message=f"{where} has a capacity provider strategy, and the stack's services a launch type: the provider "
            "replaces a service to change between them",
            advice="Set berth:fargateSpot: the shares of a strategy change in place.",
        )
    elif wanted and not live.capacity:
        yield Diagnostic(
            file=file,
            key="berth:fargateSpot",
            message=f"{where} has the launch type {live.launch_type}, and the stack's services a capacity provider "
            "strategy: the provider replaces a service to change between them",
            advice="Leave berth:fargateSpot out.",
        )


def _left_out(live: Live, service: str, file: str, joined: frozenset[str]) -> Iterator[Diagnostic]:
    for item in live.load_balancers:
        if item.target_group_arn not in joined:
            yield Diagnostic(
                file=file,
                key="berth:targetGroups",
                message=f"{live.name} takes requests by {item.target_group_arn.split(':')[-1]}, which would have no "
                "task left after the next deployment",
                advice=f"Set berth:targetGroups to {{{service}:{item.port}: [{item.target_group_arn}]}} until names "
                "lead elsewhere; or say --leave-target-groups.",
            )
