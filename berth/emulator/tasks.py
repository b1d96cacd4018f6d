"""How the ECS agent starts one task: containers in the order of ``dependsOn``, with their network and volumes.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from graphlib import TopologicalSorter
from typing import Any

import docker
from ministack.core import container_reaper
from ministack.core.concurrency import resource_lock
from ministack.services import ecs, efs

from berth.emulator import containers, endings, instance, names, values
from berth.emulator.process import LABEL
from berth.untyped import inside, mapping

POLL = 0.1
Task = dict[str, Any]

_network = ""
_label: dict[str, str] = {}


class Unstarted(Exception):
    """The task was stopped, or its containers can't start; the text is ECS's reason."""


def _no(*_: object) -> bool:
    return False


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
    ecs._deployment_needs_first_task = _no  # images are named by digest, or lie on this machine


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
                _await(task, started[dependency["containerName"]], dependency, client)
            sources = {source["sourceContainer"]: source for source in item.get("volumesFrom") or ()}
            others = [f"{started[name].id}:{containers.mode(source)}" for name, source in sources.items()]
            started[item["name"]] = _start_container(task, definition, item, others, client)
        if not ecs._mark_task_running(arn, task):
            raise Unstarted("stopped")
    except (Unstarted, ValueError) as error:
        ecs._fail_task_start(task, client, str(error))


def in_order(definitions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Container definitions, each after those that it depends on or takes volumes from."""
    by_name = {item["name"]: item for item in definitions}
    graph = {
        name: [
            *(dependency["containerName"] for dependency in item.get("dependsOn") or ()),
            *(source["sourceContainer"] for source in item.get("volumesFrom") or ()),
        ]
        for name, item in by_name.items()
    }
    return [by_name[name] for name in TopologicalSorter(graph).static_order()]


def _start_container(
    task: Task, definition: Mapping[str, Any], item: dict[str, Any], others: list[str], client: docker.DockerClient
) -> Any:
    if not ecs._task_is_active(task["taskArn"], task):
        raise Unstarted("stopped")
    identifier = task["taskArn"].rpartition("/")[2]
    environment = {entry["name"]: entry["value"] for entry in item.get("environment") or ()}
    environment.update(values.secrets(item))
    _pull(client, item["image"])
    cluster, group = str(ecs._cluster_name_from_arn(task["clusterArn"])), task.get("group", "")
    aliases = names.aliases(cluster, group, item)
    network = _network_for(names.namespace(cluster, group), client)
    ports, ports_label = instance.place(containers.port_bindings(item, definition.get("networkMode", "bridge")))
    labels = {
        **container_reaper.own_labels("ecs"),
        **_label,
        **ports_label,
        "com.amazonaws.ecs.task-arn": task["taskArn"],
        "com.amazonaws.ecs.task-definition-family": definition["family"],
        "com.amazonaws.ecs.container-name": item["name"],
        endings.STOP_LABEL: str(item.get("stopTimeout") or endings.STOP_TIMEOUT),
        **inside(item, "dockerLabels"),
    }
    try:
        container = client.containers.run(
            item["image"],
            detach=True,
            name=f"berth-{identifier[:8]}-{item['name']}",
            labels=labels,
            environment=environment,
            network=network,
            networking_config={network: client.api.create_endpoint_config(aliases=aliases)},
            volumes_from=others,
            ports=ports,
            **containers.options(item, _volumes(task, definition, item, client)),
        )
    except docker.errors.APIError as error:
        raise Unstarted(f"CannotStartContainerError: {error.explanation}") from error
    index = [entry["name"] for entry in task["containers"]].index(item["name"])
    if not ecs._attach_started_container(task, container, index, "", network):
        ecs._cleanup_task_resources(task, client, container)
        raise Unstarted("stopped")
    if _takes_requests(f"{cluster}/{group.removeprefix('service:')}", item):
        task["_container_ip"], task["attachments"] = None, []  # the emulator has taken the first container's
        ecs._record_task_ip(task, container, network)
    ecs._start_awslogs_forwarder(container, item, identifier)
    return container


