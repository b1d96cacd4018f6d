"""What of an application another stack's network, cluster and load balancer have no place for."""

from __future__ import annotations

from collections.abc import Iterator

from berth.compose.model import Application
from berth.diagnostics import Diagnostic, WhereKey
from berth.platforms.ecs.ingress import SHARED, plan_routes
from berth.platforms.ecs.logs import log_drivers
from berth.platforms.ecs.plan import plan_application
from berth.platforms.ecs.sizes import instance_memory
from berth.settings import Settings, Shared

LABEL = 63
"""Characters between two dots of a host name: https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4"""


def check_shared(application: Application, settings: Settings, *, stack: str) -> Iterator[Diagnostic]:
    """Every finding about a stack with ``sharedStack``, as far as it is known what that one has."""
    shared = settings.shared
    if shared is None:
        return
    yield from _ingress(application, settings, shared, stack)
    if settings.platform != "ecs-ec2":
        return
    yield from _memory(application, settings, shared, stack)
    missing = sorted(set(log_drivers(application)) - set(shared.log_drivers))
    users = [name for name, item in sorted(application.services.items()) if item.logging]
    for name in users:
        logging = application.services[name].logging
        if logging and logging.driver in missing:
            yield Diagnostic(
                file=application.file,
                service=name,
                key="logging.driver",
                message=f"the instances of the stack {shared.name} do not offer {logging.driver}, as none of its own "
                "services uses it",
                advice="Use awslogs or awsfirelens, or let a service of that stack use it.",
            )
    for name, service in sorted(application.services.items()):
        if service.gpus and not shared.gpus:
            yield Diagnostic(
                file=application.file,
                service=name,
                key="gpus",
                message=f"the instances of the stack {shared.name} have no driver of GPUs",
                advice=f"Let a service of {shared.name} use some, too, so that its machine image has it.",
            )


def _ingress(application: Application, settings: Settings, shared: Shared, stack: str) -> Iterator[Diagnostic]:
    routes = plan_routes(application, settings)
    where: WhereKey = {"file": f"Pulumi.{stack}.yaml", "key": "berth:sharedStack"}
    if routes and shared.load_balancer_arn is None:
        share = "berth:share to true"
        if shared.platform == "ecs-ec2":
            share = "berth:ingress to alb, and berth:share to true if none of its services has x-berth.ingress,"
        yield Diagnostic(
            **where,
            message=f"the stack {shared.name} has no load balancer, and {routes[0].service} is to be reached by one",
            advice=f"Set {share} in Pulumi.{shared.name}.yaml, and run `make up STACK={shared.name}`.",
        )
    elif routes and settings.listener_port and shared.load_balancer_group_id is None:
        yield Diagnostic(
            file=f"Pulumi.{stack}.yaml",
            key="berth:listenerPort",
            message=f"the load balancer is not the stack {shared.name}'s own, to open a port on",
            advice=f"Set berth:domain in Pulumi.{shared.name}.yaml, by which requests are told apart.",
        )
    elif any(route.port == SHARED for route in routes) and shared.listener_arn is None:
        yield Diagnostic(
            **where,
            message=f"the load balancer of the stack {shared.name} has no listener at 80 or 443 that others could use",
            advice=f"Set berth:share to true in Pulumi.{shared.name}.yaml, and run `make up STACK={shared.name}`.",
        )
    for route in routes:
        label = (route.host or "").partition(".")[0]
        if len(label) > LABEL:
            yield Diagnostic(
                file=application.file,
                service=route.service,
                key="x-berth.ingress.host",
                message=f"becomes {route.host}, whose first label has {len(label)} characters; DNS takes {LABEL}",
                advice="Write a shorter `host`, or a shorter berth:subdomain.",
            )


def _memory(application: Application, settings: Settings, shared: Shared, stack: str) -> Iterator[Diagnostic]:
    """Beside what the shared stack's own tasks reserve; other stacks on its instances are not known here."""
    available = instance_memory(shared.instance_type)
    if available is None or not shared.reserved_memory:
        return
    plans = plan_application(application, settings)
    needed = sum(plan.replicas * plan.reserved_memory for plan in plans.values())
    capacity = available * settings.most_instances
    if needed > capacity or needed + shared.reserved_memory <= capacity:  # more than all of it is told of elsewhere
        return
    instances = -(-(needed + shared.reserved_memory) // available)
    yield Diagnostic(
        file=f"Pulumi.{stack}.yaml",
        key="berth:sharedStack",
        message=f"the services need {needed} MiB beside the {shared.reserved_memory} MiB of {shared.name}'s, but "
        f"{shared.name}'s {settings.most_instances} x {shared.instance_type} has {capacity}",
        advice=f"Set berth:instanceMaximum to {instances} or more in Pulumi.{shared.name}.yaml and run `make up "
        f"STACK={shared.name}`, or set berth:platform to ecs-fargate in this file.",
    )
