"""What the parts of a report look at beside one step."""

from __future__ import annotations

from dataclasses import dataclass, field

from berth.report.containers import Definitions, Names
from berth.report.events import Log
from berth.report.owners import Owners


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a rule looks at beside the step. ``planned``: service -> its container definitions from the files."""

    log: Log
    owners: Owners
    names: Names
    planned: dict[str, Definitions] = field(default_factory=dict[str, Definitions])
