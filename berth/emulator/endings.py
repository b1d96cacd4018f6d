"""How a task ends: containers that exit, health checks that fail, and the time that each container has to stop.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
"""

from __future__ import annotations

import time
from typing import Any

import docker
from ministack.core.concurrency import spawn_background
from ministack.core.responses import request_scope
from ministack.services import ecs

POLL = 0.4
"""Seconds between two looks at a task's containers: each costs the emulator and Docker a part of a processor."""

SETTLED = 1.0
"""Seconds that a task must run before its deployment may be complete: ECS is no faster, and a program that ends at once
would count as running where it is slow to start."""

STOP_LABEL = "dev.berth.emulator.stop-timeout"
STOP_TIMEOUT = 5
"""Seconds to stop where the definition says none; AWS gives 30, which would only be waited for here."""

ESSENTIAL = "Essential container in task exited"
UNHEALTHY = "Task failed container health checks"
Task = dict[str, Any]
State = tuple[int, dict[str, Any]]
"""A container's position in its task, and Docker's state of it."""


def install() -> None:
    """Make this module the only one that ends tasks by themselves."""
    ecs._watch_task_lifecycle = watch
    ecs._maybe_mark_stopped = _nothing  # it would end a task while its containers still hold their ports
    ecs._remove_docker_container = remove
    ecs._record_service_task_healthy = _unless_ending(ecs._record_service_task_healthy)


def _nothing(*_: object) -> None:
    pass


def watch(task: Task, client: docker.DockerClient, account: str, region: str) -> None:
    """Follow a running task: its exits, its health, and once it is healthy the deployment that it belongs to."""
    spawn_background(lambda: _follow(task, client, account, region), thread_name="berth-ecs-watch")


def essential_ended(task: Task, states: list[State]) -> bool:
    """Whether an essential container has exited, or all have; every exit code found is noted in the task."""
    ended: list[bool] = []
    essential = False
    for index, state in states:
        ended.append(state["Status"] == "exited")
        if ended[-1]:
            _note_exit(task, index, state["ExitCode"])
            essential = essential or task["_container_essentials"][index]
    return essential or (bool(ended) and all(ended))


def remove(client: docker.DockerClient | None, container: Any) -> int | None:
    """Stop a container within its time and remove it; its exit code, None where it is gone already."""
    if client is None or container is None:
        return None
    try:
        found = client.containers.get(container if isinstance(container, str) else container.id)
        found.stop(timeout=int(found.labels.get(STOP_LABEL, STOP_TIMEOUT)))
        found.reload()
        code = int(found.attrs["State"]["ExitCode"])
        found.remove(v=True, force=True)
    except docker.errors.APIError:
        return None
    return code


def _follow(task: Task, client: docker.DockerClient, account: str, region: str) -> None:
    cluster, group = ecs._cluster_name_from_arn(task["clusterArn"]), task.get("group", "")
    reported, settled = False, time.monotonic() + SETTLED
    with request_scope(account, region):
        while ecs._task_is_active(task["taskArn"], task):
            states = container_states(task, client)
            health = _observe_health(task, states)
            if essential_ended(task, states):
                _end(task, client, ESSENTIAL)
            elif health == "UNHEALTHY":
                _end(task, client, UNHEALTHY)
            elif health == "HEALTHY" and not reported and _is_due(group, settled):
                reported = True
                key = f"{cluster}/{group.removeprefix('service:')}"
                ecs._schedule_service_deployment_completion(cluster, key, account, region, healthy_task=task)
            time.sleep(POLL)


def _is_due(group: str, settled: float) -> bool:
    return group.startswith("service:") and time.monotonic() >= settled


def _end(task: Task, client: docker.DockerClient, reason: str) -> None:
    """Containers first: marking the task as stopped starts the next one, which wants the same ports and volumes."""
    task["_berth_ending"], task["_startup_stable"] = True, False
    for index, identifier in enumerate(list(task["_docker_ids"])):
        code = remove(client, identifier)
        if code is not None:
            _note_exit(task, index, code)
    ecs._mark_task_stopped(task["taskArn"], task, reason, "EssentialContainerExited")
    ecs._cleanup_task_resources(task, client)


def _observe_health(task: Task, states: list[State]) -> str:
    """The task's health from its containers'; without any check it is healthy as long as it runs."""
    found: list[str] = []
    for index, state in states:
        if "Health" in state and state["Running"]:
            health = {"healthy": "HEALTHY", "unhealthy": "UNHEALTHY"}.get(state["Health"]["Status"], "UNKNOWN")
            task["containers"][index]["healthStatus"] = health
            found.append(health)
    if found:
        task["healthStatus"] = next((kind for kind in ("UNHEALTHY", "UNKNOWN") if kind in found), "HEALTHY")
        return str(task["healthStatus"])
    return "HEALTHY"


def container_states(task: Task, client: docker.DockerClient) -> list[State]:
    """Docker's states of the containers started so far, by their position in the task."""
    found: list[State] = []
    for index, identifier in enumerate(list(task["_docker_ids"])):
        try:
            found.append((index, client.api.inspect_container(identifier)["State"]))
        except docker.errors.APIError:
            continue
    return found


def _note_exit(task: Task, index: int, code: int) -> None:
    task["containers"][index].update(lastStatus="STOPPED", exitCode=code)


def _unless_ending(record: Any) -> Any:
    def handle(key: str, task: Task) -> None:
        if not task.get("_berth_ending"):
            record(key, task)

    return handle
