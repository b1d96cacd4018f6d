"""What a Compose service becomes on ECS, as plain data: no Pulumi, nothing created.

``plan_service`` decides sizes, roll-out percentages, ports and files; ``berth.platforms.ecs.containers`` writes the
containers, and ``berth.platforms.ecs.deploy`` makes the resources.
"""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Literal

from berth.compose.model import Application, Grant, Mount, Service
from berth.platforms.ecs.counts import first_count
from berth.platforms.ecs.rollouts import two_groups
from berth.platforms.ecs.sizes import (
    DEFAULT_MEMORY,
    HELPER_MEMORY,
    LOG_ROUTER_MEMORY,
    MIB,
    SERVICE_CONNECT_MEMORY,
    TaskSize,
    fargate_size,
)
from berth.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class MountedFile:
    """A granted secret or config: its file in a directory that a helper container fills."""

    kind: str  # "secret" or "config"
    source: str
    directory: str
    filename: str
    uid: int
    gid: int
    mode: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """How many of a service's tasks run during a deployment, in percent of its replicas."""

    minimum_healthy: int
    maximum: int
    rollback: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePlan:
    """One service on ECS.

    ``size`` is the task's on Fargate; None on EC2, where containers reserve. ``memory`` and ``memory_reservation``
    are the main container's, in MiB. ``directories`` are the folders that a helper container fills with files.
    """

    service: Service
    run_once: bool
    replicas: int
    size: TaskSize | None
    memory: int | None
    memory_reservation: int | None
    cpu: int
    rollout: Rollout
    ports: tuple[int, ...]
    files: tuple[MountedFile, ...]
    volumes: tuple[Mount, ...]

    @property
    def scheduled(self) -> bool:
        """Whether a schedule starts its tasks, so that it is no ECS service."""
        return self.service.schedule is not None

    @property
    def directories(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(file.directory for file in self.files))

    @property
    def dns_names(self) -> tuple[str, ...]:
        """The names that Service Connect gives it, each for its ports: none where there is no port to name."""
        return () if self.run_once or self.scheduled or not self.ports else self.service.names

    @property
    def sensitive_variables(self) -> dict[str, str]:
        """The variables whose values go through Secrets Manager."""
        return {key: item.value for key, item in sorted(self.service.environment.items()) if item.sensitive}

    @property
    def awaits(self) -> dict[str, Literal["started", "done"]]:
        """Service -> what must have become of it before this one is deployed; ``done``: it runs, or has completed."""
        return {
            name: "started" if dependency.condition == "service_started" else "done"
            for name, dependency in sorted(self.service.depends_on.items())
        }

    @property
    def routes_log(self) -> bool:
        """Whether a router of its own takes the log somewhere."""
        return self.service.logging is not None and self.service.logging.driver == "awsfirelens"

    @property
    def reserved_memory(self) -> int:
        """MiB that one task of it reserves on an instance, the Service Connect proxy's share included."""
        helper = HELPER_MEMORY * (bool(self.files) + self.run_once) + LOG_ROUTER_MEMORY * self.routes_log
        own = self.memory_reservation or self.memory or DEFAULT_MEMORY
        return own + helper + (0 if self.run_once else proxy_memory(self.service))


def volume_name(mount: Mount) -> str:
    """A named volume's name in a task; a part of one is a volume of its own there."""
    if not mount.subpath:
        return str(mount.source)
    folder = mount.subpath.strip("/")
    return f"{mount.source}-{re.sub(r'[^A-Za-z0-9]+', '-', folder)}-{zlib.crc32(folder.encode()):08x}"


def deployment_order(application: Application) -> tuple[str, ...]:
    """Every service's name, each after the services that it depends on."""
    graph = {
        name: sorted(dependency for dependency in service.depends_on if dependency in application.services)
        for name, service in sorted(application.services.items())
    }
    return tuple(TopologicalSorter(graph).static_order())


