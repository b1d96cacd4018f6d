"""Which requests from outside reach which service: published ports and ``x-berth.ingress`` as routes and URLs."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace

from compose.model import Application
from platforms.ecs.rollouts import two_groups
from settings import Settings

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
    """One rule of the load balancer. ``port`` is the listener's, ``container_port`` the service's."""

    service: str
    port: int
    container_port: int
    host: str | None
    path: str
    health_path: str
    priority: int


def plan_routes(application: Application, settings: Settings) -> tuple[PlannedRoute, ...]:
    """Every route of a load-balanced stack.

    ``x-berth.ingress`` takes the shared listener, 80 or with a certificate 443. A published port without it keeps its
    own number, so that the URL's port is the same in every environment; one of ``NOT_HTTP`` is not opened.
    """
    if not settings.load_balanced:
        return ()
    routes: list[PlannedRoute] = []
    for name, service in sorted(application.services.items()):
        if not application.takes_requests(name):
            continue
        ingress = service.extension.ingress
        # A rule with two groups stands before the one whose place it takes, until that is deleted.
        ahead = 1 if two_groups(service, settings) else 0
        tcp = [port for port in service.ports if port.protocol == "tcp"]
        if ingress is not None:
            listening = application.listening_ports(name)
            port = ingress.port or (tcp[0].target if tcp else next(iter(listening), None))
            if port is None:
                continue  # the platform's rules say what is missing
            routes.append(
                PlannedRoute(
                    service=name,
                    port=443 if secure(settings) else 80,
                    container_port=port,
                    host=ingress.host,
                    path=ingress.path,
                    health_path=ingress.health_path,
                    priority=_priority(ingress.host, ingress.path, ahead),
                )
            )
            continue
        routes += [
            PlannedRoute(
                service=name,
                port=port.published,
                container_port=port.target,
                host=None,
                path="/",
                health_path="/",
                priority=_priority(None, "/", ahead),
            )
            for port in tcp
            if port.published and port.target not in NOT_HTTP
        ]
    return _without_collisions(routes)


def _without_collisions(routes: list[PlannedRoute]) -> tuple[PlannedRoute, ...]:
    """Two rules of one listener with the same hash: the later one, by host and path, moves to the next free number."""
    taken: set[tuple[int, int]] = set()
    settled = []
    for route in sorted(routes, key=lambda r: (r.port, r.priority, r.host or "", r.path)):
        priority = route.priority
        while (route.port, priority) in taken:
            priority += 1
        taken.add((route.port, priority))
        settled.append(replace(route, priority=priority))
    return tuple(settled)


def listener_ports(application: Application, settings: Settings) -> tuple[int, ...]:
    """The ports that the load balancer opens; with a certificate port 80 is there to redirect."""
    ports = {route.port for route in plan_routes(application, settings)}
    return tuple(sorted(ports | {80} if 443 in ports else ports))


def secure(settings: Settings) -> bool:
    """Whether the shared listener speaks TLS."""
    return bool(settings.certificate_arn or settings.domain)


def _priority(host: str | None, path: str, ahead: int) -> int:
    """The same for the same rule on every machine, more specific rules first; 1 to 50,000 as AWS allows.

    The first digits sort by kind (host and path, host, path, all) and by length of path; a hash spreads the rest.
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html
    """
    kind = (0 if host else 2) + (0 if path != "/" else 1)
    length = 19 - min(19, path.count("/") if path != "/" else 0)
    spread = zlib.crc32(f"{host or ''}{path}".encode()) % 600
    return max(1, 1 + kind * 12000 + length * 600 + spread - ahead)
