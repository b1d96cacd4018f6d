"""The changes to look at first: data that goes, what is opened, what clients lose sight of.

Each rule yields the dangers that it sees in one step. A new one is a function in ``losses`` or ``openings``, and its
name in the list at that file's end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from berth.report.events import Step
from berth.report.losses import LOSSES
from berth.report.model import SHARED, Danger, Level
from berth.report.openings import OPENINGS
from berth.report.sight import Sight

FOUND: tuple[Callable[[Step, Sight], Iterator[Danger]], ...] = (*LOSSES, *OPENINGS)


def find_dangers(sight: Sight) -> tuple[Danger, ...]:
    """All of them, worst first; what is new is none, unless it opens something. The same of several services is one."""
    merged: dict[tuple[Level, str, str], list[str]] = {}
    for step in sight.log.steps:
        for rule in FOUND:
            for danger in rule(step, sight):
                about = merged.setdefault((danger.level, danger.what, danger.why), [])
                owner = sight.owners.owner(step.urn)
                about += danger.services or (() if owner == SHARED else (owner,))
    found = [
        Danger(level=level, what=what, why=why, services=tuple(sorted(set(about))))
        for (level, what, why), about in merged.items()
    ]
    return tuple(sorted(found, key=lambda item: (item.level, not item.services, item.services, item.what)))
