"""The Compose application as frozen, typed data, after merging, interpolation and defaults.

Every unit is normalised: durations are seconds, memory is bytes, CPUs are a number of cores.
Field names are Compose's own: https://docs.docker.com/reference/compose-file/services/
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from berth.compose.extension import Schedule, ServiceExtension, VolumeExtension

Condition = Literal["service_started", "service_healthy", "service_completed_successfully"]


ALL_GPUS = -1
"""A count of GPUs: however many there are, as Docker Compose itself writes it."""


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Build(Model):
    context: Path
    dockerfile: str | None = None
    dockerfile_inline: str | None = None
    args: Mapping[str, str] = {}
    target: str | None = None
    secrets: tuple[str, ...] = ()
    additional_contexts: Mapping[str, str] = {}
    platforms: tuple[str, ...] = ()
    labels: Mapping[str, str] = {}
    cache_from: tuple[str, ...] = ()
    cache_to: tuple[str, ...] = ()
    no_cache: bool = False
    pull: bool = False
    network: str | None = None
    extra_hosts: tuple[str, ...] = ()


class Variable(Model):
    """One environment variable. ``sensitive``: its value came from an env file, the shell or a stack secret."""

    value: str
    sensitive: bool = False


class Port(Model):
    """``published_to`` is the last host port of a range, of which Docker takes one that is free."""

    target: int
    published: int | None = None
    published_to: int | None = None
    protocol: str = "tcp"
    host_ip: str | None = None
    name: str | None = None
    app_protocol: str | None = None


class HealthCheck(Model):
    """``test`` as Docker takes it: ``("CMD", …)`` or ``("CMD-SHELL", line)``. Durations are seconds."""

    test: tuple[str, ...]
    interval: float = 30
    timeout: float = 30
    retries: int = 3
    start_period: float = 0
    start_interval: float | None = None


class Dependency(Model):
    condition: Condition = "service_started"
    required: bool = True
    restart: bool = False


class Mount(Model):
    """A mount of a service. ``source`` is the volume's key in the file, or a host path for a bind mount."""

    type: Literal["volume", "bind", "tmpfs", "image", "npipe", "cluster"]
    target: str
    source: str | None = None
    read_only: bool = False
    subpath: str | None = None
    nocopy: bool = False
    size: int | None = None
    mode: int | None = None


class Grant(Model):
    """A secret or config given to a service as a file at the absolute path ``target``."""

    source: str
    target: str
    uid: int | None = None
    gid: int | None = None
    mode: int | None = None


class Attachment(Model):
    """A service's place in a network: the further names it answers to there."""

    aliases: tuple[str, ...] = ()


class Resources(Model):
    cpus: float | None = None
    memory: int | None = None


class Constraint(Model):
    """``subject`` is Docker's name of what a host has: ``node.labels.disk``, ``node.platform.arch``."""

    subject: str
    equal: bool
    value: str

    def __str__(self) -> str:
        return f"{self.subject} {'==' if self.equal else '!='} {self.value}"


class Deploy(Model):
    """``max_replicas_per_node`` 0 is any number."""

    replicas: int = 1
    limits: Resources = Resources()
    reservations: Resources = Resources()
    update_order: Literal["start-first", "stop-first"] | None = None
    update_failure_action: Literal["continue", "pause", "rollback"] | None = None
    restart_condition: Literal["none", "on-failure", "any"] | None = None
    constraints: tuple[Constraint, ...] = ()
    max_replicas_per_node: int = 0
    labels: Mapping[str, str] = {}


class Ulimit(Model):
    soft: int
    hard: int


class Device(Model):
    """A device of the host. ``permissions`` are letters: read, write, mknod."""

    source: str
    target: str
    permissions: str = "rwm"


class Logging(Model):
    driver: str
    options: Mapping[str, str] = {}


