"""An estimate as plain data: items that cost by being there, and rates of what depends on use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypedDict

from berth.compose.model import Application
from berth.cost.prices import Price, Prices
from berth.platforms.ecs.managed.choice import containers_only
from berth.platforms.ecs.plan import ServicePlan
from berth.settings import Settings

SHARED = "shared"
"""In place of a service: what all of them use."""

HOURS = 730
"""Of a month, as AWS's own calculator counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """``quantity`` of ``unit`` a month, of which ``free`` cost nothing in the legacy free tier's 12 months.

    ``unit_price`` None: the price table does not have it, and no sum counts it. ``note`` says what was assumed.
    """

    service: str
    what: str
    quantity: float
    unit: str
    unit_price: float | None
    source: str
    free: float = 0
    note: str = ""

    @property
    def monthly(self) -> float:
        return self.quantity * (self.unit_price or 0)

    @property
    def monthly_beyond_free(self) -> float:
        return max(0.0, self.quantity - self.free) * (self.unit_price or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What each ``unit`` of use costs; ``free`` units a month cost nothing, in every account."""

    service: str
    what: str
    unit: str
    unit_price: float | None
    source: str
    option: str
    free: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """What another setting would cost less a month, and what is lost by it."""

    setting: str
    monthly: float
    lost: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """What no file tells. None: it is not in the sum, but listed as a rate. Sizes are GB a month; ``spot`` is the share
    of the full price that a task or an instance on Spot costs, which moves (AWS: up to 70 % and 90 % less)."""

    logs_gb: float | None = None
    efs_gb: float | None = None
    nat_gb: float | None = None
    endpoint_gb: float | None = None
    out_gb: float | None = None
    images_gb: float | None = None
    lcu: float | None = None
    nlcu: float | None = None
    job_minutes: float = 5
    deployments: float = 30
    spot: float = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A stack's month, in US dollars without tax."""

    region: str
    as_of: str
    items: tuple[Item, ...]
    rates: tuple[Rate, ...]
    savings: tuple[Saving, ...] = ()

    @property
    def monthly(self) -> float:
        return sum(item.monthly for item in self.items)

    @property
    def monthly_beyond_free(self) -> float:
        return sum(item.monthly_beyond_free for item in self.items)

    def by_service(self) -> dict[str, float]:
        """Service -> its monthly cost; the shared part is last."""
        found: dict[str, float] = {}
        for item in sorted(self.items, key=lambda item: (item.service == SHARED, item.service)):
            found[item.service] = found.get(item.service, 0) + item.monthly
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that prices are looked up for. ``services`` are those that run as containers."""

    application: Application
    settings: Settings
    services: Mapping[str, ServicePlan]
    prices: Prices
    assumptions: Assumptions = field(default_factory=Assumptions)

    @property
    def fargate(self) -> bool:
        return self.settings.platform == "ecs-fargate"

    @property
    def containers(self) -> Application:
        """The application without what AWS runs in place of a container."""
        return containers_only(self.application, self.settings)

    def item(
        self, price: str, quantity: float, what: str, *, service: str = SHARED, free: float = 0, note: str = ""
    ) -> Item:
        found = self.prices.of(price)
        return Item(service=service, what=what, quantity=quantity, free=free, note=note, **_priced(found))

    def rate(self, price: str, what: str, *, service: str = SHARED, option: str = "", free: float = 0) -> Rate:
        """``free`` units cost nothing in every account; no ``option`` counts it in where none is named."""
        return Rate(service=service, what=what, option=option, free=free, **_priced(self.prices.of(price)))

    def use(self, price: str, assumed: float | None, what: str, *, option: str, free: float = 0) -> Item | Rate:
        """An item where it is assumed how much is used, else a rate; ``free`` units cost nothing in every account."""
        found = self.prices.of(price)
        if assumed is None:
            return self.rate(price, what, option=option, free=free)
        beyond = max(0.0, assumed - free)
        note = f"{assumed:g} assumed" + (f", {free:g} of them free" if free else "")
        return Item(service=SHARED, what=what, quantity=beyond, note=note, **_priced(found))


class _Priced(TypedDict):
    unit: str
    unit_price: float | None
    source: str


def _priced(price: Price) -> _Priced:
    return {"unit": price.unit, "unit_price": price.amount, "source": price.source}
