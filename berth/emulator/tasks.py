"""What the ECS agent does with one task: containers in the order of ``dependsOn``, their volumes, and their health.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from graphlib import TopologicalSorter
from typing import Any

import docker
from ministack.core import container_reaper
from ministack.core.concurrency import resource_lock, spawn_background
from ministack.core.responses import request_scope
from ministack.services import ecs, efs

from berth.emulator import containers, names
from berth.emulator.process import LABEL

POLL = 0.1
Task = dict[str, Any]

_network = ""
_label: dict[str, str] = {}


class Unstarted(Exception):
    """The task was stopped, or its containers can't start; the text is ECS's reason."""


def install(port: int) -> None:
    """Make the emulator on ``port`` run tasks by this module, in a Docker network of its own."""
    global _network
    _network = f"berth-emulator-{port}"
    _label[LABEL] = str(port)
    client = ecs._get_docker()
    if client is not None:
        client.networks.create(_network, labels=_label)
    ecs._make_deployment = in_progress(ecs._make_deployment)
    ecs._start_task_worker = start
    ecs._watch_task_lifecycle = watch
    ecs._deployment_needs_first_task = lambda *_: False  # images are named by digest, or lie on this machine


def in_progress(make: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """A service's first deployment, too, is complete only once its tasks run."""
    return lambda *args, **named: {**make(*args, **named), "rolloutState": "IN_PROGRESS", "rolloutStateReason": ""}


def start(task: Task, definition: Mapping[str, Any], _overrides: Any, client: docker.DockerClient) -> None:
    """Start every container of a task, each after those that it depends on. The emulator calls it in a thread."""
    arn = task["taskArn"]
    ecs._mark_task_pending(arn, task)
    ecs._mark_task_activating(arn, task)
    ordered = in_order(definition["containerDefinitions"])
    _reorder(task, [item["name"] for item in ordered])
    started: dict[str, Any] = {}
    try:
        for item in ordered:
            for dependency in item.get("dependsOn") or ():
                _await(task, started[dependency["containerName"]], dependency)
            started[item["name"]] = _start_container(task, definition, item, client)
        if not ecs._mark_task_running(arn, task):
            raise Unstarted("stopped")
    except (Unstarted, ValueError) as error:
        ecs._fail_task_start(task, client, str(error))


