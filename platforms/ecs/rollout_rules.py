"""What of ``x-berth.deployment``, and of the times that go with it, does not fit."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from berth.compose.model import Application, Service
from berth.diagnostics import Diagnostic, Severity
from berth.platforms.ecs.extension_findings import finding_of
from berth.platforms.ecs.ingress import PlannedRoute, plan_routes
from berth.platforms.ecs.rollouts import MAXIMUM_DRAINING, SPOT_NOTICE, draining
from berth.settings import Settings

_finding = partial(finding_of, "deployment")


def check_rollouts(application: Application, settings: Settings, stack: str) -> Iterator[Diagnostic]:
    """Every finding about deployments."""
    routes = plan_routes(application, settings)
    for name, service in sorted(application.services.items()):
        deployment = service.extension.deployment
        if ends := application.ends(name):
            if deployment.model_fields_set:
                message = f"a service that runs {ends} has no old tasks that new ones would replace"
                yield _finding(application, name, "", message, "Leave it out.")
            continue
        if deployment.bake_time is not None and deployment.strategy != "blue_green":
            message = "a rolling deployment has none: AWS makes it from its alarms"
            yield _finding(application, name, "bake_time", message, "Write strategy: blue_green, or leave it out.")
        if deployment.strategy != "rolling":
            yield from _two_at_once(application, service, settings, routes)
        if deployment.error_percent is not None and not _routed(name, routes):
            lost = settings.platform == "ecs-ec2" and not settings.load_balanced
            yield _finding(
                application,
                name,
                "error_percent",
                "no load balancer counts errors on this stack" if lost else "no request comes by the load balancer",
                "Set berth:ingress to alb, or write alarms." if lost else "Add x-berth.ingress, or leave it out.",
                severity=Severity.WARNING if lost else Severity.ERROR,
            )
        wanted = service.stop_grace_period if settings.spot and _routed(name, routes) else None
        if wanted and draining(service, settings) < min(MAXIMUM_DRAINING, wanted):
            yield Diagnostic(
                severity=Severity.WARNING,
                file=application.file,
                service=name,
                key="stop_grace_period",
                message=f"on Spot a task ends {SPOT_NOTICE} s after the notice, so that requests have "
                f"{draining(service, settings)} s before it is stopped",
                advice=f"Write {SPOT_NOTICE // 2}s or less, or take the service's stack off Spot.",
            )
    growing = settings.platform == "ecs-ec2" and settings.most_instances > settings.instance_count
    published = any(
        port.published
        for name, service in application.services.items()
        if application.takes_requests(name)
        for port in service.ports
    )
    if growing and published and not settings.load_balanced:
        yield Diagnostic(
            severity=Severity.WARNING,
            file=f"Pulumi.{stack}.yaml",
            key="berth:instanceMaximum",
            message="instances that come and go have no fixed address, and ports are published on theirs",
            advice="Set berth:ingress to alb.",
        )


def _routed(service: str, routes: tuple[PlannedRoute, ...]) -> bool:
    return any(route.service == service for route in routes)


def _two_at_once(
    application: Application, service: Service, settings: Settings, routes: tuple[PlannedRoute, ...]
) -> Iterator[Diagnostic]:
    if settings.platform != "ecs-fargate":
        message = "is rolling on ecs-ec2: AWS wants tasks with a network interface of their own for it"
        advice = "Nothing needs to be done; ecs-fargate does it."
        yield _finding(application, service.name, "strategy", message, advice, severity=Severity.WARNING)
        return
    if not _routed(service.name, routes) and not application.listening_ports(service.name):
        message = "nothing sends requests to it that could be moved: it names no port"
        yield _finding(application, service.name, "strategy", message, "Leave it out.")
    if service.deploy.update_order == "stop-first":
        yield Diagnostic(
            file=application.file,
            service=service.name,
            key="deploy.update_config.order",
            message="stop-first ends the old tasks first, but blue_green runs both at once",
            advice="Leave it out, or x-berth.deployment.strategy.",
        )
    written = service.written_volumes
    if written:
        message = f"the old and the new tasks write to the volume {written[0]} at the same time"
        advice = "Leave it out where the program does not share its files, as a database does not."
        yield _finding(application, service.name, "strategy", message, advice, severity=Severity.WARNING)
