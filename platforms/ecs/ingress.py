"""Which requests from outside reach which service: published ports and ``x-berth.ingress`` as routes and URLs."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace

from berth.compose.extension import Ingress
from berth.compose.model import Application, Service
from berth.platforms.ecs.rollouts import two_groups
from berth.settings import Settings

SHARED = 0
"""The port of a route on an existing listener, whose own only AWS knows."""

NOT_HTTP = {
    21: "FTP",
    22: "SSH",
    25: "SMTP",
    53: "DNS",
    389: "LDAP",
    1433: "SQL Server",
    1521: "Oracle",
    1883: "MQTT",
    2181: "ZooKeeper",
    3306: "MySQL",
    4222: "NATS",
    5432: "PostgreSQL",
    5672: "AMQP",
    6379: "Redis",
    9042: "Cassandra",
    9092: "Kafka",
    11211: "memcached",
    27017: "MongoDB",
}
"""Ports of containers that are known to speak something else than what an Application Load Balancer takes:
https://www.iana.org/assignments/service-names-port-numbers/"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRoute:
    """One rule of the load balancer. ``port`` is the listener's (``SHARED``: another's), ``container_port`` the
    service's. ``label`` tells further rules of one service on one listener apart.
    """

    service: str
    port: int
    container_port: int
    host: str | None
    path: str
    health_path: str
    priority: int
    label: str = ""


def plan_routes(application: Application, settings: Settings) -> tuple[PlannedRoute, ...]:
    """Every route of a load-balanced stack.

    ``x-berth.ingress`` takes the shared listener, 80 or with a certificate 443, or the setting's existing one. A
    published port without it keeps its own number, so that the URL's port is the same in every environment; one of
    ``NOT_HTTP`` is not opened, and none is on a load balancer that exists. On another stack's the lowest of them is
    where the stack answers, if the file has no ``x-berth.ingress`` at all.
    """
    if not settings.load_balanced:
        return ()
    routes: list[PlannedRoute] = []
    chosen: set[PlannedRoute] = set()
    for name, service in sorted(application.services.items()):
        if not application.takes_requests(name):
            continue
        # A rule with two groups stands before the one whose place it takes, until that is deleted.
        ahead = 1 if two_groups(service, settings) else 0
        rules = [item for item in service.extension.ingress if item.protocol == "http"]
        for index, item in enumerate(rules):
            port = ingress_port(application, service, item)
            if port is None:
                continue  # the platform's rules say what is missing
            route = _rule(name, item, port, settings, ahead)
            routes.append(replace(route, label=_label(route)) if index else route)
            chosen |= {routes[-1]} if item.priority else set()
        if not others_balancer(settings):
            routes += _published(application, service, settings, ahead)
    if settings.shared_stack and not routes:
        routes += _only(application, settings)
    return _without_collisions(routes, chosen)


def others_balancer(settings: Settings) -> bool:
    """Whether the load balancer is not the stack's own: one that exists, or another stack's."""
    return bool(settings.listener_arn or settings.shared_stack)


def _only(application: Application, settings: Settings) -> list[PlannedRoute]:
    """Of all published ports the lowest, where another stack's load balancer has one place for this stack."""
    published = [
        route
        for name, service in sorted(application.services.items())
        if application.takes_requests(name)
        for route in _published(application, service, settings, 1 if two_groups(service, settings) else 0)
    ]
    ahead = {route: _priority(None, "/") - route.priority for route in published}
    return [
        replace(
            route,
            port=_listener(settings),
            host=(host := _host(None, settings)),
            priority=_numbered(host, "/", settings) - ahead[route],
        )
        for route in sorted(published, key=lambda route: route.port)[:1]
    ]


def ingress_port(application: Application, service: Service, ingress: Ingress) -> int | None:
    """The container port that one way in leads to: its own, else the first published, else the first that listens."""
    protocol = "udp" if ingress.protocol == "udp" else "tcp"
    published = [port.target for port in service.ports if port.protocol == protocol]
    listening = application.listening_ports(service.name) if protocol == "tcp" else ()
    return ingress.port or next(iter([*published, *listening]), None)


def has_rules(service: Service) -> bool:
    """Whether it takes requests of the shared listener."""
    return any(item.protocol == "http" for item in service.extension.ingress)


def _rule(name: str, ingress: Ingress, container_port: int, settings: Settings, ahead: int) -> PlannedRoute:
    host = _host(ingress.host, settings)
    priority = _numbered(host, ingress.path, settings)
    return PlannedRoute(
        service=name,
        port=_listener(settings),
        container_port=container_port,
        host=host,
        path=ingress.path,
        health_path=ingress.health_path,
        priority=ingress.priority or max(1, priority - ahead),
    )


