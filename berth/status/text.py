"""A stack's status for people: a line a service, and below it what there is to say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from rich.console import Console
from rich.text import Text

from berth.status.model import ServiceStatus

DIGEST = 12
"""Characters of a digest that tell images apart."""

EVENTS = 3
"""Events of a service that is not as it was asked for; of one that is, the last is enough."""


def show(statuses: Sequence[ServiceStatus], console: Console, *, now: datetime | None = None) -> None:
    """Print every service; columns are as wide as their longest cell."""
    now = now or datetime.now(UTC)
    rows = [cells(status, now) for status in statuses]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for status, row in zip(statuses, rows, strict=True):
        line = Text("✗ " if status.problem else "✓ ", style="red" if status.problem else "green")
        for index, (cell, width) in enumerate(zip(row, widths, strict=True)):
            if width:
                line.append(f"{cell:<{width}}  ", style="bold" if index == 0 else "default")
        line.rstrip()
        console.print(line, soft_wrap=True, highlight=False)
        _details(status, now, console)
    wrong = [status.name for status in statuses if status.problem]
    if wrong:
        summary = f"{len(wrong)} of {len(statuses)} services are not as asked for: {', '.join(wrong)}"
    else:
        summary = f"{len(statuses)} services, all as asked for"
    console.print(Text(summary, style="red" if wrong else "green"), soft_wrap=True, highlight=False)


def cells(status: ServiceStatus, now: datetime) -> tuple[str, ...]:
    """Name, how many run, health, roll-out, revision and image."""
    return (
        status.name,
        _count(status),
        status.health,
        _deployment(status, now),
        status.revision,
        _image(status),
    )


def age(at: datetime, now: datetime) -> str:
    """``5 s ago``, ``3 min ago``, ``2 h ago``, ``4 days ago``."""
    seconds = max(0, int((now - at).total_seconds()))
    for size, unit in ((86_400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size or (unit != "days" and seconds >= size):
            return f"{seconds // size} {unit} ago"
    return f"{seconds} s ago"


def _count(status: ServiceStatus) -> str:
    if status.runs_once:
        return "running" if status.running else "" if status.exit_code is None else f"exit code {status.exit_code}"
    pending = f", {status.pending} pending" if status.pending else ""
    return f"{status.running} of {status.desired} run{pending}"


def _deployment(status: ServiceStatus, now: datetime) -> str:
    if status.text:
        return status.text
    return " ".join(part for part in (status.deployment, age(status.changed, now) if status.changed else "") if part)


def _image(status: ServiceStatus) -> str:
    digest = status.digest.removeprefix("sha256:")[:DIGEST]
    return " ".join(part for part in (status.tag or status.image, digest) if part)


def _details(status: ServiceStatus, now: datetime, console: Console) -> None:
    if status.problem:
        _detail(status.problem, console, "red")
    for address in (status.url, status.endpoint):
        if address:
            _detail(address, console, "default")
    for event in status.events[: EVENTS if status.problem else 1]:
        _detail(f"{age(event.at, now)}: {event.text}", console, "dim")


def _detail(text: str, console: Console, style: str) -> None:
    console.print(Text(f"    {text}", style=style), soft_wrap=True, highlight=False)
