"""Published ports and ``x-berth.ingress`` that do not fit the stack's way in."""

from __future__ import annotations

from collections.abc import Iterator

from compose.model import Application, Service
from diagnostics import Diagnostic, Severity
from platforms.ecs.ingress import NOT_HTTP, secure
from settings import Settings


def check_ports(application: Application, service: Service, settings: Settings) -> Iterator[Diagnostic]:
    """Every finding about the ports of one service, which takes no requests where it runs once or by a schedule."""
    replicas = service.deploy.replicas
    takes_requests = application.takes_requests(service.name)
    for port in service.ports if takes_requests else ():
        key = f"ports.{port.published or port.target}"
        if settings.load_balanced and port.protocol == "udp":
            yield Diagnostic(
                file=application.file,
                service=service.name,
                key=key,
                message="an Application Load Balancer does not take UDP",
                advice="Publish TCP ports only; berth:ingress: instance on ecs-ec2 publishes UDP.",
            )
        elif settings.load_balanced and not port.published and not service.extension.ingress:
            yield Diagnostic(
                severity=Severity.WARNING,
                file=application.file,
                service=service.name,
                key=key,
                message="names no host port, so the load balancer opens none",
                advice=f'Write "{port.target}:{port.target}", or add x-berth.ingress.',
            )
        elif settings.load_balanced and port.target in NOT_HTTP and not (service.extension.ingress or port.host_ip):
            yield Diagnostic(
                severity=Severity.WARNING,
                file=application.file,
                service=service.name,
                key=key,
                message=f"{port.target} is {NOT_HTTP[port.target]}'s, and the load balancer takes HTTP only: "
                "it is not opened to outside",
                advice="Others reach it by the service's name; berth:ingress: instance on ecs-ec2 publishes it.",
            )
        if settings.load_balanced and port.published == 443 and not secure(settings) and not service.extension.ingress:
            yield Diagnostic(
                file=application.file,
                service=service.name,
                key=key,
                message="the load balancer answers at 443 with TLS, which needs a certificate",
                advice="Set berth:domain and berth:hostedZoneId, or berth:certificateArn, or publish another port.",
            )
        fixed = settings.platform == "ecs-ec2" and not settings.load_balanced and port.published
        if fixed and replicas > settings.most_instances:
            yield Diagnostic(
                file=application.file,
                service=service.name,
                key="deploy.replicas",
                message=f"{replicas} replicas publish port {port.published}, once an instance, and the stack has "
                f"{settings.most_instances}",
                advice="Set berth:ingress to alb, more of berth:instanceCount, or fewer replicas.",
            )
    ingress = service.extension.ingress
    if ingress and not takes_requests:
        yield Diagnostic(
            file=application.file,
            service=service.name,
            key="x-berth.ingress",
            message=f"a service that runs {'by a schedule' if service.schedule else 'once'} takes no requests",
            advice="Leave it out.",
        )
        return
    listening = application.listening_ports(service.name)
    if ingress and not listening and ingress.port is None:
        yield Diagnostic(
            file=application.file,
            service=service.name,
            key="x-berth.ingress.port",
            message="the service names no port that requests could go to",
            advice='Add `expose: ["8000"]` with its port.',
        )
    if ingress and ingress.port and ingress.port not in listening:
        yield Diagnostic(
            file=application.file,
            service=service.name,
            key="x-berth.ingress.port",
            message=f"port {ingress.port} is not among the service's ports (has {listening or 'none'})",
            advice=f'Add `expose: ["{ingress.port}"]`, or name one of its ports.',
        )
