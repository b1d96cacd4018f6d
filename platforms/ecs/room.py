"""Whether the tasks have room on the stack's instances, which ECS gives by what they reserve.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#container_definitions
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from berth.compose.model import Application
from berth.diagnostics import Diagnostic, Severity
from berth.platforms.ecs.counts import most
from berth.platforms.ecs.extension_findings import finding_of
from berth.platforms.ecs.plan import ServicePlan
from berth.platforms.ecs.sizes import SERVICE_CONNECT_MEMORY, instance_cpu, instance_memory
from berth.settings import Settings

Plans = Mapping[str, ServicePlan]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What an instance has for tasks (None: not known of its type), and one task of a service reserves of it.

    ``note`` says after a task's number what else is in it, and ``notes`` after that of all.
    """

    unit: str
    available: Callable[[str], int | None]
    reserved: Callable[[ServicePlan], int]
    key: str
    note: str = ""
    notes: str = ""


RESOURCES = (
    Resource(
        unit="MiB",
        available=instance_memory,
        reserved=lambda plan: plan.reserved_memory,
        key="deploy.resources",
        note=f", {SERVICE_CONNECT_MEMORY} of them for its Service Connect proxy,",
        notes=f"; each with {SERVICE_CONNECT_MEMORY} for its Service Connect proxy",
    ),
    Resource(
        unit="CPU units",
        available=instance_cpu,
        reserved=lambda plan: plan.cpu,
        key="deploy.resources.reservations.cpus",
    ),
)
"""CPUs are reserved by ``deploy.resources.reservations.cpus`` alone, 1,024 units each."""


def check_room(application: Application, plans: Plans, settings: Settings, stack: str) -> Iterator[Diagnostic]:
    """Tasks that are larger than an instance, and services that are together."""
    kind = settings.instance_type
    for resource in RESOURCES:
        available = resource.available(kind)
        if available is None:
            continue
        parts = [(name, plan.replicas, resource.reserved(plan)) for name, plan in plans.items()]
        too_large = [(name, reserved) for name, _, reserved in parts if reserved > available]
        for name, reserved in too_large:
            yield Diagnostic(
                file=application.file,
                service=name,
                key=resource.key,
                message=f"one task needs {reserved} {resource.unit}{resource.note or ','} but a {kind} has {available}",
                advice="Lower it, or set a larger berth:instanceType.",
            )
        capacity = available * settings.most_instances
        needed = sum(replicas * reserved for _, replicas, reserved in parts)
        if needed > capacity and not too_large:
            listed = " + ".join(
                f"{name} {replicas} x {reserved}" if replicas > 1 else f"{name} {reserved}"
                for name, replicas, reserved in parts
                if reserved
            )
            yield Diagnostic(
                file=f"Pulumi.{stack}.yaml",
                key="berth:instanceType",
                message=f"the services need {needed} {resource.unit} ({listed}{resource.notes}), but "
                f"{settings.most_instances} x {kind} has {capacity}",
                advice=f"Lower {resource.key}, or set a larger berth:instanceType or more of berth:instanceCount.",
            )


def check_growth(application: Application, plans: Plans, settings: Settings, stack: str) -> Iterator[Diagnostic]:
    """Tasks that have no place on the instances once the load has added all."""
    scaled = {
        name: item
        for name, item in sorted(application.services.items())
        if item.extension.scaling and application.takes_requests(name)
    }
    for name, service in scaled.items():
        published = [port.published for port in service.ports if port.published and not settings.load_balanced]
        if (published or service.deploy.max_replicas_per_node) and most(service) > settings.most_instances:
            why = f"publishes port {published[0]}, once an instance" if published else "has an instance for each task"
            yield finding_of(
                "scaling",
                application,
                name,
                "max",
                f"it {why}, so no more than {settings.most_instances} of {most(service)} tasks have a place",
                "Set berth:ingress to alb, or berth:instanceMaximum." if published else "Set berth:instanceMaximum.",
                severity=Severity.WARNING,
            )
    for resource in RESOURCES:
        available = resource.available(settings.instance_type)
        if available is None or not scaled:
            continue
        needed = sum(
            resource.reserved(plan) * (most(plan.service) if name in scaled else plan.replicas)
            for name, plan in plans.items()
        )
        capacity = available * settings.most_instances
        if needed > capacity:
            yield Diagnostic(
                severity=Severity.WARNING,
                file=f"Pulumi.{stack}.yaml",
                key="berth:instanceMaximum",
                message=f"at their most, {', '.join(scaled)} and the other services need {needed} {resource.unit}, but "
                f"{settings.most_instances} x {settings.instance_type} has {capacity}: the last tasks find no place",
                advice="Set more of berth:instanceMaximum, a larger berth:instanceType, or lower x-berth.scaling.max.",
            )
