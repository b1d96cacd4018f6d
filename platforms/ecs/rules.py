"""What of an application does not fit ECS: every finding at once, before anything is created."""

from __future__ import annotations

from collections.abc import Iterator

from berth.compose.model import Application, Service
from berth.diagnostics import Diagnostic, Severity, Where
from berth.platforms.ecs.existing import check_existing
from berth.platforms.ecs.ingress_rules import check_ingress
from berth.platforms.ecs.instance import check_gpus
from berth.platforms.ecs.joined import check_joined
from berth.platforms.ecs.managed.choice import containers_only
from berth.platforms.ecs.managed.rules import check_managed, container_support
from berth.platforms.ecs.names import check_names
from berth.platforms.ecs.overrides import check_overrides
from berth.platforms.ecs.placement import check_placement
from berth.platforms.ecs.plain_secrets import check_plain_secrets
from berth.platforms.ecs.plan import no_room_for_two, plan_application, proxy_memory, requested_size, to_mib
from berth.platforms.ecs.ports import check_ports
from berth.platforms.ecs.registries import check_reach
from berth.platforms.ecs.rollout_rules import check_rollouts
from berth.platforms.ecs.room import check_growth, check_room
from berth.platforms.ecs.rotation import check_rotation
from berth.platforms.ecs.scaling_rules import check_scaling
from berth.platforms.ecs.schedule_rules import check_scheduled
from berth.platforms.ecs.shared_rules import check_shared
from berth.platforms.ecs.sizes import FARGATE_PAIRS, MIB, MINIMUM_MEMORY, is_arm
from berth.platforms.ecs.tags import check_tags
from berth.platforms.ecs.texts import check_texts
from berth.platforms.ecs.watch_rules import check_watch
from berth.platforms.values import read_values
from berth.settings import Settings

SECURITY_GROUPS = 5
"""Security groups on one network interface: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html"""


def check(application: Application, settings: Settings, *, stack: str) -> list[Diagnostic]:
    """Every finding about ``application`` on the settings' ECS platform."""
    findings = container_support(application, settings)
    values = read_values(application, settings)
    findings += check_managed(application, settings, values, stack=stack)
    findings += check_tags(application, settings, stack)
    application = containers_only(application, settings)
    findings += [*values.diagnostics, *check_texts(application, values)]
    findings += _architecture(application, settings, stack)
    findings += check_names(application, stack)
    for service in (item for _, item in sorted(application.services.items())):
        findings += check_ports(application, service, settings)
        findings += check_plain_secrets(application, service)
        if application.takes_requests(service.name):
            findings += _start_first(application, service, settings)
        findings += _health(application, service)
        findings += _memory(application, service)
        if settings.platform == "ecs-fargate":
            findings += _fargate(application, service)
    findings += check_existing(application, settings)
    findings += check_joined(application, settings, stack)
    findings += check_overrides(application, settings)
    findings += check_rotation(application, settings, stack)
    findings += check_scheduled(application)
    findings += _unreachable(application)
    findings += check_scaling(application, settings)
    findings += check_rollouts(application, settings, stack)
    findings += check_watch(settings, stack)
    findings += check_reach(application, settings, stack=stack)
    findings += check_shared(application, settings, stack=stack)
    findings += check_ingress(application, settings, stack=stack)
    if settings.platform == "ecs-ec2":
        findings += check_gpus(application, settings, stack)
        findings += check_placement(application, settings)
        plans = plan_application(application, settings)
        findings += check_room(application, plans, settings, stack)
        findings += check_growth(application, plans, settings, stack)
    return findings


def _architecture(application: Application, settings: Settings, stack: str) -> Iterator[Diagnostic]:
    file = f"Pulumi.{stack}.yaml"
    kinds = {settings.instance_type: "instanceType", **dict.fromkeys(settings.spot_instance_types, "spotInstanceTypes")}
    for kind, key in kinds.items() if settings.platform == "ecs-ec2" else ():
        if is_arm(kind) != (settings.cpu_architecture == "arm64"):
            other = "x86_64" if settings.cpu_architecture == "arm64" else "arm64"
            yield Diagnostic(
                file=file,
                key=f"berth:{key}",
                message=f"{kind} does not run {settings.cpu_architecture} images",
                advice=f"Set berth:cpuArchitecture to {other}, or take another instance type.",
            )
    for name, service in sorted(application.services.items()):
        wanted = settings.docker_platform
        if service.platform and service.platform != wanted:
            yield Diagnostic(
                file=application.file,
                service=name,
                key="platform",
                message=f"asks for {service.platform}, but the stack runs {wanted}",
                advice="Leave `platform` out, or set berth:cpuArchitecture for the stack.",
            )
        if service.build and service.build.platforms and wanted not in service.build.platforms:
            yield Diagnostic(
                file=application.file,
                service=name,
                key="build.platforms",
                message=f"does not have {wanted}, which the stack runs (has {', '.join(service.build.platforms)})",
                advice=f"Add {wanted}, or set berth:cpuArchitecture for the stack.",
            )


