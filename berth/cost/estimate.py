"""A stack's month from its plan: no AWS, no Pulumi, nothing read but the price table.

A new kind of resource gets a function beside those of ``PARTS`` that yields its items and rates, and its prices a row
in ``prices.toml``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from berth.compose.model import Application
from berth.cost.compute import compute
from berth.cost.managed import managed
from berth.cost.model import Assumptions, Estimate, Item, Plan, Rate, Saving
from berth.cost.network import network
from berth.cost.prices import Prices, read_prices
from berth.cost.storage import storage
from berth.cost.watching import watching
from berth.platforms.ecs.managed.choice import containers_only
from berth.platforms.ecs.plan import plan_application
from berth.settings import Settings

PARTS: tuple[Callable[[Plan], Iterator[Item | Rate]], ...] = (compute, managed, network, storage, watching)

ALTERNATIVES: tuple[tuple[Mapping[str, Any], str], ...] = (
    ({"nat_gateways": "one"}, "a zone's end cuts off what others send"),
    ({"nat_gateways": "none"}, "tasks have public addresses, which their security groups close"),
    ({"ingress": "instance"}, "one instance's address, without TLS and health checks"),
    ({"endpoints": "gateway"}, "AWS's services are called through NAT gateways, or public addresses"),
    ({"cpu_architecture": "arm64"}, "images must be built for it"),
    ({"fargate_spot": 100}, "AWS may stop a task with two minutes' notice"),
    ({"database_multi_zone": False}, "no standby takes over from a database"),
    ({"cache_replicas": 0}, "no replica takes over from a cache"),
)
"""Settings that may cost less, and what is lost by each."""

OF_THE_SHARED = ("nat_gateways", "ingress", "endpoints", "cpu_architecture")
"""Those that are another stack's, where it shares its network and cluster."""

LEAST = 0.5
"""US dollars a month from which on a saving is worth a line."""


def estimate(
    application: Application,
    settings: Settings,
    assumptions: Assumptions | None = None,
    *,
    prices: Prices | None = None,
) -> Estimate:
    """What ``application`` costs a month on the settings' ECS platform.

    Raises:
        PlatformError: the price table does not have the region.
    """
    table = prices or read_prices(settings.region)
    assumed = assumptions or Assumptions()
    now = _estimate(application, settings, assumed, table)
    savings: list[Saving] = []
    for change, lost in ALTERNATIVES:
        other = _changed(settings, change)
        if other is not None:
            less = now.monthly - _estimate(application, other, assumed, table).monthly
            if less >= LEAST:
                savings.append(Saving(setting=_words(change), monthly=less, lost=lost))
    return Estimate(region=now.region, as_of=now.as_of, items=now.items, rates=now.rates, savings=tuple(savings))


def _estimate(application: Application, settings: Settings, assumptions: Assumptions, prices: Prices) -> Estimate:
    plan = Plan(
        application=application,
        settings=settings,
        services=plan_application(containers_only(application, settings), settings),
        prices=prices,
        assumptions=assumptions,
    )
    found = [entry for part in PARTS for entry in part(plan)]
    return Estimate(
        region=prices.region,
        as_of=prices.as_of,
        items=tuple(entry for entry in found if isinstance(entry, Item)),
        rates=tuple(entry for entry in found if isinstance(entry, Rate)),
    )


def _changed(settings: Settings, change: Mapping[str, Any]) -> Settings | None:
    """The settings with a change; None where it is none, or has no meaning on the platform."""
    ((name, value),) = change.items()
    fargate = settings.platform == "ecs-fargate"
    if settings.shared and name in OF_THE_SHARED:
        return None
    if getattr(settings, name) == value or (name == "ingress" and fargate):
        return None
    if name in ("nat_gateways", "endpoints") and not fargate:
        return None
    if name == "nat_gateways" and (settings.vpc_id or (value == "one" and settings.nat_gateways == "none")):
        return None
    if name == "nat_gateways" and value == "none" and settings.endpoints == "interface":
        return None  # the tasks would have no way out at all, and many images are not in ECR
    if name in ("cpu_architecture", "fargate_spot") and not fargate:
        return None
    return settings.model_copy(update=dict(change))


def _words(change: Mapping[str, Any]) -> str:
    from pydantic.alias_generators import to_camel

    return ", ".join(f"{to_camel(name)}: {_value(value)}" for name, value in change.items())


def _value(value: object) -> str:
    """As a stack file spells it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
