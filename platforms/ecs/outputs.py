"""Where the services of an ECS stack answer."""

from __future__ import annotations

import pulumi

from compose.model import Application
from platforms.ecs.foundation import Foundation
from platforms.ecs.ingress import plan_routes, secure
from settings import Settings


def service_urls(application: Application, settings: Settings, foundation: Foundation) -> dict[str, pulumi.Output[str]]:
    """Each published service's URL; with several ports or rules, its first."""
    urls: dict[str, pulumi.Output[str]] = {}
    if foundation.load_balancer is not None:
        for route in plan_routes(application, settings):
            scheme = "https" if route.port == 443 and secure(settings) else "http"
            port = "" if route.port in (80, 443) else f":{route.port}"
            host = route.host or settings.domain or foundation.load_balancer.dns_name
            urls.setdefault(route.service, pulumi.Output.concat(scheme, "://", host, port, route.path))
    elif foundation.cluster.public_ip is not None:
        for name, service in sorted(application.services.items()):
            published = [port.published for port in service.ports if port.protocol == "tcp" and port.published]
            if published:
                urls[name] = pulumi.Output.concat("http://", foundation.cluster.public_ip, f":{published[0]}/")
    return urls