def in_order(definitions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Container definitions, each after those that it depends on."""
    by_name = {item["name"]: item for item in definitions}
    graph = {
        name: [dependency["containerName"] for dependency in item.get("dependsOn") or ()]
        for name, item in by_name.items()
    }
    return [by_name[name] for name in TopologicalSorter(graph).static_order()]


def watch(task: Task, client: docker.DockerClient, account: str, region: str) -> None:
    """Follow a running task: its exits, its health, and once it is healthy the deployment that it belongs to."""
    spawn_background(lambda: _follow(task, client, account, region), thread_name="berth-ecs-watch")


def _follow(task: Task, client: docker.DockerClient, account: str, region: str) -> None:
    cluster, group = ecs._cluster_name_from_arn(task["clusterArn"]), task.get("group", "")
    reported = False
    with request_scope(account, region):
        while ecs._task_is_active(task["taskArn"], task):
            ecs._maybe_mark_stopped(task, client)
            health = _observe_health(task, client)
            if health == "UNHEALTHY":
                reason = "Task failed container health checks"
                ecs._mark_task_stopped(task["taskArn"], task, reason, "EssentialContainerExited")
                ecs._cleanup_task_resources(task, client)
            elif health == "HEALTHY" and not reported and group.startswith("service:"):
                reported = True
                key = f"{cluster}/{group.removeprefix('service:')}"
                ecs._schedule_service_deployment_completion(cluster, key, account, region, healthy_task=task)
            time.sleep(POLL)


def _observe_health(task: Task, client: docker.DockerClient) -> str:
    """The task's health from its containers'; without any check it is healthy as long as it runs."""
    found = []
    for container, identifier in zip(task["containers"], list(task["_docker_ids"]), strict=False):
        try:
            state = client.api.inspect_container(identifier)["State"]
        except docker.errors.APIError:
            continue
        if "Health" in state and state["Running"]:
            container["healthStatus"] = {"healthy": "HEALTHY", "unhealthy": "UNHEALTHY"}.get(
                state["Health"]["Status"], "UNKNOWN"
            )
            found.append(container["healthStatus"])
    if found:
        task["healthStatus"] = next((kind for kind in ("UNHEALTHY", "UNKNOWN") if kind in found), "HEALTHY")
        return str(task["healthStatus"])
    return "HEALTHY"


def _start_container(
    task: Task, definition: Mapping[str, Any], item: dict[str, Any], client: docker.DockerClient
) -> Any:
    if not ecs._task_is_active(task["taskArn"], task):
        raise Unstarted("stopped")
    identifier = task["taskArn"].rpartition("/")[2]
    environment = {entry["name"]: entry["value"] for entry in item.get("environment") or ()}
    environment.update(ecs._resolve_container_secrets(item))
    _pull(client, item["image"])
    cluster = ecs._cluster_name_from_arn(task["clusterArn"])
    aliases = names.aliases(cluster, task.get("group", ""), item)
    labels = {
        **container_reaper.own_labels("ecs"),
        **_label,
        "com.amazonaws.ecs.task-arn": task["taskArn"],
        "com.amazonaws.ecs.task-definition-family": definition["family"],
        "com.amazonaws.ecs.container-name": item["name"],
        **(item.get("dockerLabels") or {}),
    }
    try:
        container = client.containers.run(
            item["image"],
            detach=True,
            name=f"berth-{identifier[:8]}-{item['name']}",
            labels=labels,
            environment=environment,
            network=_network,
            networking_config={_network: client.api.create_endpoint_config(aliases=aliases)},
            ports=containers.port_bindings(item, definition.get("networkMode", "bridge")),
            **containers.options(item, _volumes(task, definition, item, client)),
        )
    except docker.errors.APIError as error:
        raise Unstarted(f"CannotStartContainerError: {error.explanation}") from error
    index = [entry["name"] for entry in task["containers"]].index(item["name"])
    if not ecs._attach_started_container(task, container, index, "", _network):
        ecs._cleanup_task_resources(task, client, container)
        raise Unstarted("stopped")
    ecs._start_awslogs_forwarder(container, item, identifier)
    return container


def _await(task: Task, container: Any, dependency: Mapping[str, str]) -> None:
    """Wait for one dependency's condition; a container that can't reach it any more fails the task."""
    condition = dependency["condition"]
    while ecs._task_is_active(task["taskArn"], task):
        container.reload()
        state = container.attrs["State"]
        ended = state["Status"] == "exited"
        if ended:
            _record_exit(task, dependency["containerName"], state["ExitCode"])
        if condition == "START" or (condition == "HEALTHY" and state.get("Health", {}).get("Status") == "healthy"):
            return
        if ended and (condition == "COMPLETE" or (condition == "SUCCESS" and state["ExitCode"] == 0)):
            return
        if ended or state.get("Health", {}).get("Status") == "unhealthy":
            raise Unstarted(f"dependency {dependency['containerName']} has not become {condition}")
        time.sleep(POLL)
    raise Unstarted("stopped")


def _record_exit(task: Task, name: str, code: int) -> None:
    for container in task["containers"]:
        if container["name"] == name:
            container["lastStatus"], container["exitCode"] = "STOPPED", code


def _reorder(task: Task, order: list[str]) -> None:
    """The emulator matches containers and Docker's ids by position."""
    with resource_lock("ecs-task", task["taskArn"]):
        pairs = sorted(
            zip(task["containers"], task["_container_essentials"], strict=True),
            key=lambda pair: order.index(pair[0]["name"]),
        )
        task["containers"] = [container for container, _ in pairs]
        task["_container_essentials"] = [essential for _, essential in pairs]


def _pull(client: docker.DockerClient, image: str) -> None:
    try:
        client.images.get(image)
    except docker.errors.ImageNotFound:
        try:
            client.images.pull(image)
        except docker.errors.APIError as error:
            raise Unstarted(f"CannotPullContainerError: {error.explanation}") from error


def _volumes(
    task: Task, definition: Mapping[str, Any], item: Mapping[str, Any], client: docker.DockerClient
) -> dict[str, str]:
    """The task's volumes by name, as Docker's names, made where they are new."""
    found = {}
    for volume in definition.get("volumes") or ():
        host = (volume.get("host") or {}).get("sourcePath")
        found[volume["name"]] = host or _docker_volume(task, volume, item["image"], client)
    return found


def _docker_volume(task: Task, volume: Mapping[str, Any], image: str, client: docker.DockerClient) -> str:
    file_system = volume.get("efsVolumeConfiguration")
    access_point = ((file_system or {}).get("authorizationConfig") or {}).get("accessPointId")
    if file_system:
        scope = f"{file_system['fileSystemId']}-{access_point or 'root'}"
    elif (volume.get("dockerVolumeConfiguration") or {}).get("scope") == "shared":
        scope = "shared"
    else:
        scope = task["taskArn"].rpartition("/")[2]
    name = f"{_network}-{scope}-{volume['name']}"
    with resource_lock("berth-volume", name):
        try:
            client.volumes.get(name)
        except docker.errors.NotFound:
            client.volumes.create(name, labels=_label)
            creation = (efs._access_points.get(access_point) or {}).get("RootDirectory", {}).get("CreationInfo")
            if creation:
                containers.own_directory(client, name, image, creation)
    return name