def _listener(settings: Settings) -> int:
    """The port of the listener that ``x-berth.ingress`` takes."""
    if settings.listener_port:
        return settings.listener_port
    return SHARED if others_balancer(settings) else 443 if secure(settings) else 80


def _host(host: str | None, settings: Settings) -> str | None:
    if _listener(settings) != SHARED:
        return host
    return public_host(host, settings) or settings.domain


def public_host(host: str | None, settings: Settings) -> str | None:
    """A host of the file as this stack has it: with ``subdomain`` one label below the shared domain, which its
    certificate and its records for ``*.domain`` cover. Of ``queue.shop.example.com`` below ``shop.example.com`` it is
    ``pr-1-queue.shop.example.com``, of a host elsewhere ``pr-1-www-example-org.shop.example.com``.
    """
    base = settings.shared.domain if settings.shared else None
    if not (settings.subdomain and base) or host is None:
        return host
    rest = "" if host == base else host.removesuffix(f".{base}").replace(".", "-")
    return f"{'-'.join(filter(None, [settings.subdomain, rest]))}.{base}"


def _label(route: PlannedRoute) -> str:
    said = f"{route.host or ''}{route.path}"
    return f"-{zlib.crc32(said.encode()):08x}"


def _published(application: Application, service: Service, settings: Settings, ahead: int) -> list[PlannedRoute]:
    """The published ports that no ``x-berth.ingress`` speaks of, each on a listener of its own number; 80 and 443 are
    those of such a service's ingress.
    """
    taken = {
        ("udp" if item.protocol == "udp" else "tcp", ingress_port(application, service, item))
        for item in service.extension.ingress
    }
    return [
        PlannedRoute(
            service=service.name,
            port=port.published,
            container_port=port.target,
            host=None,
            path="/",
            health_path="/",
            priority=_priority(None, "/") - ahead,
        )
        for port in service.ports
        if port.protocol == "tcp"
        and port.published
        and port.target not in NOT_HTTP
        and (port.protocol, port.target) not in taken
        and not (port.published in (80, 443) and has_rules(service))
    ]


def _without_collisions(routes: list[PlannedRoute], chosen: set[PlannedRoute]) -> tuple[PlannedRoute, ...]:
    """Two rules of one listener with the same hash: the later one, by host and path, moves to the next free number.

    Those whose priority the file has chosen stay; two of the same are for the platform's rules to find.
    """
    taken = {(route.port, route.priority) for route in chosen}
    settled: list[PlannedRoute] = []
    for route in sorted(routes, key=lambda r: (r.port, r.priority, r.host or "", r.path)):
        priority = route.priority
        while (route.port, priority) in taken and route not in chosen:
            priority += 1
        taken.add((route.port, priority))
        settled.append(replace(route, priority=priority))
    return tuple(settled)


def listener_ports(application: Application, settings: Settings) -> tuple[int, ...]:
    """The ports that the stack's own load balancer opens; with a certificate port 80 is there to redirect."""
    if others_balancer(settings):
        return ()
    ports = {route.port for route in plan_routes(application, settings)}
    if settings.share:
        ports.add(_listener(settings))
    return tuple(sorted(ports | {80} if 443 in ports else ports))


def secure(settings: Settings) -> bool:
    """Whether the shared listener speaks TLS."""
    return bool(settings.certificate_arn or settings.domain)


def _priority(host: str | None, path: str) -> int:
    """The same for the same rule on every machine, more specific rules first; 1 to 50,000 as AWS allows.

    The first digits sort by kind (host and path, host, path, all) and by length of path; a hash spreads the rest.
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html
    """
    kind = (0 if host else 2) + (0 if path != "/" else 1)
    length = 19 - min(19, path.count("/") if path != "/" else 0)
    spread = zlib.crc32(f"{host or ''}{path}".encode()) % 600
    return 1 + kind * 12000 + length * 600 + spread


def _numbered(host: str | None, path: str, settings: Settings) -> int:
    return _priority(host, path) if _listener(settings) != SHARED else _shared_priority(host, path)


CLASS = 1900
"""Places for rules of one depth of path on a listener that other stacks use."""


def _shared_priority(host: str | None, path: str) -> int:
    """As ``_priority``, on a listener of another stack: where that one has none of its own rules.

    ``_priority`` uses the last class alone of rules by a host without a path, and of those for all requests: rules of
    others by host have the numbers before the former, 12,001 to 23,399, those by path alone the ones before the latter,
    36,001 to 45,499. Where two of them meet, ``berth.platforms.ecs.priorities`` moves the later one.
    """
    first = 12_001 if host else 36_001
    length = 5 - min(5, path.count("/") if path != "/" else 0)
    return first + length * CLASS + zlib.crc32(f"{host or ''}{path}".encode()) % (CLASS - 1)
