"""What another stack shares, as far as its settings file foretells it: for what is said without Pulumi or AWS."""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict

from berth.compose.model import Application
from berth.diagnostics import BerthError
from berth.platforms.application import read_application
from berth.platforms.ecs.ingress import listener_ports, plan_routes
from berth.platforms.ecs.logs import log_drivers
from berth.platforms.ecs.managed.choice import containers_only
from berth.platforms.ecs.plan import plan_application
from berth.settings import Settings, Shared

ACCOUNT = "000000000000"
"""In ids that only AWS gives out."""


def foretell(settings: Settings, root: Path) -> Shared:
    """What the stack of ``settings.shared_stack`` will have exported by its file in ``root``; of a stack of another
    project, or without a file, what this one needs of it.

    Raises:
        BerthError: its settings are wrong.
    """
    from berth.stackfile import read_stack  # which reads what this foretells

    name = str(settings.shared_stack)
    known = "/" not in name and (root / f"Pulumi.{name}.yaml").exists()
    owner = read_stack(name, root) if known else None
    if owner is not None and owner.platform == "compose":
        owner = None  # the preview says that it shares nothing
    return _of_file(name, owner, _application(owner, root)) if owner else _unknown(name, settings)


def _application(settings: Settings, root: Path) -> Application | None:
    """The stack's application; a fault in it is told where that stack is checked."""
    try:
        return containers_only(read_application(settings, root), settings)
    except BerthError:
        return None


def _of_file(name: str, owner: Settings, application: Application | None) -> Shared:
    balanced, listener, memory, drivers, gpus = owner.load_balanced, owner.load_balanced, None, [], False
    if application is not None:
        ports = listener_ports(application, owner)
        balanced = bool(ports or (owner.listener_arn and plan_routes(application, owner)))
        listener = bool({80, 443} & set(ports) or owner.listener_arn)
        plans = plan_application(application, owner)
        memory = sum(plan.replicas * plan.reserved_memory for plan in plans.values())
        drivers = log_drivers(application)
        gpus = any(service.gpus for service in application.services.values())
    return Shared(
        stack=name,
        platform=owner.platform,
        region=owner.region,
        cpu_architecture=owner.cpu_architecture,
        ipv6=owner.ipv6,
        zones=owner.zones,
        nat_gateways=owner.nat_gateways,
        endpoints=owner.endpoints,
        instance_type=owner.instance_type,
        instance_count=owner.instance_count,
        instance_maximum=owner.instance_maximum,
        instance_spot=owner.instance_spot,
        instance_attributes=owner.instance_attributes,
        log_drivers=tuple(drivers),
        gpus=gpus,
        reserved_memory=memory if owner.platform == "ecs-ec2" else None,
        domain=owner.domain,
        hosted_zone_id=owner.hosted_zone_id,
        vpc_cidr=owner.vpc_cidr,
        **_ids(owner, balanced=balanced, listener=listener, own=owner.listener_arn is None),
    )


def _unknown(name: str, settings: Settings) -> Shared:
    return Shared(
        stack=name,
        platform=settings.platform,
        region=settings.region,
        cpu_architecture=settings.cpu_architecture,
        gpus=True,
        vpc_cidr=settings.vpc_cidr,
        domain=None if settings.listener_port else "example.com",
        **_ids(settings, balanced=True, listener=True, own=True),
    )


class _Ids(TypedDict):
    vpc_id: str
    public_subnet_ids: tuple[str, ...]
    private_subnet_ids: tuple[str, ...]
    cluster_arn: str
    instances_group_id: str | None
    load_balancer_arn: str | None
    load_balancer_group_id: str | None
    listener_arn: str | None


def _ids(settings: Settings, *, balanced: bool, listener: bool, own: bool) -> _Ids:
    elb = f"arn:aws:elasticloadbalancing:{settings.region}:{ACCOUNT}"
    private = settings.platform == "ecs-fargate" and settings.nat_gateways != "none"
    return {
        "vpc_id": settings.vpc_id or "vpc-0",
        "public_subnet_ids": settings.public_subnet_ids or tuple(f"subnet-{zone}" for zone in range(settings.zones)),
        "private_subnet_ids": settings.private_subnet_ids
        or tuple(f"subnet-private-{zone}" for zone in range(settings.zones if private else 0)),
        "cluster_arn": settings.cluster_arn or f"arn:aws:ecs:{settings.region}:{ACCOUNT}:cluster/shared",
        "instances_group_id": "sg-0" if settings.platform == "ecs-ec2" else None,
        "load_balancer_arn": f"{elb}:loadbalancer/app/shared/0" if balanced else None,
        "load_balancer_group_id": "sg-1" if balanced and own else None,
        "listener_arn": f"{elb}:listener/app/shared/0/0" if listener else None,
    }
