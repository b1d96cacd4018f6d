"""Estimates as JSON: stack -> its sums, items, rates and savings. Fields are not renamed or removed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict

from berth.cost.model import Estimate


def as_json(estimates: Mapping[str, Estimate]) -> str:
    """US dollars, to the hundredth of a cent."""
    return json.dumps({stack: _object(found) for stack, found in estimates.items()}, indent=2, ensure_ascii=False)


def _object(found: Estimate) -> dict[str, object]:
    return {
        "region": found.region,
        "as_of": found.as_of,
        "monthly": _money(found.monthly),
        "monthly_beyond_free": _money(found.monthly_beyond_free),
        "services": {service: _money(cost) for service, cost in found.by_service().items()},
        "items": [{**asdict(item), "monthly": _money(item.monthly)} for item in found.items],
        "rates": [asdict(rate) for rate in found.rates],
        "savings": [{**asdict(saving), "monthly": _money(saving.monthly)} for saving in found.savings],
    }


def _money(amount: float) -> float:
    return round(amount, 4)