class Service(Model):
    name: str
    image: str | None = None
    build: Build | None = None
    platform: str | None = None
    command: tuple[str, ...] | None = None
    entrypoint: tuple[str, ...] | None = None
    environment: Mapping[str, Variable] = {}
    ports: tuple[Port, ...] = ()
    expose: tuple[int, ...] = ()
    exposed: tuple[int, ...] = ()
    networks: Mapping[str, Attachment] = {}
    network_mode: str | None = None
    depends_on: Mapping[str, Dependency] = {}
    healthcheck: HealthCheck | None = None
    deploy: Deploy = Deploy()
    mounts: tuple[Mount, ...] = ()
    secrets: tuple[Grant, ...] = ()
    configs: tuple[Grant, ...] = ()
    user: str | None = None
    working_dir: str | None = None
    hostname: str | None = None
    init: bool = False
    read_only: bool = False
    privileged: bool = False
    stdin_open: bool = False
    tty: bool = False
    cap_add: tuple[str, ...] = ()
    cap_drop: tuple[str, ...] = ()
    ulimits: Mapping[str, Ulimit] = {}
    sysctls: Mapping[str, str] = {}
    extra_hosts: tuple[str, ...] = ()
    devices: tuple[Device, ...] = ()
    gpus: int = 0
    dns: tuple[str, ...] = ()
    dns_search: tuple[str, ...] = ()
    security_opt: tuple[str, ...] = ()
    memswap_limit: int | None = None
    shm_size: int | None = None
    stop_signal: str | None = None
    stop_grace_period: float | None = None
    restart: str | None = None
    labels: Mapping[str, str] = {}
    logging: Logging | None = None
    extension: ServiceExtension = ServiceExtension()

    @property
    def schedule(self) -> Schedule | None:
        """When it runs; None: all the time, or once a deployment."""
        return self.extension.schedule

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that other services reach this one by: its own first, then each alias once."""
        aliases = [alias for attachment in self.networks.values() for alias in attachment.aliases]
        return tuple(dict.fromkeys([self.name, *aliases]))

    @property
    def written_volumes(self) -> tuple[str, ...]:
        """The volumes that it writes to: two tasks at once may destroy what a database has there."""
        return tuple(str(item.source) for item in self.mounts if item.type == "volume" and not item.read_only)

    @property
    def container_ports(self) -> tuple[int, ...]:
        """Every TCP port that the service is known to listen on, from ``ports`` and ``expose``, in order."""
        published = [port.target for port in self.ports if port.protocol == "tcp"]
        return tuple(dict.fromkeys([*published, *self.expose]))


class Network(Model):
    name: str
    internal: bool = False
    external: bool = False
    labels: Mapping[str, str] = {}


class Volume(Model):
    name: str
    external: bool = False
    external_name: str | None = None
    driver: str | None = None
    driver_opts: Mapping[str, str] = {}
    labels: Mapping[str, str] = {}
    extension: VolumeExtension = VolumeExtension()


class FileObject(Model):
    """A secret or a config: exactly one of its sources is set. ``given``: a program gives its value."""

    name: str
    file: Path | None = None
    environment: str | None = None
    content: str | None = None
    external: bool = False
    external_name: str | None = None
    given: bool = False
    labels: Mapping[str, str] = {}


class Application(Model):
    """One Compose application: its services by name and what they share.

    ``raw`` is the resolved file as plain data, for the support check, which looks at every key. ``environment`` is
    what Compose interpolates from: the shell, ``.env`` and the stack's variables; empty where no secret or config is
    one of these.
    """

    name: str
    directory: Path
    files: tuple[Path, ...]
    services: Mapping[str, Service]
    networks: Mapping[str, Network] = {}
    volumes: Mapping[str, Volume] = {}
    secrets: Mapping[str, FileObject] = {}
    configs: Mapping[str, FileObject] = {}
    raw: Mapping[str, Any] = Field(default={}, repr=False)
    environment: Mapping[str, str] = Field(default={}, repr=False)

    @property
    def file(self) -> str:
        """The file's name as the user knows it, for messages."""
        return self.files[0].name if self.files else "compose.yaml"

    def run_once(self, service: str) -> bool:
        """Whether some service waits for this one to complete: then it is a task that runs once a deployment."""
        return any(
            service in other.depends_on and other.depends_on[service].condition == "service_completed_successfully"
            for other in self.services.values()
        )

    def takes_requests(self, service: str) -> bool:
        """Whether it runs all the time, so that others may reach it: not where it runs once, or by a schedule."""
        return not self.ends(service)

    def ends(self, service: str) -> Literal["", "once", "by a schedule"]:
        """How a service runs that ends by itself; empty: it runs all the time."""
        if self.run_once(service):
            return "once"
        return "by a schedule" if self.scheduled(service) else ""

    def scheduled(self, service: str) -> bool:
        """Whether a schedule starts it, and nothing else."""
        return service in self.services and self.services[service].schedule is not None

    def listening_ports(self, service: str) -> tuple[int, ...]:
        """The TCP ports on which ``service`` answers others: what its file says, else its Dockerfile or image."""
        return self.services[service].container_ports or self.services[service].exposed