def plan_service(application: Application, name: str, settings: Settings) -> ServicePlan:
    """Decide how one service runs on the platform; ``berth.platforms.ecs.rules`` has said what does not fit."""
    service = application.services[name]
    run_once = application.run_once(name)
    fargate = settings.platform == "ecs-fargate"
    limits, reservations = service.deploy.limits, service.deploy.reservations
    return ServicePlan(
        service=service,
        run_once=run_once,
        replicas=1 if run_once else first_count(application, service),
        size=requested_size(service) if fargate else None,
        memory=to_mib(limits.memory),
        memory_reservation=_reservation(service),
        cpu=0 if fargate else round((reservations.cpus or 0) * 1024),
        rollout=_rollout(service, settings),
        ports=application.listening_ports(name),
        files=_mounted_files(service),
        volumes=tuple(mount for mount in service.mounts if mount.type == "volume"),
    )


def plan_application(application: Application, settings: Settings) -> dict[str, ServicePlan]:
    """Every service's plan by name, in deployment order."""
    return {name: plan_service(application, name, settings) for name in deployment_order(application)}


def network_mode(settings: Settings) -> Literal["awsvpc", "bridge"]:
    """A network interface for each task on Fargate; one bridge for all containers of an instance."""
    return "awsvpc" if settings.platform == "ecs-fargate" else "bridge"


def volumes_on_instance(settings: Settings) -> bool:
    """Whether named volumes lie on an instance's disk, instead of on EFS."""
    return settings.platform == "ecs-ec2" and settings.volume_storage == "instance"


def to_mib(size: int | None) -> int | None:
    """Bytes as whole MiB, rounded up."""
    return None if size is None else math.ceil(size / MIB)


def requested_size(service: Service) -> TaskSize | None:
    """The Fargate pair that a service's limits (or else reservations) ask for; None when no pair is large enough."""
    limits, reservations = service.deploy.limits, service.deploy.reservations
    cpus = limits.cpus or reservations.cpus or 0.25
    memory = to_mib(limits.memory or reservations.memory)
    wanted = 512 if memory is None else memory + proxy_memory(service)
    return fargate_size(cpu=math.ceil(cpus * 1024), memory=wanted)


def proxy_memory(service: Service) -> int:
    """MiB of the Service Connect proxy, which only tasks of ECS services have."""
    return 0 if service.schedule else SERVICE_CONNECT_MEMORY


def _reservation(service: Service) -> int | None:
    reserved = to_mib(service.deploy.reservations.memory)
    if reserved is None and service.deploy.limits.memory is None:
        return DEFAULT_MEMORY
    return reserved


def _rollout(service: Service, settings: Settings) -> Rollout:
    """stop-first is 0/100 and start-first 100/200, as Compose words it.

    Unsaid: start-first on Fargate, stop-first on instances, where no room is left for two, and for whatever writes to
    a volume, as two databases on one directory destroy it.
    """
    unsaid = "stop-first" if service.written_volumes or settings.platform == "ecs-ec2" else "start-first"
    if two_groups(service, settings):
        unsaid = "start-first"
    order = service.deploy.update_order or unsaid
    if no_room_for_two(service, settings):
        order = "stop-first"
    rollback = service.deploy.update_failure_action in (None, "rollback")
    if order == "stop-first":
        return Rollout(minimum_healthy=0, maximum=100, rollback=rollback)
    return Rollout(minimum_healthy=100, maximum=200, rollback=rollback)


def no_room_for_two(service: Service, settings: Settings) -> bool:
    """Whether every instance has a task already and takes no other, so that one ends before the next starts."""
    if settings.platform != "ecs-ec2":
        return False
    published = not settings.load_balanced and any(port.published for port in service.ports)
    alone = published or bool(service.deploy.max_replicas_per_node)
    return alone and service.deploy.replicas >= settings.most_instances


def _mounted_files(service: Service) -> tuple[MountedFile, ...]:
    return (*_files("secret", service.secrets), *_files("config", service.configs))


def _files(kind: str, grants: Sequence[Grant]) -> tuple[MountedFile, ...]:
    """0444 and root are Compose's defaults: https://docs.docker.com/reference/compose-file/services/#secrets"""
    return tuple(
        MountedFile(
            kind=kind,
            source=grant.source,
            directory=grant.target.rpartition("/")[0] or "/",
            filename=grant.target.rpartition("/")[2],
            uid=grant.uid or 0,
            gid=grant.gid or 0,
            mode=0o444 if grant.mode is None else grant.mode,
        )
        for grant in grants
    )
