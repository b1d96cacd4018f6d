"""Ways in that do not fit each other, the certificate, or a listener that other stacks use too."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from berth.compose.model import Application
from berth.diagnostics import Diagnostic, Severity, WhereKey
from berth.platforms.ecs.ingress import SHARED, PlannedRoute, others_balancer, plan_routes
from berth.platforms.ecs.joined import joined_groups
from berth.platforms.ecs.network_ingress import check_network_ingress, plan_network_routes
from berth.platforms.ecs.ports import TARGET_GROUPS
from berth.settings import Settings


def check_ingress(application: Application, settings: Settings, *, stack: str) -> Iterator[Diagnostic]:
    """Every finding about the ways in of all services together."""
    routes = plan_routes(application, settings)
    network = plan_network_routes(application, settings)
    joined = joined_groups(application, settings)
    yield from _same(application, routes)
    yield from check_network_ingress(application, settings, stack=stack)
    for name in sorted(application.services):
        count = sum(way.service == name for way in (*routes, *network, *joined))
        if count > TARGET_GROUPS:
            yield Diagnostic(
                file=application.file,
                service=name,
                key="x-berth.ingress",
                message=f"has {count} ways in by load balancers, published ports with them, and ECS takes "
                f"{TARGET_GROUPS} of a service",
                advice="Publish fewer ports.",
            )
    for route in routes:
        yield from _certified(application, route, settings)
        yield from _alone(application, route, settings)
    for way in network:
        if way.host and way.host == settings.domain and routes:
            yield Diagnostic(
                file=application.file,
                service=way.service,
                key="x-berth.ingress.host",
                message=f"{way.host} leads to the Application Load Balancer, which has routes",
                advice=f"Take a name below it, like {way.service}.{settings.domain}.",
            )
    if settings.web_acl_arn and not routes:
        yield Diagnostic(
            severity=Severity.WARNING,
            file=f"Pulumi.{stack}.yaml",
            key="berth:webAclArn",
            message="no service is published by HTTP, so that there is nothing for the web ACL to filter",
        )


def _same(application: Application, routes: tuple[PlannedRoute, ...]) -> Iterator[Diagnostic]:
    for first, second in itertools.combinations(routes, 2):
        where: WhereKey = {"file": application.file, "service": second.service, "key": "x-berth.ingress"}
        listener = f"port {first.port}" if first.port else "the shared listener"
        if (first.port, first.host, first.path) == (second.port, second.host, second.path):
            yield Diagnostic(
                **where,
                message=f"takes the same requests as {first.service}: {listener}, "
                f"host {first.host or 'any'}, path {first.path}",
                advice="Give one of them another `host` or `path`.",
            )
        elif (first.port, first.priority) == (second.port, second.priority):
            yield Diagnostic(
                **where,
                message=f"has the priority {second.priority} of {first.service} on {listener}",
                advice="Give one of them another `priority`, or leave it out.",
            )


def covered(host: str, domain: str) -> bool:
    """Whether a certificate for a domain and all names directly below it is for ``host``, which may be ``*.…``."""
    return host == domain or (host.endswith(f".{domain}") and "." not in host.removesuffix(f".{domain}"))


def _certified(application: Application, route: PlannedRoute, settings: Settings) -> Iterator[Diagnostic]:
    """Hosts that the certificate, which Berth asks for, is not for; deeper ones below the domain are added to it."""
    domain, host = settings.domain, route.host
    own = domain and settings.hosted_zone_id and not (settings.certificate_arn or others_balancer(settings))
    if own and domain and host and not (covered(host, domain) or host.endswith(f".{domain}")):
        yield Diagnostic(
            severity=Severity.WARNING,
            file=application.file,
            service=route.service,
            key="x-berth.ingress.host",
            message=f"the certificate and the records are for {domain} and what is below it, not for {host}",
            advice="Set berth:certificateArn to a certificate that has it, and make its record yourself.",
        )


def _alone(application: Application, route: PlannedRoute, settings: Settings) -> Iterator[Diagnostic]:
    """A rule for every request takes those of the other stacks, too."""
    if route.port == SHARED and route.host is None and route.path in ("/", "/*"):
        whose = "the listener of berth:sharedStack" if settings.shared_stack else "berth:listenerArn"
        other = " here or for that stack, or berth:listenerPort" if settings.shared_stack else ""
        yield Diagnostic(
            file=application.file,
            service=route.service,
            key="x-berth.ingress.host",
            message=f"{whose} is shared, and a rule for every host and path takes all of its requests",
            advice=f"Write a `host`, or a `path` of its own, or set berth:domain{other}.",
        )
