"""Which services AWS runs, and the application that is left for containers."""

from __future__ import annotations

from collections.abc import Iterator

from berth.compose.model import Application, Dependency, Service
from berth.settings import Settings


def managed_services(application: Application, settings: Settings) -> dict[str, Service]:
    """The services that AWS runs on this stack, by name."""
    if settings.platform == "compose" or not settings.managed_services:
        return {}
    return {name: item for name, item in sorted(application.services.items()) if item.extension.managed_by}


def containers_only(application: Application, settings: Settings) -> Application:
    """The application without them. Services that depend on one still say so, and ``raw`` is that of the file."""
    managed = managed_services(application, settings)
    if not managed:
        return application
    left = {name: item for name, item in application.services.items() if name not in managed}
    return application.model_copy(update={"services": left})


def with_names(application: Application, settings: Settings, domain: str) -> Application:
    """The containers of the application as they reach what AWS runs: they wait until the names of those that share a
    network with them are there, as a name that was looked up too early is remembered as missing, for minutes; and on
    instances they look names up in ``domain``, which on Fargate is the VPC's own.
    """
    managed = managed_services(application, settings)
    left = containers_only(application, settings)
    reaching = {name: [other for other in managed.values() if _share(item, other)] for name, item in _items(left)}
    return left.model_copy(
        update={"services": {name: _reaching(item, reaching[name], settings, domain) for name, item in _items(left)}}
    )


def _items(application: Application) -> Iterator[tuple[str, Service]]:
    yield from application.services.items()


def _share(service: Service, other: Service) -> bool:
    return bool(service.networks.keys() & other.networks.keys())


def _reaching(service: Service, managed: list[Service], settings: Settings, domain: str) -> Service:
    if not managed:
        return service
    waits = {item.name: Dependency() for item in managed}
    changed: dict[str, object] = {"depends_on": {**waits, **service.depends_on}}
    if settings.platform == "ecs-ec2":
        changed["dns_search"] = (*service.dns_search, domain)
    return service.model_copy(update=changed)
