"""A task that runs once a change of its definition, before whatever depends on it: a migration, a seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi

from berth.components.aws_access import AwsAccess
from berth.components.cluster import CapacityShare
from berth.components.placement import PlacementConstraint
from berth.components.run_once import RunOnce, RunOnceArgs
from berth.components.service import Placement, ServiceConnect


@dataclass(frozen=True, slots=True, kw_only=True)
class JobArgs:
    """``container`` is the one whose exit code counts; ``timeout`` is seconds. ``placement`` None: bridge mode."""

    access: AwsAccess
    cluster_arn: pulumi.Input[str]
    task_definition_arn: pulumi.Input[str]
    container: str
    capacity: Sequence[CapacityShare]
    placement: Placement | None = None
    placement_constraints: Sequence[PlacementConstraint] = ()
    service_connect: ServiceConnect | None = None
    timeout: int = 900
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


class Job(pulumi.ComponentResource):
    """``run`` exists once the task has ended with exit code 0."""

    run: RunOnce

    def __init__(self, name: str, args: JobArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("berth:components:Job", name, None, opts)
        self.run = RunOnce(
            name,
            RunOnceArgs(
                access=args.access,
                cluster=args.cluster_arn,
                service_prefix=name,
                task_definition=args.task_definition_arn,
                container=args.container,
                configuration=create_service_words(
                    capacity=args.capacity,
                    placement=args.placement,
                    placement_constraints=args.placement_constraints,
                    service_connect=args.service_connect,
                    tags=args.tags,
                ),
                timeout=args.timeout,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})


def create_service_words(
    *,
    capacity: Sequence[CapacityShare],
    placement: Placement | None = None,
    placement_constraints: Sequence[PlacementConstraint] = (),
    service_connect: ServiceConnect | None = None,
    tags: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """In the words of CreateService: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html"""
    strategy = [
        {"capacityProvider": share.capacity_provider, "weight": share.weight, "base": share.base} for share in capacity
    ]
    configuration: dict[str, Any] = {
        **({"capacityProviderStrategy": strategy} if strategy else {"launchType": "FARGATE"}),
        "enableECSManagedTags": True,
        "propagateTags": "SERVICE",
        "tags": [{"key": key, "value": value} for key, value in sorted((tags or {}).items())],
    }
    if placement is not None:
        configuration["networkConfiguration"] = {
            "awsvpcConfiguration": {
                "subnets": list(placement.subnet_ids),
                "securityGroups": list(placement.security_group_ids),
                "assignPublicIp": "ENABLED" if placement.assign_public_ip else "DISABLED",
            }
        }
    if placement_constraints:
        configuration["placementConstraints"] = [
            {"type": item.type, **({"expression": item.expression} if item.expression else {})}
            for item in placement_constraints
        ]
    if service_connect is not None:
        configuration["serviceConnectConfiguration"] = {"enabled": True, "namespace": service_connect.namespace_arn}
    return configuration
