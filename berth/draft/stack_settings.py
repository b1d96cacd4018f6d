"""A stack's settings by which a drafted Compose file runs where the service runs now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from berth.draft.front import Front, chosen_listener
from berth.importing.live import Live
from berth.untyped import inside

RUNNING = frozenset(
    (
        *("serviceArn", "serviceName", "clusterArn", "loadBalancers", "status", "desiredCount", "runningCount"),
        *("pendingCount", "launchType", "capacityProviderStrategy", "platformFamily", "taskDefinition", "tags"),
        *("deploymentConfiguration", "taskSets", "deployments", "roleArn", "events", "createdAt", "createdBy"),
        *("currentServiceDeployment", "currentServiceRevisions", "networkConfiguration", "schedulingStrategy"),
        *("deploymentController", "enableECSManagedTags", "propagateTags", "enableExecuteCommand"),
        *("healthCheckGracePeriodSeconds", "resourceManagementType"),
    )
)
"""Keys of a service that other parts read, that only say how it is, or that Berth sets by itself."""

USUAL = {"platformVersion": ("LATEST", "1.4.0"), "availabilityZoneRebalancing": ("DISABLED", "ENABLED")}
"""Values that change nothing worth a word."""


def draft_settings(live: Live, front: Front, *, main: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Settings by name, and notes. ``main`` is the Compose file's service for it."""
    notes: list[str] = []
    settings: dict[str, Any] = {
        "platform": "ecs-fargate",
        "region": live.region,
        "composeFiles": ["compose.yaml"],
        "clusterArn": live.cluster_arn,
    }
    if front.vpc_id:
        settings |= _network(live, front, notes)
    if listener := chosen_listener(front):
        settings["listenerArn"] = listener
    if live.load_balancers:
        groups: dict[str, list[str]] = {}
        for item in live.load_balancers:
            if item.container == main:
                groups.setdefault(f"{main}:{item.port}", []).append(item.target_group_arn)
            else:
                notes.append(f"{item.target_group_arn}: leads to {item.container}, which is no longer in this service")
        settings["targetGroups"] = groups
    if inside(live.definition, "runtimePlatform").get("cpuArchitecture") == "ARM64":
        settings["cpuArchitecture"] = "arm64"
    if live.service.get("enableExecuteCommand"):
        settings["enableExec"] = True
    if live.capacity:
        settings["fargateSpot"] = _spot(live, notes)
    elif live.launch_type != "FARGATE":
        notes.append(
            f"launchType: {live.launch_type}. `berth import` takes services on Fargate: deploy this one beside it"
        )
    tags = {tag["key"]: tag["value"] for tag in live.service.get("tags") or () if not tag["key"].startswith("aws:")}
    if tags:
        settings["tags"] = tags
    notes += [f"{key}: {value} has no equivalent" for key, value in live.service.items() if _is_lost(key, value)]
    return settings, tuple(notes)


def _network(live: Live, front: Front, notes: list[str]) -> Mapping[str, Any]:
    settings: dict[str, Any] = {"vpcId": front.vpc_id, **({"vpcCidr": front.vpc_cidr} if front.vpc_cidr else {})}
    if live.public_ip:
        return {**settings, "publicSubnetIds": list(live.subnets), "natGateways": "none"}
    public = list(front.subnets or live.subnets)
    if not front.subnets:
        notes.append("publicSubnetIds: the tasks' own, as no load balancer says others; one of Berth's would be there")
    return {**settings, "publicSubnetIds": public, "privateSubnetIds": list(live.subnets)}


def _spot(live: Live, notes: list[str]) -> int:
    weights = {share.provider: share.weight for share in live.capacity}
    total = sum(weights.values())
    percent = round(100 * weights.get("FARGATE_SPOT", 0) / total) if total else 0
    if not percent:
        notes.append(
            "fargateSpot: it has a strategy of FARGATE alone, and Berth's without Spot is a launch type; see import.md"
        )
    return percent


def _is_lost(key: str, value: Any) -> bool:
    return key not in RUNNING and value not in (None, "", [], {}, False) and value not in USUAL.get(key, ())
