"""Which instances a service's tasks may run on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementConstraint:
    """``expression`` is in the cluster query language, for ``memberOf``.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PlacementConstraint.html
    """

    type: Literal["memberOf", "distinctInstance"]
    expression: str | None = None
