"""A planned service as the containers of its ECS task.

A task is the service's own container, and up to three helpers, of which the first two are on the setting ``initImage``:

- ``<service>-files`` writes granted secrets and configs to files before the service starts, as ECS itself can hand
  a secret over as an environment variable only;
- ``<service>-keeper``, in a run-once task, keeps the task alive until its exit code was read;
- ``<service>-log`` routes the log, where the service's driver is ``awsfirelens``.
"""

from __future__ import annotations

import base64
import math
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from berth.components.container import Container, ContainerHealthCheck, MountPoint, PortMapping, Tmpfs
from berth.compose.model import HealthCheck, Mount, Port, Service
from berth.platforms.ecs.instance import instance_fields
from berth.platforms.ecs.logs import log_configuration, log_router, router_name
from berth.platforms.ecs.network_ingress import udp_targets
from berth.platforms.ecs.plan import MountedFile, ServicePlan, volume_name
from berth.platforms.ecs.sizes import HELPER_MEMORY, MIB
from berth.settings import Settings

if TYPE_CHECKING:  # else what only plans would load the SDK
    import pulumi

HELPER_ROOT = "/berth"
"""Where the helper container sees the directories that it fills."""

MAXIMUM_STOP_TIMEOUT = 120
"""Seconds: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """What a container needs and only its resource knows: outputs in a program, plain strings in a test.

    ``secrets``, ``environment``, ``log_secrets`` and ``config_references`` map a name to what ECS reads at start
    (``valueFrom``); ``configs`` maps a config to its content, which is known early.
    """

    image: pulumi.Input[str]
    secrets: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, "pulumi.Input[str]"])
    environment: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, "pulumi.Input[str]"])
    log_secrets: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, "pulumi.Input[str]"])
    configs: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    config_references: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, "pulumi.Input[str]"])


def _protocol(port: Port) -> Literal["tcp", "udp"]:
    """The ports' rules have refused all others."""
    return "udp" if port.protocol == "udp" else "tcp"


def build_containers(plan: ServicePlan, settings: Settings, late: Late) -> tuple[Container, ...]:
    """The containers of one task, helpers first."""
    helpers: list[Container] = []
    if plan.files:
        helpers.append(_files_container(plan, settings, late))
    if plan.run_once:
        helpers.append(_keeper_container(plan, settings))
    if plan.routes_log:
        helpers.append(log_router(plan, settings))
    return (*helpers, _main_container(plan, settings, late))


def files_name(plan: ServicePlan) -> str:
    return f"{plan.service.name}-files"


def directory_volume(index: int) -> str:
    """The task volume that holds the ``index``-th directory of files."""
    return f"files-{index}"


def published_port(service: Service, target: int) -> int | None:
    """The host port that the file publishes the TCP port ``target`` on."""
    ports = (port for port in service.ports if port.protocol == "tcp" and port.target == target)
    return next((port.published for port in ports if port.published), None)


def port_name(plan: ServicePlan, port: int) -> str:
    """A port's name in Service Connect."""
    return f"{plan.service.name}-{port}"


def _main_container(plan: ServicePlan, settings: Settings, late: Late) -> Container:
    service = plan.service
    on_instance = settings.platform == "ecs-ec2"
    references = {
        **late.environment,
        **{key: late.secrets[source] for key, source in service.extension.secret_environment.items()},
    }
    return Container(
        name=service.name,
        image=late.image,
        essential=not plan.run_once,
        command=service.command,
        entry_point=service.entrypoint,
        environment={key: item.value for key, item in service.environment.items() if key not in references},
        secrets=references,
        port_mappings=_port_mappings(plan, settings),
        mount_points=(
            *(
                MountPoint(source_volume=directory_volume(index), container_path=directory, read_only=True)
                for index, directory in enumerate(plan.directories)
            ),
            *(
                MountPoint(source_volume=volume_name(mount), container_path=mount.target, read_only=mount.read_only)
                for mount in plan.volumes
            ),
        ),
        depends_on={
            **({files_name(plan): "SUCCESS"} if plan.files else {}),
            **({router_name(plan): "START"} if plan.routes_log else {}),
        },
        log=log_configuration(service, late.log_secrets),
        health_check=_health_check(service.healthcheck) if service.healthcheck else None,
        cpu=plan.cpu,
        memory=plan.memory,
        memory_reservation=plan.memory_reservation if on_instance or plan.memory else None,
        user=service.user,
        working_directory=service.working_dir,
        hostname=service.hostname if on_instance else None,
        readonly_root_filesystem=service.read_only,
        privileged=service.privileged and on_instance,
        interactive=service.stdin_open,
        pseudo_terminal=service.tty,
        init_process=service.init,
        shared_memory_size=math.ceil(service.shm_size / MIB) if service.shm_size and on_instance else None,
        capabilities_add=service.cap_add,
        capabilities_drop=service.cap_drop,
        tmpfs=_tmpfs(service.mounts),
        ulimits={name: (limit.soft, limit.hard) for name, limit in service.ulimits.items()},
        system_controls=dict(service.sysctls),
        extra_hosts=_extra_hosts(service.extra_hosts) if on_instance else {},
        docker_labels=dict(service.labels),
        stop_timeout=_stop_timeout(service),
        override=service.extension.override,
        **instance_fields(service, settings),
    )