def _takes_requests(service: str, item: Mapping[str, Any]) -> bool:
    """Whether a load balancer's requests go to this container, or, without a load balancer, any requests at all."""
    targets = [target.get("containerName") for target in mapping(ecs._services.get(service)).get("loadBalancers") or ()]
    return item["name"] in targets if targets else bool(item.get("portMappings"))


def _network_for(namespace: str | None, client: docker.DockerClient) -> str:
    """A namespace's own network, so that nobody else knows its names; without a namespace the common one."""
    if namespace is None:
        return _network
    name = f"{_network}-{namespace.rpartition('/')[2]}"
    with resource_lock("berth-network", name):
        try:
            client.networks.get(name)
        except docker.errors.NotFound:
            client.networks.create(name, labels=_label)
    return name


def _await(task: Task, container: Any, dependency: Mapping[str, str], client: docker.DockerClient) -> None:
    """Wait for one dependency's condition; a container that can't reach it any more fails the task."""
    condition = dependency["condition"]
    reason = f"dependency {dependency['containerName']} has not become {condition}"
    while ecs._task_is_active(task["taskArn"], task):
        # One look at all of them: between two, the dependency could end unnoticed.
        states = endings.container_states(task, client)
        essential = endings.essential_ended(task, states)
        place = next((index for index, known in enumerate(task["_docker_ids"]) if known == container.id), None)
        state = next((known for index, known in states if index == place), None)
        if state is None:  # Docker did not answer for it, or it was removed
            try:
                container.reload()
            except docker.errors.NotFound:
                raise Unstarted(reason) from None
            time.sleep(POLL)
            continue
        ended = state["Status"] == "exited"
        if condition == "START" or (condition == "HEALTHY" and state.get("Health", {}).get("Status") == "healthy"):
            return
        if ended and (condition == "COMPLETE" or (condition == "SUCCESS" and state["ExitCode"] == 0)):
            return
        if ended or state.get("Health", {}).get("Status") == "unhealthy":
            raise Unstarted(reason)
        if condition == "HEALTHY" and "Health" not in state:
            raise Unstarted(f"{reason}: it has no healthCheck")
        if essential:
            raise Unstarted(endings.ESSENTIAL)
        time.sleep(POLL)
    raise Unstarted("stopped")


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
            raise Unstarted(f"CannotPullContainerError: failed to resolve ref {image}: {error.explanation}") from error


def _volumes(
    task: Task, definition: Mapping[str, Any], item: Mapping[str, Any], client: docker.DockerClient
) -> dict[str, str]:
    """The task's volumes by name, as Docker's names, made where they are new."""
    found: dict[str, str] = {}
    for volume in definition.get("volumes") or ():
        host = inside(volume, "host").get("sourcePath")
        found[volume["name"]] = host or _docker_volume(task, volume, item["image"], client)
    return found


def _docker_volume(task: Task, volume: Mapping[str, Any], image: str, client: docker.DockerClient) -> str:
    file_system = volume.get("efsVolumeConfiguration")
    access_point = inside(file_system, "authorizationConfig").get("accessPointId")
    if file_system:
        scope = f"{file_system['fileSystemId']}-{access_point or 'root'}"
    elif inside(volume, "dockerVolumeConfiguration").get("scope") == "shared":
        scope = f"shared-{volume['name']}"
    else:
        scope = f"{task['taskArn'].rpartition('/')[2]}-{volume['name']}"
    name = f"{_network}-{scope}"
    with resource_lock("berth-volume", name):
        try:
            client.volumes.get(name)
        except docker.errors.NotFound:
            client.volumes.create(name, labels=_label)
            creation = inside(efs._access_points.get(access_point), "RootDirectory").get("CreationInfo")
            if creation:
                containers.own_directory(client, name, image, creation)
    return name
