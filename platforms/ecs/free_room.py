"""Whether another stack's instances have memory left for this one's tasks, beside those of all that are there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from berth.components.aws_access import AwsAccess
from berth.compose.model import Application
from berth.diagnostics import Diagnostic, Severity
from berth.platforms.ecs.plan import plan_application
from berth.platforms.ecs.sizes import instance_memory
from berth.settings import Settings

PART = 100
"""https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html"""


def check_free_room(
    access: AwsAccess, application: Application, settings: Settings, *, stack: str
) -> Iterator[Diagnostic]:
    """A warning, no error: the others' tasks may be fewer by then.

    What this stack's own tasks hold counts as free, as new ones take their place.
    """
    shared = settings.shared
    if shared is None or settings.platform != "ecs-ec2":
        return
    from botocore import exceptions  # slow to load

    client = access.client("ecs")
    try:
        instances = _instances(client, shared.cluster_arn)
        own = _held(client, shared.cluster_arn, f"{application.name}-{stack}-")
    except exceptions.ClientError:  # who may deploy need not be allowed to ask
        return
    if not instances:
        return
    needed = sum(plan.replicas * plan.reserved_memory for plan in plan_application(application, settings).values())
    free = sum(_megabytes(item["remainingResources"]) for item in instances) + own
    to_come = max(settings.most_instances - len(instances), 0)
    free += to_come * (instance_memory(settings.instance_type) or 0)
    if needed > free:
        yield Diagnostic(
            severity=Severity.WARNING,
            file=f"Pulumi.{stack}.yaml",
            key="berth:sharedStack",
            message=f"the services need {needed} MiB, and beside the other stacks on them the instances of "
            f"{shared.name} have {free} left",
            advice=f"Remove a stack that is no longer needed (`python -m berth sweep` names them), or set a larger "
            f"berth:instanceMaximum in Pulumi.{shared.name}.yaml and run `make up STACK={shared.name}`.",
        )


def _instances(client: Any, cluster: str) -> Sequence[Mapping[str, Any]]:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerInstance.html"""
    pages = client.get_paginator("list_container_instances").paginate(cluster=cluster, status="ACTIVE")
    return [
        item
        for page in pages
        if page["containerInstanceArns"]
        for item in client.describe_container_instances(
            cluster=cluster, containerInstances=page["containerInstanceArns"]
        )["containerInstances"]
    ]


def _held(client: Any, cluster: str, prefix: str) -> int:
    """MiB that the running tasks reserve whose family begins with ``prefix``."""
    pages = client.get_paginator("list_tasks").paginate(cluster=cluster, desiredStatus="RUNNING")
    arns = [arn for page in pages for arn in page["taskArns"]]
    tasks = [
        task
        for start in range(0, len(arns), PART)
        for task in client.describe_tasks(cluster=cluster, tasks=arns[start : start + PART])["tasks"]
        if task["taskDefinitionArn"].rpartition("/")[2].startswith(prefix)
    ]
    return sum(
        int(container.get("memoryReservation") or container.get("memory") or 0)
        for task in tasks
        for container in task["containers"]
    )


def _megabytes(resources: Sequence[Mapping[str, Any]]) -> int:
    return sum(int(item["integerValue"]) for item in resources if item["name"] == "MEMORY")
