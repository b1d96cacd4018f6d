"""The containers of a task as the one canonical JSON text that ``aws.ecs.TaskDefinition`` takes.

The same containers always give the same bytes: keys and variables are sorted, containers follow those they depend on,
and what ECS would fill in is written out, so that reading the definition back from AWS shows no difference:
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Literal, TypeAlias

from berth.components.container import Container, ContainerHealthCheck, LogConfiguration, PortMapping

if TYPE_CHECKING:
    import pulumi

NetworkMode = Literal["bridge", "awsvpc"]
Launch = Literal["EC2", "FARGATE"]
Json: TypeAlias = "int | bool | pulumi.Input[str] | Sequence[Json] | Mapping[str, Json] | None"
JsonObject: TypeAlias = "dict[str, Json]"

MAXIMUM_CONTAINERS = 10
MAXIMUM_BYTES = 65_536
"""Both: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html"""

LATE_VALUE_BYTES = 160
"""How long a value counts that only its resource knows: an ARN, or an image with its digest."""


def render(
    containers: Sequence[Container], *, network_mode: NetworkMode, log_options: Mapping[str, pulumi.Input[str]]
) -> pulumi.Output[str]:
    """The canonical JSON of ``containers``, once every late value in it (image, secret ARN, log group) is known.

    Nothing given is left out; ``problems`` says what a launch type would refuse.

    Args:
        network_mode: decides what an unsaid host port means: the container port (awsvpc) or any free port, 0 (bridge).
        log_options: the options of the ``awslogs`` driver for each container.

    Raises:
        ValueError: the containers wait for each other, or for one that does not exist.
    """
    import pulumi  # here, as a definition of plain values needs no SDK

    definitions = [definition(container, network_mode, log_options) for container in in_order(containers)]
    return pulumi.Output.from_input(definitions).apply(canonical)


def canonical(value: object) -> str:
    """JSON without blanks, keys sorted; text stays as it is, so that a byte is a byte in ECS's limit."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def in_order(containers: Sequence[Container]) -> tuple[Container, ...]:
    """Each container after those that it depends on, otherwise by name.

    Raises:
        ValueError: as ``render``.
    """
    by_name = {container.name: container for container in containers}
    if len(by_name) != len(containers):
        raise ValueError(f"two containers have the same name: {', '.join(sorted(c.name for c in containers))}")
    for container in containers:
        for dependency in container.depends_on:
            if dependency not in by_name:
                raise ValueError(f"container {container.name!r} depends on {dependency!r}, which is not in its task")
    sorter = TopologicalSorter({container.name: container.depends_on.keys() for container in containers})
    try:
        sorter.prepare()
    except CycleError as error:
        raise ValueError(f"containers depend on each other: {' -> '.join(error.args[1])}") from None
    order: list[Container] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        order += [by_name[name] for name in ready]
        sorter.done(*ready)
    return tuple(order)


def problems(containers: Sequence[Container], *, launch: Launch, network_mode: NetworkMode) -> tuple[str, ...]:
    """Why ECS would refuse these containers, one plain sentence each; empty when it would not.

    The size is an estimate: a value that is known later, and the options of the logs, count LATE_VALUE_BYTES each.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-task-defs
    """
    found: list[str] = []
    if len(containers) > MAXIMUM_CONTAINERS:
        found.append(f"the task has {len(containers)} containers; ECS allows {MAXIMUM_CONTAINERS}")
    if containers and not any(container.essential for container in containers):
        found.append("no container of the task is essential; ECS wants at least one")
    try:
        in_order(containers)
    except ValueError as error:
        return (*found, str(error))
    for container in containers:
        found += [f"container {container.name!r}: {text}" for text in _refused(container, launch, network_mode)]
    size = _size(containers, network_mode)
    if size > MAXIMUM_BYTES:
        found.append(f"the task definition has {size:,} bytes; ECS allows {MAXIMUM_BYTES:,}")
    return tuple(found)


