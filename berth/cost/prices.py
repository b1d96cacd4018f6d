"""The price table, ``prices.toml``: one region's prices by item."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from berth.diagnostics import Diagnostic, PlatformError

TABLE = Path(__file__).with_name("prices.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """US dollars for one ``unit``; ``amount`` None: the table does not have it. ``source`` is AWS's page."""

    item: str
    amount: float | None
    unit: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """The prices of one region, as of a day."""

    region: str
    as_of: str
    amounts: Mapping[str, float]
    items: Mapping[str, Mapping[str, str]]

    def of(self, item: str) -> Price:
        """An item's price; that of a kind of it (``ec2 t3.micro``) has the item's unit and source."""
        about = self.items[item.partition(" ")[0]]
        return Price(item=item, amount=self.amounts.get(item), unit=about["unit"], source=about["source"])


def read_prices(region: str, *, stack: str = "") -> Prices:
    """
    Raises:
        PlatformError: the table does not have the region.
    """
    table = _table()
    found = table["regions"].get(table["same_as"].get(region, region))
    if found is None:
        known = ", ".join(sorted([*table["regions"], *table["same_as"]]))
        raise PlatformError(
            Diagnostic(
                file=f"Pulumi.{stack}.yaml" if stack else "",
                key="berth:region",
                message=f"the price table has no prices of {region} (has {known})",
                advice="Add them to berth/cost/prices.toml, or compare with `--region us-east-1`.",
            )
        )
    return Prices(region=region, as_of=table["as_of"], amounts=found, items=table["items"])


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(TABLE.read_text())
