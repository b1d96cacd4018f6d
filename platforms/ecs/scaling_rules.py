"""What of ``x-berth.scaling`` does not fit."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator
from functools import partial

from berth.compose.model import Application, Service
from berth.compose.operation import Scaling, ScheduledBounds
from berth.compose.schedule import expression_problem
from berth.diagnostics import Diagnostic, Severity
from berth.platforms.ecs.counts import first_count, most
from berth.platforms.ecs.extension_findings import finding_of
from berth.platforms.ecs.ingress import PlannedRoute, plan_routes
from berth.settings import Settings

_finding = partial(finding_of, "scaling")


def check_scaling(application: Application, settings: Settings) -> Iterator[Diagnostic]:
    """Every finding about the scaling of services."""
    routes = plan_routes(application, settings)
    for name, service in sorted(application.services.items()):
        scaling = service.extension.scaling
        if scaling is None:
            continue
        if ends := application.ends(name):
            advice = "Leave it out." if ends == "once" else "Leave it out; deploy.replicas is how many start each time."
            yield _finding(application, name, "", f"a service that runs {ends} does not grow with the load", advice)
            continue
        yield from _bounds(application, service, scaling)
        for index, item in enumerate(scaling.schedule):
            yield from _schedule(application, name, index, item)
        yield from _targets(application, service, scaling, routes, settings)
        yield from _shared_volumes(application, service)


def _bounds(application: Application, service: Service, scaling: Scaling) -> Iterator[Diagnostic]:
    name = service.name
    if scaling.min > scaling.max:
        message = f"{scaling.min} is more than max, {scaling.max}"
        yield _finding(application, name, "min", message, "Lower it, or raise max.")
    elif not scaling.min <= first_count(application, service) <= scaling.max:
        yield Diagnostic(
            file=application.file,
            service=name,
            key="deploy.replicas",
            message=f"{service.deploy.replicas} is not within x-berth.scaling, {scaling.min} to {scaling.max}",
            advice="Leave it out to start with min, or write a number within.",
        )
    if not scaling.schedule and (scaling.cpu, scaling.memory, scaling.requests) == (None, None, None):
        advice = "Write cpu: 60 (percent), memory, requests or schedule."
        yield _finding(application, name, "", "says how many tasks, but not when", advice)


def _schedule(application: Application, name: str, index: int, item: ScheduledBounds) -> Iterator[Diagnostic]:
    key = f"schedule.{index}"
    if problem := expression_problem(item.when):
        yield _finding(application, name, f"{key}.when", *problem)
    if item.timezone not in zoneinfo.available_timezones() | {"UTC"}:
        advice = "Write one like Europe/Berlin."
        yield _finding(application, name, f"{key}.timezone", f"no such time zone (got {item.timezone!r})", advice)
    if item.min is None and item.max is None:
        yield _finding(application, name, key, "changes nothing", "Write min, max or both.")
    if item.min is not None and item.max is not None and item.min > item.max:
        yield _finding(application, name, f"{key}.min", f"{item.min} is more than max, {item.max}", "Lower it.")


def _targets(
    application: Application, service: Service, scaling: Scaling, routes: tuple[PlannedRoute, ...], settings: Settings
) -> Iterator[Diagnostic]:
    name = service.name
    if scaling.requests is not None and not any(route.service == name for route in routes):
        lost = settings.platform == "ecs-ec2" and not settings.load_balanced
        yield _finding(
            application,
            name,
            "requests",
            "no load balancer counts them on this stack" if lost else "the load balancer sends the service none",
            "Set berth:ingress to alb, or add cpu." if lost else "Add x-berth.ingress, or leave it out.",
            severity=Severity.WARNING if lost else Severity.ERROR,
        )
    if scaling.requests is not None and service.extension.deployment.strategy != "rolling":
        # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html
        message = "AWS counts them at one target group, and a blue/green deployment moves them to another"
        yield _finding(application, name, "requests", message, "Write cpu or memory instead.")
    if scaling.cpu is not None and settings.platform == "ecs-ec2" and not service.deploy.reservations.cpus:
        # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cloudwatch-metrics.html
        yield _finding(
            application,
            name,
            "cpu",
            "is a percentage of the CPU that tasks reserve, and they reserve none on instances",
            "Write deploy.resources.reservations.cpus.",
            severity=Severity.WARNING,
        )


def _shared_volumes(application: Application, service: Service) -> Iterator[Diagnostic]:
    written = service.written_volumes
    if written and most(service) > 1:
        yield _finding(
            application,
            service.name,
            "max",
            f"up to {most(service)} tasks write to the volume {written[0]} at the same time",
            "Keep max at 1 where the program does not share its files, as a database does not.",
            severity=Severity.WARNING,
        )
