"""What a stack has in common with others: another one's network, cluster and load balancer, or its own for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import Field
from pydantic.alias_generators import to_camel

from berth.settings.application import Platform
from berth.settings.compute import DEFAULT_TYPES
from berth.settings.group import Group
from berth.settings.images import Architecture

if TYPE_CHECKING:
    from berth.settings.model import Settings

LABEL = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?"
STACK = r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+)?"

OF_THE_PLATFORM = (
    *("vpc_id", "public_subnet_ids", "private_subnet_ids", "vpc_cidr", "zones", "nat_gateways", "endpoints"),
    *("extra_endpoints", "flow_logs", "ipv6", "cluster_arn", "listener_arn", "certificate_arn", "web_acl_arn"),
    *("access_log_bucket", "instance_type", "instance_count", "instance_maximum", "instance_spot"),
    *("spot_instance_types", "instance_attributes", "disk_size", "container_insights", "share"),
)
"""Settings of what the shared stack makes; a stack that only uses it has no say in them."""


class Capacity(Group):
    """How many of a service's tasks go to a capacity provider: as ``berth.components.cluster.CapacityShare``."""

    provider: str
    weight: int
    base: int = 0


class Shared(Group, extra="ignore"):
    """What one stack lets others use: its output ``shared``, which every stack on ECS exports.

    ``stack`` is the name by which it was asked for; what a later version adds is passed over. ``reserved_memory`` is
    what its own tasks reserve of its instances, in MiB; None is not known. ``load_balancer_group_id`` is that of a load
    balancer of its own, on which others may open listeners. ``domain`` is its own domain, with all names directly below
    it at its listener; ``hosted_zone_id`` has their records.
    """

    stack: str = ""
    platform: Platform
    region: str
    cpu_architecture: Architecture
    ipv6: bool = False
    vpc_id: str
    vpc_cidr: str
    public_subnet_ids: tuple[str, ...]
    private_subnet_ids: tuple[str, ...] = ()
    zones: int = 2
    nat_gateways: str = "one"
    endpoints: str = "gateway"
    cluster_arn: str
    capacity: tuple[Capacity, ...] = ()
    instances_group_id: str | None = None
    instance_type: str = ""
    instance_count: int = 1
    instance_maximum: int = 0
    instance_spot: int = 0
    instance_attributes: Mapping[str, str] = {}
    log_drivers: tuple[str, ...] = ()
    gpus: bool = False
    reserved_memory: int | None = None
    load_balancer_arn: str | None = None
    load_balancer_group_id: str | None = None
    listener_arn: str | None = None
    domain: str | None = None
    hosted_zone_id: str | None = None

    @property
    def name(self) -> str:
        """The stack without its organization and project."""
        return self.stack.rpartition("/")[2]


class SharingSettings(Group):
    """What the stack has in common with others. ``shared`` is no setting: it is what ``shared_stack`` has exported."""

    shared_stack: str | None = Field(default=None, pattern=f"^{STACK}$")
    share: bool = False
    subdomain: str | None = Field(default=None, pattern=f"^{LABEL}$", max_length=63)
    listener_port: int = Field(default=0, ge=0, le=65535)
    shared: Shared | None = None


def sharing_problems(settings: Settings) -> Iterator[str]:
    """Each as ``setting: what does not hold``; of a stack that has not been attached yet."""
    if settings.shared_stack is None:
        for name in ("subdomain", "listener_port"):
            if getattr(settings, name):
                yield f"{to_camel(name)}: needs sharedStack, the stack whose load balancer is used"
        if settings.share and not settings.load_balanced:
            yield "share: other stacks use the load balancer; needs ingress: alb on ecs-ec2"
        return
    stack = settings.shared_stack.rpartition("/")[2]
    if settings.platform == "compose":
        yield "sharedStack: has a meaning on ecs-ec2 and ecs-fargate; nothing is shared by Docker Compose"
    for name in OF_THE_PLATFORM:
        if getattr(settings, name) != _default(settings, name):
            yield f"{to_camel(name)}: is the stack {stack}'s to set, by sharedStack; leave it out"
    if settings.ingress == "instance":
        yield "ingress: tasks of several stacks share the instances' ports; use alb, or leave it out"
    if settings.platform == "ecs-ec2" and settings.volume_storage == "instance":
        yield (
            "volumeStorage: on the instances of another stack a volume would be that stack's own of the same name, and "
            "outlive this one; use efs, or leave it out"
        )
    for name in ("subdomain", "listener_port"):
        if getattr(settings, name) and settings.domain:
            yield f"{to_camel(name)}: the stack answers at its domain, {settings.domain}; leave one of the two out"


def _default(settings: Settings, name: str) -> Any:
    if name == "instance_type":
        return DEFAULT_TYPES[settings.cpu_architecture]
    return type(settings).model_fields[name].default


def attach(settings: Settings, shared: Shared, *, stack: str) -> Settings:
    """The settings of ``stack`` with all that ``shared`` has, as if each had been named by its id.

    Without a ``domain`` of its own the stack answers one label below the shared one's: ``subdomain``, or its name.

    Raises:
        ValueError: as ``setting: …``, where the two do not fit.
    """
    for name in ("region", "cpu_architecture"):
        wanted, has = getattr(settings, name), getattr(shared, name)
        if wanted not in (has, type(settings).model_fields[name].default):
            raise ValueError(f"{to_camel(name)}: is {wanted}, and the stack {shared.name} has {has}; leave it out")
    if settings.platform == "ecs-ec2" and shared.platform != "ecs-ec2":
        raise ValueError(f"platform: the stack {shared.name} is on {shared.platform} and has no instances; use that")
    if settings.listener_port and shared.domain:
        raise ValueError(
            f"listenerPort: the stack {shared.name} has the domain {shared.domain}, by which requests are told apart; "
            "leave it out"
        )
    own = settings.domain
    domain = own or (f"{settings.subdomain or _label(stack)}.{shared.domain}" if shared.domain else None)
    taken = {
        name: getattr(shared, name)
        for name in (
            *("region", "cpu_architecture", "ipv6", "vpc_id", "vpc_cidr", "public_subnet_ids", "private_subnet_ids"),
            *("zones", "nat_gateways", "endpoints", "cluster_arn", "instance_type", "instance_count"),
            *("instance_maximum", "instance_spot", "instance_attributes"),
        )
    }
    return settings.model_copy(
        update={
            **taken,
            "shared": shared,
            "ingress": "alb",
            "listener_arn": None if settings.listener_port else shared.listener_arn,
            "domain": domain,
            "hosted_zone_id": settings.hosted_zone_id or (None if own else shared.hosted_zone_id),
        }
    )


def _label(stack: str) -> str:
    """A stack's name as a label of DNS: letters, digits and hyphens."""
    return "".join(letter if letter.isalnum() else "-" for letter in stack.lower()).strip("-")
