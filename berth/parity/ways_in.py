"""What ``x-berth.ingress`` asks of load balancers, by how the facts say it, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping

from berth.compose.extension import Ingress, ServiceExtension
from berth.parity.ecs import SHARED_LISTENER
from berth.parity.reason import Reason
from berth.platforms.ecs.ingress import public_host, secure
from berth.settings import Settings


def ways_in(settings: Settings, extension: Mapping[str, object]) -> dict[str, Reason]:
    """Place -> why a service answers there: the listener's port with its rule, or a port of its own."""
    ways = ServiceExtension.model_validate({"ingress": extension.get("ingress")}).ingress
    return dict(_http(way, settings) if way.protocol == "http" else _network(way) for way in ways)


def _http(way: Ingress, settings: Settings) -> tuple[str, Reason]:
    host, path = public_host(way.host, settings), way.path
    if settings.listener_port:
        port = str(settings.listener_port)
        reason = Reason(text="x-berth.ingress takes the stack's port on another's", setting="berth:listenerPort")
    elif settings.shared_stack:
        host, port = host or settings.domain, SHARED_LISTENER
        reason = Reason(text="x-berth.ingress takes the listener of another stack", setting="berth:sharedStack")
    elif settings.listener_arn:
        host, port = host or settings.domain, SHARED_LISTENER
        reason = Reason(text="x-berth.ingress takes a listener that exists", setting="berth:listenerArn")
    elif secure(settings):
        port, setting = "443", "certificateArn" if settings.certificate_arn else "domain"
        reason = Reason(text="x-berth.ingress takes the load balancer's TLS port", setting=f"berth:{setting}")
    else:
        port, reason = "80", Reason(text="x-berth.ingress takes the load balancer's shared port")
    rule = [*([f"host {host}"] if host else []), *([f"path {path}"] if path != "/" else [])]
    return ", ".join([port, *rule]), reason


def _network(way: Ingress) -> tuple[str, Reason]:
    """Of a port that the file does not publish: else the place is the one that the file has."""
    return str(way.port), Reason(text="x-berth.ingress opens it by a Network Load Balancer")