def _files_container(plan: ServicePlan, settings: Settings, late: Late) -> Container:
    """Write every file with its owner and mode, from variables, so that no value is in the command."""
    environment: dict[str, pulumi.Input[str]] = {}
    secrets: dict[str, pulumi.Input[str]] = {}
    lines = ["set -eu", "umask 077"]
    for index, file in enumerate(plan.files):
        variable = f"FILE_{index}"
        encoded = False
        if file.kind == "secret":
            secrets[variable] = late.secrets[file.source]
        elif file.source in late.config_references:
            secrets[variable] = late.config_references[file.source]
        else:
            environment[variable], encoded = _as_text(late.configs[file.source])
        lines += _write_file(plan, file, variable, encoded=encoded)
    return Container(
        name=files_name(plan),
        image=settings.init_image,
        essential=False,
        entry_point=("sh", "-c"),
        command=("\n".join(lines),),
        environment=environment,
        secrets=secrets,
        user="0",
        memory_reservation=HELPER_MEMORY if settings.platform == "ecs-ec2" else None,
        mount_points=tuple(
            MountPoint(source_volume=directory_volume(index), container_path=f"{HELPER_ROOT}/{index}")
            for index in range(len(plan.directories))
        ),
    )


def _write_file(plan: ServicePlan, file: MountedFile, variable: str, *, encoded: bool) -> Sequence[str]:
    folder = f"{HELPER_ROOT}/{plan.directories.index(file.directory)}"
    path = shlex.quote(f"{folder}/{file.filename}")
    decode = " | base64 -d" if encoded else ""
    return (
        f"chmod 755 {folder}",
        f'printf %s "${variable}"{decode} > {path}',
        f"chown {file.uid}:{file.gid} {path}",
        f"chmod {file.mode:04o} {path}",
    )


def _as_text(content: bytes) -> tuple[str, bool]:
    """Content as a variable's value, readable in a diff where it is text; else in Base64. True: in Base64."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        return base64.b64encode(content).decode(), True
    return text, False


def _keeper_container(plan: ServicePlan, settings: Settings) -> Container:
    """ECS starts an ended task of a service again, so the task must outlive the container that runs once."""
    return Container(
        name=f"{plan.service.name}-keeper",
        image=settings.init_image,
        entry_point=("sh", "-c"),
        command=("trap 'exit 0' TERM; sleep 86400 & wait",),
        memory_reservation=HELPER_MEMORY if settings.platform == "ecs-ec2" else None,
    )


def _port_mappings(plan: ServicePlan, settings: Settings) -> tuple[PortMapping, ...]:
    """Ports that other services use get a name; on an instance the published ones keep their host port, or several."""
    if plan.run_once or plan.scheduled:
        return ()
    on_instance = settings.platform == "ecs-ec2" and not settings.load_balanced
    mappings = [
        PortMapping(
            container_port=port,
            host_port=published_port(plan.service, port) if on_instance else None,
            name=port_name(plan, port),
        )
        for port in plan.ports
    ]
    if on_instance:
        mappings += [
            PortMapping(container_port=port.target, host_port=port.published, protocol=_protocol(port))
            for port in plan.service.ports
            if port.protocol == "udp"
            or (port.published and port.published != published_port(plan.service, port.target))
        ]
    elif settings.load_balanced:
        mappings += [PortMapping(container_port=port, protocol="udp") for port in udp_targets(plan.service)]
    return tuple(mappings)


def _health_check(check: HealthCheck) -> ContainerHealthCheck:
    """Within ECS's limits: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html"""
    return ContainerHealthCheck(
        command=check.test,
        interval=_clamp(check.interval, 5, 300),
        timeout=_clamp(check.timeout, 2, 60),
        retries=_clamp(check.retries, 1, 10),
        start_period=_clamp(check.start_period, 0, 300),
    )


def _clamp(value: float, low: int, high: int) -> int:
    return max(low, min(high, math.ceil(value)))


def _tmpfs(mounts: Sequence[Mount]) -> tuple[Tmpfs, ...]:
    """ECS wants a size; Compose's default is the host's choice, and 64 MiB is what most need."""
    return tuple(
        Tmpfs(
            container_path=mount.target,
            size=math.ceil(mount.size / MIB) if mount.size else 64,
            mount_options=() if mount.mode is None else (f"mode={mount.mode:o}",),
        )
        for mount in mounts
        if mount.type == "tmpfs"
    )


def _extra_hosts(entries: Sequence[str]) -> dict[str, str]:
    """``name=address`` and ``name:address`` are the same to Compose; an IPv6 address has colons of its own."""
    pairs = (entry.partition("=") if "=" in entry else entry.partition(":") for entry in entries)
    return {name: address for name, _, address in pairs}


def _stop_timeout(service: Service) -> int | None:
    if service.stop_grace_period is None:
        return None
    return min(MAXIMUM_STOP_TIMEOUT, math.ceil(service.stop_grace_period))
