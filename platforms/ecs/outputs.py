"""Where the services of an ECS stack answer."""

from __future__ import annotations

import pulumi

from berth.compose.model import Application
from berth.platforms.ecs.foundation import Foundation
from berth.platforms.ecs.ingress import plan_routes
from berth.platforms.ecs.network_ingress import plan_network_routes
from berth.settings import Settings


def service_urls(application: Application, settings: Settings, foundation: Foundation) -> dict[str, pulumi.Output[str]]:
    """Each published service's URL: of several ports its first, of several rules the file's first. What a Network Load
    Balancer opens beside that is ``service:port``.
    """
    urls: dict[str, pulumi.Output[str]] = {}
    if settings.load_balanced:
        if foundation.load_balancer is not None:
            for route in sorted(plan_routes(application, settings), key=lambda route: bool(route.label)):
                scheme, port = foundation.load_balancer.schemes[route.port]
                host = route.host or settings.domain or foundation.load_balancer.dns_name
                urls.setdefault(route.service, pulumi.Output.concat(scheme, "://", host, port, route.path))
        if foundation.network_balancer is not None:
            for way in plan_network_routes(application, settings):
                name = way.service if way.service not in urls else f"{way.service}:{way.port}"
                host = way.host or foundation.network_balancer.dns_name
                urls[name] = pulumi.Output.concat(way.protocol.lower(), "://", host, f":{way.port}")
    elif foundation.cluster.public_ip is not None:
        for name, service in sorted(application.services.items()):
            published = [port.published for port in service.ports if port.protocol == "tcp" and port.published]
            if published:
                urls[name] = pulumi.Output.concat("http://", foundation.cluster.public_ip, f":{published[0]}/")
    return urls
