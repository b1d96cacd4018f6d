"""One task, run to its end as that of a short-lived ECS service, so that it has the names of the others.

Only tasks that a *service* creates can use Service Connect names, so a service is made for it and deleted at the end:
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts.html
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypedDict

from berth.components.aws_access import AwsAccess
from berth.components.ecs_reasons import explain, explain_task, find_tasks
from berth.untyped import is_list, is_mapping

START_TRIES = 3
"""Tasks that may stop before the container has run at all, for a passing cause; the next one is the last."""

GONE = 180
"""Seconds that a deleted service's task may take to stop."""

Task = Mapping[str, Any]


class Place(TypedDict):
    """Where a task runs: its cluster, its service, and what that runs."""

    cluster: str
    service: str
    task_definition: str


@contextmanager
def one_task(
    access: AwsAccess,
    client: Any,
    *,
    cluster: str,
    service: str,
    task_definition: str,
    configuration: Mapping[str, Any],
) -> Generator[None]:
    """A service of one task, gone afterwards. ``configuration`` is passed on to CreateService.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
    """
    client.create_service(
        cluster=cluster,
        serviceName=service,
        taskDefinition=task_definition,
        desiredCount=1,
        deploymentConfiguration={"minimumHealthyPercent": 0, "maximumPercent": 100},
        **_whole_numbers(configuration),
    )
    try:
        yield
    finally:
        delete_service(access, client, cluster, service)


def await_exit(
    access: AwsAccess,
    client: Any,
    *,
    cluster: str,
    service: str,
    task_definition: str,
    container: str,
    timeout: float | None,
    watch: Callable[[Sequence[Task]], None] = lambda _: None,
) -> tuple[int, Task]:
    """The exit code of the service's container, with its task. ``watch`` sees the tasks at each look.

    ``timeout`` is seconds; None: however long it takes.

    Raises:
        RuntimeError: no start, or no end in time; with the last log lines.
    """
    deadline = math.inf if timeout is None else time.monotonic() + timeout
    while True:
        running = access.look(lambda: find_tasks(client, cluster, service, "RUNNING"), deadline)
        stopped = access.look(lambda: find_tasks(client, cluster, service, "STOPPED"), deadline)
        watch([*running, *stopped])
        for task in [*running, *stopped]:
            code = _exit_code(task, container)
            if code is not None:
                return code, task
        if len(stopped) > START_TRIES:
            raise RuntimeError(with_lines(f"{container} does not start", explain_task(access, stopped[0])))
        if timeout is not None and time.monotonic() > deadline:
            lines = explain(access, cluster, service, task_definition)
            raise RuntimeError(with_lines(f"{container} has not ended after {int(timeout)} s", lines))
        time.sleep(access.poll)


def delete_service(access: AwsAccess, client: Any, cluster: str, service: str) -> None:
    """Delete a service and wait for its end, as its task holds memory that the next service may need."""
    client.delete_service(cluster=cluster, service=service, force=True)
    deadline = time.monotonic() + GONE
    while time.monotonic() < deadline:
        found = client.describe_services(cluster=cluster, services=[service])["services"]
        if not found or found[0]["status"] == "INACTIVE":
            return
        time.sleep(access.poll)


def with_lines(title: str, lines: Sequence[str]) -> str:
    return "\n".join([title, *(f"    {line}" for line in lines)])


def _exit_code(task: Task, name: str) -> int | None:
    containers: Sequence[Task] = task.get("containers", ())
    return next((item.get("exitCode") for item in containers if item["name"] == name), None)


def _whole_numbers(value: Any) -> Any:
    """Pulumi hands every number over as a float, which boto3 refuses."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if is_mapping(value):
        return {key: _whole_numbers(item) for key, item in value.items()}
    return [_whole_numbers(item) for item in value] if is_list(value) else value
