"""How many tasks of a service run: first, at least and at most."""

from __future__ import annotations

from berth.compose.model import Application, Service
from berth.untyped import inside


def first_count(application: Application, service: Service) -> int:
    """The replicas that the file asks for; where it scales the service and says none, the fewest."""
    scaling = service.extension.scaling
    if scaling is None or _says_replicas(application, service.name):
        return service.deploy.replicas
    return scaling.min


def fewest(service: Service) -> int:
    """How many tasks run whatever happens: scaling, and its clock, may leave fewer than there are at first."""
    scaling = service.extension.scaling
    if scaling is None:
        return service.deploy.replicas
    return min([scaling.min, *(item.min for item in scaling.schedule if item.min is not None)])


def most(service: Service) -> int:
    """How many tasks of a service there are at most, deployments apart."""
    scaling = service.extension.scaling
    if scaling is None:
        return service.deploy.replicas
    return max(scaling.max, *(item.max or 0 for item in scaling.schedule), 0)


def _says_replicas(application: Application, name: str) -> bool:
    raw = inside(application.raw, "services", name)
    return "scale" in raw or "replicas" in inside(raw, "deploy")
