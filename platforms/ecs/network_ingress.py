"""Ports that a Network Load Balancer opens, by ``x-berth.ingress`` with ``protocol: tcp``, ``udp`` or ``tls``."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from berth.compose.extension import Ingress
from berth.compose.model import Application, Service
from berth.diagnostics import Diagnostic, Severity, Where
from berth.platforms.ecs.ingress import ingress_port, others_balancer, public_host, secure
from berth.settings import Settings

PROTOCOLS: Mapping[str, Literal["TCP", "UDP", "TLS"]] = {"tcp": "TCP", "udp": "UDP", "tls": "TLS"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedNetworkRoute:
    """One listener of the Network Load Balancer, on ``port``. ``health_port`` None is the port of the traffic."""

    service: str
    protocol: Literal["TCP", "UDP", "TLS"]
    port: int
    container_port: int
    health_port: int | None
    host: str | None

    @property
    def transport(self) -> Literal["tcp", "udp"]:
        """What the containers get."""
        return "udp" if self.protocol == "UDP" else "tcp"


def plan_network_routes(application: Application, settings: Settings) -> tuple[PlannedNetworkRoute, ...]:
    """Every listener of the stack's Network Load Balancer, by port; none without load balancers."""
    if not settings.load_balanced:
        return ()
    routes = [
        _route(application, service, item, port, settings)
        for service in application.services.values()
        if application.takes_requests(service.name)
        for item in network_ingresses(service)
        if (port := ingress_port(application, service, item)) is not None
    ]
    return tuple(sorted(routes, key=lambda route: (route.port, route.protocol, route.service)))


def network_ingresses(service: Service) -> tuple[Ingress, ...]:
    return tuple(item for item in service.extension.ingress if item.protocol != "http")


def udp_targets(service: Service) -> tuple[int, ...]:
    """The container's ports of UDP that a way in leads to."""
    first = next((port.target for port in service.ports if port.protocol == "udp"), None)
    ports = [item.port or first for item in network_ingresses(service) if item.protocol == "udp"]
    return tuple(dict.fromkeys(port for port in ports if port))


def _route(
    application: Application, service: Service, ingress: Ingress, target: int, settings: Settings
) -> PlannedNetworkRoute:
    """The listener's port is the published one, so that the address has the same in every environment."""
    udp = ingress.protocol == "udp"
    published = [
        port.published
        for port in service.ports
        if port.target == target and port.published and port.protocol == ("udp" if udp else "tcp")
    ]
    listening = application.listening_ports(service.name)
    return PlannedNetworkRoute(
        service=service.name,
        protocol=PROTOCOLS[ingress.protocol],
        port=next(iter(published), target),
        container_port=target,
        health_port=next(iter(listening), None) if udp else None,
        host=public_host(ingress.host, settings),
    )


def in_domain(host: str, settings: Settings) -> bool:
    """Whether the stack makes records of ``host``: its hosted zone, or the shared stack's, has the domain's names."""
    shared, domain = settings.shared, settings.domain
    if shared and settings.hosted_zone_id == shared.hosted_zone_id:
        domain = shared.domain
    return bool(settings.hosted_zone_id and domain and (host == domain or host.endswith(f".{domain}")))


def dual_stack(application: Application, settings: Settings) -> bool:
    """A balancer with UDP stays with IPv4: by IPv6 its targets would need addresses of IPv6 too.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html#ip-address-type
    """
    return settings.ipv6 and all(route.protocol != "UDP" for route in plan_network_routes(application, settings))


def check_network_ingress(application: Application, settings: Settings, *, stack: str) -> Iterator[Diagnostic]:
    """What of these ways in AWS or the stack has not, and ports that two of them want."""
    routes = plan_network_routes(application, settings)
    for route in routes:
        yield from _route_problems(application, route, settings)
    for first, second in itertools.pairwise(routes):
        if first.port == second.port:
            yield Diagnostic(
                file=application.file,
                service=second.service,
                key="x-berth.ingress",
                message=f"takes port {second.port} of the Network Load Balancer, as {first.service} does "
                f"({first.protocol} and {second.protocol})",
                advice="Publish one of them on another port.",
            )
    if settings.ipv6 and routes and not dual_stack(application, settings):
        yield Diagnostic(
            severity=Severity.WARNING,
            file=f"Pulumi.{stack}.yaml",
            key="berth:ipv6",
            message="the Network Load Balancer takes UDP, and so answers by IPv4 alone",
        )


def _route_problems(application: Application, route: PlannedNetworkRoute, settings: Settings) -> Iterator[Diagnostic]:
    where: Where = {"file": application.file, "service": route.service}
    if route.protocol == "TLS" and not (secure(settings) or others_balancer(settings)):
        yield Diagnostic(
            **where,
            key="x-berth.ingress.protocol",
            message="TLS needs a certificate",
            advice="Set berth:domain and berth:hostedZoneId, or berth:certificateArn, or write tcp.",
        )
    if route.protocol == "TLS" and others_balancer(settings):
        name = "sharedStack" if settings.shared_stack else "listenerArn"
        yield Diagnostic(
            **where,
            key="x-berth.ingress.protocol",
            message=f"TLS ends at a listener of the stack's own, and with berth:{name} it has no certificate",
            advice="Write tcp, and let the service speak TLS.",
        )
    if route.protocol == "UDP" and settings.platform == "ecs-ec2":
        yield Diagnostic(
            **where,
            key="x-berth.ingress.protocol",
            message="on instances a Network Load Balancer finds no port to check the health of UDP by",
            advice="Set berth:ingress to instance, which publishes UDP.",
        )
    elif route.protocol == "UDP" and route.health_port is None:
        yield Diagnostic(
            **where,
            key="x-berth.ingress.protocol",
            message="a Network Load Balancer checks the health of UDP by TCP, and the service names no port of TCP",
            advice='Add `expose: ["8000"]` with a port on which it takes connections.',
        )
    if route.host and not in_domain(route.host, settings):
        yield Diagnostic(
            severity=Severity.WARNING,
            **where,
            key="x-berth.ingress.host",
            message=f"no record is made of {route.host}, which is not below berth:domain in berth:hostedZoneId",
            advice="Make a CNAME of it to the Network Load Balancer's name, which is in the stack's outputs.",
        )
