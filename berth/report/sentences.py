"""The report's sentences that every renderer has, as plain text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from berth.report.events import OPERATIONS
from berth.report.model import SHARED, Cost, Danger, Group, Report

MOST_NAMES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Services of which the same is told."""

    services: tuple[str, ...]
    verb: str
    lines: tuple[str, ...]

    @property
    def heading(self) -> str:
        return ", ".join(self.services)


def headline(report: Report) -> str:
    counts = ", ".join(f"{report.counts.get(name, 0)} to {name}" for name in OPERATIONS if name != "same")
    text = f"{report.stack}: {counts}"
    if report.failed:
        return f"{report.stack}: the preview failed" + (f"; so far {counts}" if report.changes else "")
    return text if report.changes else f"{report.stack}: nothing changes"


def downtime(report: Report) -> str:
    """Whether any is expected, and of what."""
    if report.failed and not report.downtime:
        return ""  # nobody knows what would have been planned
    if report.nothing_runs:
        return "No downtime: this is the stack's first deployment."
    if not report.downtime:
        return "No downtime expected."
    reasons: dict[str, list[str]] = {}
    for item in report.downtime:
        reasons.setdefault(item.why, []).append(item.service)
    parts = [f"{some(services)} ({why})" for why, services in reasons.items()]
    more = f"; and {len(parts) - 4} more reasons" if len(parts) > 4 else ""
    return f"Downtime expected: {'; '.join(parts[:4])}{more}."


def some(names: Sequence[str], most: int = MOST_NAMES) -> str:
    """The first few, and how many more."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def danger(item: Danger) -> str:
    about = f"{some(item.services)}: " if item.services else ""
    return f"{about}{item.what} ({item.why})"


def told(groups: Sequence[Group]) -> tuple[Told, ...]:
    """Services whose changes are the same are told together, in the order of the first of them."""
    merged: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for group in groups:
        merged.setdefault((group.verb if group.service != SHARED else "", group.lines), []).append(group.service)
    return tuple(Told(services=tuple(names), verb=verb, lines=lines) for (verb, lines), names in merged.items())


def cost(found: Cost) -> str:
    """``$14.44 → $30.10 a month (+15.66): NAT gateways +65.70, …``"""
    total = f"${found.before:,.2f} → ${found.after:,.2f} a month ({found.after - found.before:+,.2f})"
    if not found.items:
        return f"${found.after:,.2f} a month, as before"
    return f"{total}: {some([f'{item.what} {item.difference:+,.2f}' for item in found.items], 8)}"


def cost_notes(found: Cost, *, blind: bool) -> str:
    """What the sum is, and what is not in it."""
    notes = [f"prices of {found.as_of} in {found.region}, without what depends on use"]
    if blind:
        notes.append("of what changes alone, as the log has nothing else")
    if found.unpriced:
        notes.append(f"not in the price table: {some(found.unpriced)}")
    return "; ".join(notes)
