"""A container of an ECS task, typed, and its one canonical JSON form.

Field names are those of AWS's ContainerDefinition in snake case:
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:  # else what only plans would load the SDK
    import pulumi


@dataclass(frozen=True, slots=True, kw_only=True)
class PortMapping:
    """``host_port`` None: the container port in awsvpc mode, any free port in bridge mode."""

    container_port: int
    host_port: int | None = None
    protocol: Literal["tcp", "udp"] = "tcp"
    name: str | None = None
    app_protocol: Literal["http", "http2", "grpc"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MountPoint:
    source_volume: str
    container_path: str
    read_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerHealthCheck:
    """Durations are whole seconds: interval 5-300, timeout 2-60, start_period 0-300; retries 1-10."""

    command: Sequence[str]
    interval: int = 30
    timeout: int = 5
    retries: int = 3
    start_period: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tmpfs:
    """``size`` is MiB."""

    container_path: str
    size: int
    mount_options: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device of the instance: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Device.html"""

    host_path: str
    container_path: str
    permissions: Sequence[Literal["read", "write", "mknod"]] = ("read", "write", "mknod")


@dataclass(frozen=True, slots=True, kw_only=True)
class LogConfiguration:
    """``secret_options`` maps an option to the ``valueFrom`` that ECS reads at start.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html
    """

    driver: Literal["awslogs", "splunk", "awsfirelens"]
    options: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, "pulumi.Input[str]"])
    secret_options: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, "pulumi.Input[str]"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """``memory``, ``memory_reservation`` and ``max_swap`` are MiB, ``cpu`` is CPU units (1024 a core), ``stop_timeout``
    is seconds.

    ``secrets`` maps a variable to the ``valueFrom`` that ECS reads at start. ``log`` None is the task's own group, and
    with ``awslogs`` its options are over those of that. A ``log_router`` takes the logs of containers whose driver is
    ``awsfirelens``. ``override`` is merged last.
    """

    name: str
    image: pulumi.Input[str]
    essential: bool = True
    command: Sequence[str] | None = None
    entry_point: Sequence[str] | None = None
    environment: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, "pulumi.Input[str]"])
    secrets: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, "pulumi.Input[str]"])
    port_mappings: Sequence[PortMapping] = ()
    mount_points: Sequence[MountPoint] = ()
    depends_on: Mapping[str, Literal["START", "COMPLETE", "SUCCESS", "HEALTHY"]] = field(
        default_factory=dict[str, Literal["START", "COMPLETE", "SUCCESS", "HEALTHY"]]
    )
    health_check: ContainerHealthCheck | None = None
    cpu: int = 0
    memory: int | None = None
    memory_reservation: int | None = None
    user: str | None = None
    working_directory: str | None = None
    hostname: str | None = None
    readonly_root_filesystem: bool = False
    privileged: bool = False
    interactive: bool = False
    pseudo_terminal: bool = False
    init_process: bool = False
    shared_memory_size: int | None = None
    max_swap: int | None = None
    devices: Sequence[Device] = ()
    gpus: int = 0
    dns_servers: Sequence[str] = ()
    dns_search_domains: Sequence[str] = ()
    docker_security_options: Sequence[str] = ()
    capabilities_add: Sequence[str] = ()
    capabilities_drop: Sequence[str] = ()
    tmpfs: Sequence[Tmpfs] = ()
    ulimits: Mapping[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])
    system_controls: Mapping[str, str] = field(default_factory=dict[str, str])
    extra_hosts: Mapping[str, str] = field(default_factory=dict[str, str])
    log: LogConfiguration | None = None
    log_router: Literal["fluentbit", "fluentd"] | None = None
    docker_labels: Mapping[str, str] = field(default_factory=dict[str, str])
    stop_timeout: int | None = None
    override: Mapping[str, Any] = field(default_factory=dict[str, Any])