def _start_first(application: Application, service: Service, settings: Settings) -> Iterator[Diagnostic]:
    if service.deploy.update_order == "start-first" and no_room_for_two(service, settings):
        ports = [port.published for port in service.ports if port.published and not settings.load_balanced]
        why = f"publishes port {ports[0]}, once an instance" if ports else "has an instance for each task"
        balanced = "berth:ingress to alb, or " if ports else ""
        yield Diagnostic(
            severity=Severity.WARNING,
            file=application.file,
            service=service.name,
            key="deploy.update_config.order",
            message=f"{why}, so the old task ends before the new one starts",
            advice=f"Set {balanced}berth:instanceCount above the number of replicas.",
        )


def _memory(application: Application, service: Service) -> Iterator[Diagnostic]:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html"""
    limit, reserved = service.deploy.limits.memory, service.deploy.reservations.memory
    where: Where = {"file": application.file, "service": service.name}
    for kind, size in (("limits", limit), ("reservations", reserved)):
        if size is not None and size < MINIMUM_MEMORY * MIB:
            yield Diagnostic(
                **where,
                key=f"deploy.resources.{kind}.memory",
                message=f"a container has {MINIMUM_MEMORY} MiB or more",
                advice=f"Write {MINIMUM_MEMORY}M, or leave it out.",
            )
    if limit is not None and reserved is not None and reserved > limit:
        yield Diagnostic(
            **where,
            key="deploy.resources.reservations.memory",
            message=f"{to_mib(reserved)} MiB are more than the limit of {to_mib(limit)} MiB",
            advice="Reserve no more than `deploy.resources.limits.memory`.",
        )


def _health(application: Application, service: Service) -> Iterator[Diagnostic]:
    check = service.healthcheck
    if check is None:
        return
    limits = (
        ("interval", check.interval, 5, 300),
        ("timeout", check.timeout, 2, 60),
        ("retries", check.retries, 1, 10),
        ("start_period", check.start_period, 0, 300),
    )
    for key, value, low, high in limits:
        if not low <= value <= high:
            yield Diagnostic(
                severity=Severity.WARNING,
                file=application.file,
                service=service.name,
                key=f"healthcheck.{key}",
                message=f"ECS takes {low} to {high}, so {value:g} becomes {low if value < low else high}",
            )


def _fargate(application: Application, service: Service) -> Iterator[Diagnostic]:
    limits, reservations = service.deploy.limits, service.deploy.reservations
    kind = "limits" if limits.memory or limits.cpus else "reservations"
    cpus = limits.cpus or reservations.cpus
    memory = to_mib(limits.memory or reservations.memory)
    size = requested_size(service)
    key = f"deploy.resources.{kind}"
    if size is None:
        largest_cpu, memories = list(FARGATE_PAIRS.items())[-1]
        yield Diagnostic(
            file=application.file,
            service=service.name,
            key=key,
            message=f"Fargate has no task of {cpus or 0.25:g} CPUs with {memory or 0} MiB of memory",
            advice=f"The largest has {largest_cpu // 1024} CPUs with {memories[-1]} MiB.",
        )
    elif cpus not in (None, size.cpu / 1024) or memory not in (None, size.memory - proxy_memory(service)):
        asked = f"{'no' if cpus is None else f'{cpus:g}'} CPUs, {'no' if memory is None else memory} MiB"
        yield Diagnostic(
            severity=Severity.WARNING,
            file=application.file,
            service=service.name,
            key=key,
            message=f"{asked}{_proxy(service)} run as Fargate's {size}",
        )
    groups = len(service.networks) + 3
    if groups > SECURITY_GROUPS + 1:
        yield Diagnostic(
            file=application.file,
            service=service.name,
            key="networks",
            message=f"{len(service.networks)} networks need more than the {SECURITY_GROUPS} security groups of a task",
            advice="Join at most three networks.",
        )


def _proxy(service: Service) -> str:
    memory = proxy_memory(service)
    return f" and {memory} MiB for the Service Connect proxy" if memory else ""


def _unreachable(application: Application) -> Iterator[Diagnostic]:
    """A service that others wait for, or that has aliases, but names no port, has no name on ECS: Service Connect
    needs one.

    Of a service with a Dockerfile of its own, an order alone (``service_started``) says nothing of a port.
    """
    for name, service in sorted(application.services.items()):
        meant = {"service_healthy"} if service.build else {"service_healthy", "service_started"}
        users = [
            other.name
            for other in application.services.values()
            if name in other.depends_on and other.depends_on[name].condition in meant
        ]
        why = f"{', '.join(sorted(users))} depends on it" if users else f"it is called {', '.join(service.names[1:])}"
        meant_to_be_reached = users or len(service.names) > 1
        if meant_to_be_reached and not application.listening_ports(name) and application.takes_requests(name):
            yield Diagnostic(
                severity=Severity.WARNING,
                file=application.file,
                service=service.name,
                key="expose",
                message=f"{why}, but it names no port: on ECS no service reaches it",
                advice='Add `expose: ["8000"]` with its port, if it listens.',
            )
