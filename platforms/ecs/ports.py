"""Published ports and ``x-berth.ingress`` that do not fit the stack's way in."""

from __future__ import annotations

from collections.abc import Iterator

from berth.compose.extension import Ingress
from berth.compose.model import Application, Port, Service
from berth.diagnostics import Diagnostic, Severity, WhereKey
from berth.platforms.ecs.ingress import NOT_HTTP, has_rules, ingress_port, others_balancer, plan_routes, secure
from berth.settings import Settings

TARGET_GROUPS = 5
"""Of one service: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/register-multiple-targetgroups.html"""


def check_ports(application: Application, service: Service, settings: Settings) -> Iterator[Diagnostic]:
    """Every finding about the ports of one service, which takes no requests where it runs once."""
    if ends := application.ends(service.name):
        if service.extension.ingress:
            yield Diagnostic(
                file=application.file,
                service=service.name,
                key="x-berth.ingress",
                message=f"a service that runs {ends} takes no requests",
                advice="Leave it out.",
            )
        return
    taken: set[tuple[str, int]] = set()
    for port in service.ports:
        if settings.load_balanced:
            yield from _balanced(application, service, port, settings, taken)
        elif settings.platform == "ecs-ec2" and port.published and service.deploy.replicas > settings.most_instances:
            yield Diagnostic(
                file=application.file,
                service=service.name,
                key="deploy.replicas",
                message=f"{service.deploy.replicas} replicas publish port {port.published}, once an instance, and the "
                f"stack has {settings.most_instances}",
                advice="Set berth:ingress to alb, more of berth:instanceCount, or fewer replicas.",
            )
    for index, ingress in enumerate(service.extension.ingress):
        yield from _ingress(application, service, ingress, index)


def _balanced(
    application: Application, service: Service, port: Port, settings: Settings, taken: set[tuple[str, int]]
) -> Iterator[Diagnostic]:
    """A port that no ``x-berth.ingress`` takes, and what becomes of it behind a load balancer. ``taken`` are the
    container's ports of which one that is published has an ingress in its place; this one's is added.
    """
    where: WhereKey = {
        "file": application.file,
        "service": service.name,
        "key": f"ports.{port.published or port.target}",
    }
    if any(
        (item.protocol == "udp") == (port.protocol == "udp") and ingress_port(application, service, item) == port.target
        for item in service.extension.ingress
    ):
        if (port.protocol, port.target) in taken and port.published:
            yield Diagnostic(
                severity=Severity.WARNING,
                **where,
                message=f"x-berth.ingress leads to the container's port {port.target}, and no load balancer opens "
                f"{port.published} for it as well",
                advice="Leave it out, or give x-berth.ingress another of the service's ports as `port`.",
            )
        taken.add((port.protocol, port.target))
        return
    if port.protocol == "udp":
        yield Diagnostic(
            **where,
            message="an Application Load Balancer does not take UDP",
            advice=f"Add x-berth.ingress with {{protocol: udp, port: {port.target}}}, which opens it by a Network Load "
            "Balancer on ecs-fargate; berth:ingress: instance on ecs-ec2 publishes UDP.",
        )
    elif not port.published:
        yield Diagnostic(
            severity=Severity.WARNING,
            **where,
            message="names no host port, so the load balancer opens none",
            advice=f'Write "{port.target}:{port.target}", or add x-berth.ingress.',
        )
    elif port.published and port.target in NOT_HTTP and not port.host_ip:
        yield Diagnostic(
            severity=Severity.WARNING,
            **where,
            message=f"{port.target} is {NOT_HTTP[port.target]}'s, and the load balancer takes HTTP only: "
            "it is not opened to outside",
            advice="Others reach it by the service's name; x-berth.ingress with "
            f"{{protocol: tcp, port: {port.target}}} opens it by a Network Load Balancer.",
        )
    elif port.published and others_balancer(settings) and not _is_opened(application, service, port, settings):
        name = "sharedStack" if settings.shared_stack else "listenerArn"
        yield Diagnostic(
            severity=Severity.WARNING,
            **where,
            message=f"the load balancer of berth:{name} is not the stack's to open port {port.published} on",
            advice="Add x-berth.ingress for it, with a host or path of its own.",
        )
    elif port.published in (80, 443) and has_rules(service):
        yield Diagnostic(
            severity=Severity.WARNING,
            **where,
            message=f"the service's x-berth.ingress has the load balancer's port {port.published}: this is not opened",
            advice="Publish it on another port, or give x-berth.ingress this one as `port`.",
        )
    elif port.published == 443 and not secure(settings):
        yield Diagnostic(
            **where,
            message="the load balancer answers at 443 with TLS, which needs a certificate",
            advice="Set berth:domain and berth:hostedZoneId, or berth:certificateArn, or publish another port.",
        )


def _is_opened(application: Application, service: Service, port: Port, settings: Settings) -> bool:
    routes = plan_routes(application, settings)
    return any((route.service, route.container_port) == (service.name, port.target) for route in routes)


def _ingress(application: Application, service: Service, ingress: Ingress, index: int) -> Iterator[Diagnostic]:
    several = len(service.extension.ingress) > 1
    where: WhereKey = {
        "file": application.file,
        "service": service.name,
        "key": f"x-berth.ingress.{index}.port" if several else "x-berth.ingress.port",
    }
    udp = ingress.protocol == "udp"
    listening = (
        tuple(port.target for port in service.ports if port.protocol == "udp")
        if udp
        else application.listening_ports(service.name)
    )
    if not listening and ingress.port is None:
        yield Diagnostic(
            **where,
            message=f"the service names no port that {'datagrams' if udp else 'requests'} could go to",
            advice='Add `ports: ["5353:53/udp"]` with its port.' if udp else 'Add `expose: ["8000"]` with its port.',
        )
    elif ingress.port and ingress.port not in listening:
        number = ingress.port
        yield Diagnostic(
            **where,
            message=f"port {number} is not among the service's ports{' of UDP' if udp else ''} "
            f"(has {listening or 'none'})",
            advice=f'Add `ports: ["{number}:{number}/udp"]`, or name one of its ports.'
            if udp
            else f'Add `expose: ["{number}"]`, or name one of its ports.',
        )
