"""What AWS runs of a service in place of a container: of a container's facts it has the names and the port alone."""

from __future__ import annotations

from berth.compose.model import Application
from berth.parity.facts import ASPECTS, Facts, facts, one
from berth.platforms.ecs.managed.choice import managed_services
from berth.platforms.ecs.managed.plans import ManagedPlan, plan_managed
from berth.settings import Settings

COMPARED = ("service", "names", "ports")
"""The aspects that a managed service has; the others are those of containers."""


def plan_services(application: Application, settings: Settings) -> dict[str, ManagedPlan]:
    """Service -> its plan; none on Docker Compose."""
    return {
        name: plan_managed(application, service) for name, service in managed_services(application, settings).items()
    }


def managed_facts(plan: ManagedPlan) -> Facts:
    """Every aspect, most of them empty."""
    return {
        **{aspect: {} for aspect in ASPECTS},
        "service": one(plan.product),
        "names": facts(dict.fromkeys(plan.service.names, "yes")),
        "ports": facts({f"{plan.port}/tcp": "yes"}),
    }
