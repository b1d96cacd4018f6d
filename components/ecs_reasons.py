"""Why tasks of an ECS service are not running, in the words of ECS and of the containers' own logs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from berth.components.aws_access import AwsAccess

LOG_LINES = 15
TASKS = 2
"""Of tasks that failed alike, the newest tell enough."""

BY_ITSELF = ("EssentialContainerExited", "TaskFailedToStart")
"""Stop codes of tasks that nobody stopped: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html"""

UNHEALTHY = "Task failed"
"""How the reason begins where the scheduler stops a task that fails a container's or a load balancer's health check:
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html"""

Task = Mapping[str, Any]


def stopped_by_itself(task: Task) -> bool:
    """Whether a stopped task failed, in contrast to one that a deployment, a person or the scaling stopped."""
    return task.get("stopCode") in BY_ITSELF or str(task.get("stoppedReason", "")).startswith(UNHEALTHY)


def find_tasks(client: Any, cluster: str, service: str, status: str) -> list[Task]:
    """The service's tasks with the desired status RUNNING or STOPPED, newest first.

    ECS shows a stopped task for about an hour:
    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html
    """
    arns = client.list_tasks(cluster=cluster, serviceName=service, desiredStatus=status)["taskArns"]
    if not arns:
        return []
    found = client.describe_tasks(cluster=cluster, tasks=arns[:100])["tasks"]
    return sorted(found, key=lambda task: str(task.get("createdAt", "")), reverse=True)


def explain(access: AwsAccess, cluster: str, service: str, task_definition: str) -> list[str]:
    """Lines on the newest failed tasks of a service: why they stopped, exit codes, last log lines; then events."""
    client = access.client("ecs")
    lines: list[str] = []
    stopped = [
        task for task in find_tasks(client, cluster, service, "STOPPED") if task["taskDefinitionArn"] == task_definition
    ]
    unhealthy = [
        task for task in find_tasks(client, cluster, service, "RUNNING") if task.get("healthStatus") == "UNHEALTHY"
    ]
    for task in [*stopped[:TASKS], *unhealthy[:TASKS]]:
        lines += explain_task(access, task)
    described = client.describe_services(cluster=cluster, services=[service])["services"]
    events = [event["message"] for item in described for event in item.get("events", [])[:5]]
    if events:
        lines += ["the service's last events:", *(f"    {message}" for message in events)]
    return lines


def explain_task(access: AwsAccess, task: Task) -> list[str]:
    """Lines on one task: its reason, and of each container that failed its exit code, reason and last log lines."""
    reason = task.get("stoppedReason") or task.get("healthStatus") or task.get("lastStatus", "")
    lines = [f"task {task['taskArn'].rpartition('/')[2]}: {reason}"]
    containers = task.get("containers", [])
    causes = [item for item in containers if failed(item)] or [item for item in containers if "exitCode" in item]
    for container in causes:
        unhealthy = container.get("healthStatus") == "UNHEALTHY"
        code = container.get("exitCode")
        ended = "did not start" if code is None else f"exit code {code}"
        parts = ["unhealthy" if unhealthy else ended, container.get("reason", "")]
        lines.append(f"    container {container['name']}: {', '.join(part for part in parts if part)}")
        lines += [f"        {line}" for line in last_log_lines(access, task, container["name"])]
    return lines


def failed(container: Mapping[str, Any]) -> bool:
    """Whether a container is a cause: its own failure, not that ECS stopped it with the others (143, 137)."""
    own_exit = container.get("exitCode") not in (None, 0, 137, 143)
    return own_exit or bool(container.get("reason")) or container.get("healthStatus") == "UNHEALTHY"


def last_log_lines(access: AwsAccess, task: Task, container: str) -> list[str]:
    """The newest lines that a container has written to CloudWatch Logs; none where it has no log there."""
    definition = access.client("ecs").describe_task_definition(taskDefinition=task["taskDefinitionArn"])
    return list(_read_log(access, definition["taskDefinition"], task, container))


def _read_log(access: AwsAccess, definition: Mapping[str, Any], task: Task, container: str) -> Iterator[str]:
    for item in definition["containerDefinitions"]:
        options = item.get("logConfiguration", {}).get("options", {})
        if item["name"] != container or "awslogs-group" not in options:
            continue
        # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
        stream = f"{options['awslogs-stream-prefix']}/{container}/{task['taskArn'].rpartition('/')[2]}"
        logs = access.client("logs")
        try:
            found = logs.get_log_events(
                logGroupName=options["awslogs-group"], logStreamName=stream, limit=LOG_LINES, startFromHead=False
            )
        except logs.exceptions.ResourceNotFoundException:
            return  # it never wrote
        yield from (event["message"].rstrip() for event in found["events"])