def merge(base: JsonObject, override: Mapping[str, Json]) -> JsonObject:
    """``base`` with ``override`` on top: objects are merged key by key, everything else is replaced."""
    merged = dict(base)
    for key, value in override.items():
        below = merged.get(key)
        merged[key] = merge(dict(below), value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return merged


def definition(
    container: Container, network_mode: NetworkMode, log_options: Mapping[str, pulumi.Input[str]]
) -> JsonObject:
    """One container in AWS's words, its ``override`` merged last; late values stand in it as they were given."""
    always: JsonObject = {
        "name": container.name,
        "image": container.image,
        "cpu": container.cpu,
        "essential": container.essential,
        "environment": [{"name": key, "value": value} for key, value in sorted(container.environment.items())],
        "mountPoints": [
            {"sourceVolume": mount.source_volume, "containerPath": mount.container_path, "readOnly": mount.read_only}
            for mount in container.mount_points
        ],
        "portMappings": [_port_mapping(mapping, network_mode) for mapping in container.port_mappings],
        "systemControls": [
            {"namespace": key, "value": value} for key, value in sorted(container.system_controls.items())
        ],
        "volumesFrom": [],
        "logConfiguration": _log(container.log, log_options),
    }
    return merge({**always, **_present(_optional(container))}, container.override)


def _optional(container: Container) -> JsonObject:
    """What ECS does not fill in: written only where it says something."""
    return {
        "command": None if container.command is None else list(container.command),
        "entryPoint": None if container.entry_point is None else list(container.entry_point),
        "secrets": [{"name": key, "valueFrom": value} for key, value in sorted(container.secrets.items())],
        "dependsOn": [
            {"containerName": name, "condition": condition} for name, condition in sorted(container.depends_on.items())
        ],
        "healthCheck": _health_check(container.health_check) if container.health_check else None,
        "memory": container.memory,
        "memoryReservation": container.memory_reservation,
        "user": container.user,
        "workingDirectory": container.working_directory,
        "hostname": container.hostname,
        "readonlyRootFilesystem": container.readonly_root_filesystem,
        "privileged": container.privileged,
        "interactive": container.interactive,
        "pseudoTerminal": container.pseudo_terminal,
        "linuxParameters": _linux_parameters(container),
        "ulimits": [
            {"name": name, "softLimit": soft, "hardLimit": hard}
            for name, (soft, hard) in sorted(container.ulimits.items())
        ],
        "extraHosts": [
            {"hostname": name, "ipAddress": address} for name, address in sorted(container.extra_hosts.items())
        ],
        "firelensConfiguration": {"type": container.log_router} if container.log_router else None,
        "dnsServers": list(container.dns_servers),
        "dnsSearchDomains": list(container.dns_search_domains),
        "dockerSecurityOptions": list(container.docker_security_options),
        "resourceRequirements": [{"type": "GPU", "value": str(container.gpus)}] if container.gpus else None,
        "dockerLabels": dict(container.docker_labels),
        "stopTimeout": container.stop_timeout,
    }


def _log(log: LogConfiguration | None, own: Mapping[str, pulumi.Input[str]]) -> JsonObject:
    if log is None:
        return {"logDriver": "awslogs", "options": dict(own)}
    secret_options: Json = [{"name": key, "valueFrom": value} for key, value in sorted(log.secret_options.items())]
    options = {**own, **log.options} if log.driver == "awslogs" else dict(log.options)
    return {"logDriver": log.driver, "options": options, **_present({"secretOptions": secret_options})}


def _linux_parameters(container: Container) -> JsonObject:
    return _present(
        {
            "capabilities": _present(
                {"add": sorted(container.capabilities_add), "drop": sorted(container.capabilities_drop)}
            ),
            "devices": [
                {
                    "hostPath": device.host_path,
                    "containerPath": device.container_path,
                    "permissions": list(device.permissions),
                }
                for device in container.devices
            ],
            "initProcessEnabled": container.init_process,
            "maxSwap": container.max_swap,
            "sharedMemorySize": container.shared_memory_size,
            "tmpfs": [
                _present(
                    {"containerPath": mount.container_path, "size": mount.size, "mountOptions": [*mount.mount_options]}
                )
                for mount in container.tmpfs
            ],
        }
    )


def _port_mapping(mapping: PortMapping, network_mode: NetworkMode) -> JsonObject:
    unsaid = mapping.container_port if network_mode == "awsvpc" else 0
    return {
        "containerPort": mapping.container_port,
        "hostPort": unsaid if mapping.host_port is None else mapping.host_port,
        "protocol": mapping.protocol,
        **_present({"name": mapping.name, "appProtocol": mapping.app_protocol}),
    }


def _health_check(check: ContainerHealthCheck) -> JsonObject:
    """ECS fills in interval, timeout and retries; a start period of 0 is the same as none."""
    return {
        "command": list(check.command),
        "interval": check.interval,
        "timeout": check.timeout,
        "retries": check.retries,
        **_present({"startPeriod": check.start_period or None}),
    }


def _present(values: Mapping[str, Json]) -> JsonObject:
    """The values that say something. An empty command does (the image's own is dropped), so only objects and lists
    that cannot be meant are left out."""
    meant = ("command", "entryPoint")
    return {
        key: value
        for key, value in values.items()
        if value is not None and value is not False and (key in meant or not _is_empty(value))
    }


def _is_empty(value: Json) -> bool:
    return isinstance(value, list | tuple | dict) and not value


def _refused(container: Container, launch: Launch, network_mode: NetworkMode) -> Iterable[str]:
    if network_mode == "awsvpc":
        if container.hostname:
            yield "the awsvpc network mode takes no hostname"
        if container.extra_hosts:
            yield "the awsvpc network mode takes no extra hosts"
        if container.dns_servers or container.dns_search_domains:
            yield "the awsvpc network mode takes no name servers and no search domains"
        for mapping in container.port_mappings:
            if mapping.host_port not in (None, 0, mapping.container_port):
                yield (
                    f"the awsvpc network mode has no host port of its own; publish {mapping.container_port} as "
                    f"{mapping.container_port}, not {mapping.host_port}"
                )
    if launch == "FARGATE":
        if container.privileged:
            yield "Fargate runs no privileged container"
        if container.shared_memory_size:
            yield "Fargate has no shared memory size"
        if container.devices or container.gpus:
            yield "Fargate has no devices and no GPUs"
        if container.max_swap is not None:
            yield "Fargate has no swap"
        if container.docker_security_options:
            yield "Fargate takes no Docker security options"
        if refused := sorted(set(container.capabilities_add) - {"SYS_PTRACE"}):
            yield f"Fargate adds no capability but SYS_PTRACE (got {', '.join(refused)})"
        if refused := sorted(container.ulimits.keys() - {"nofile"}):
            yield f"Fargate changes no limit but nofile (got {', '.join(refused)})"
    elif container.memory is None and container.memory_reservation is None and "memory" not in container.override:
        yield "EC2 needs a memory limit or a memory reservation"


def _size(containers: Sequence[Container], network_mode: NetworkMode) -> int:
    late = "x" * LATE_VALUE_BYTES
    definitions = [definition(container, network_mode, {"awslogs": late}) for container in containers]
    return len(canonical(_known(definitions, late)).encode())


def _known(value: Json, late: str) -> Json:
    if isinstance(value, Mapping):
        return {key: _known(item, late) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_known(item, late) for item in value]
    return value if value is None or isinstance(value, str | int | float) else late
