"""A comparison for people: on a terminal with colours, elsewhere plain text of the same words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.console import Console
from rich.text import Text

from berth.parity.compare import ALL, KINDS, Comparison, Difference, Kind
from berth.parity.stacks import Stack

COUNTED = ("variables", "secrets", "configs", "volumes")
"""Aspects of which it says something how many items are equal."""

NOTHING = "none"
STYLES: dict[Kind, str] = {"by platform": "cyan", "by setting": "yellow", "unexplained": "bold red"}


def show(comparison: Comparison, stacks: Sequence[Stack], console: Console) -> None:
    """Print each service's equal aspects and differences, and a last line that counts."""
    names = ", ".join(f"{stack.name} ({stack.settings.platform})" for stack in stacks)
    _print(console, Text(f"Compared: {names}"))
    for service in comparison.equal:
        differences = comparison.of(service)
        equal = _equal(comparison, service)
        if not differences:
            _print(console, Text.assemble((service, "bold"), f"  the same: {equal}"))
            continue
        _print(console, Text(service, style="bold"))
        _print(console, Text(f"  equal: {equal}"))
        _differences(differences, console)
    if comparison.of(ALL):
        _print(console, Text("all services", style="bold"))
        _differences(comparison.of(ALL), console)
    _print(console, Text(summary(comparison)))


def summary(comparison: Comparison) -> str:
    """The counts, in one line."""
    services, equal = len(comparison.equal), comparison.whole()
    counts = ", ".join(f"{comparison.count(kind)} {kind}" for kind in KINDS)
    return f"{services} service{'s'[: services != 1]}: {equal} aspects proved equal; differences: {counts}"


def _equal(comparison: Comparison, service: str) -> str:
    """Aspects by name; those of which there is nothing in any stack are not worth a word."""
    apart = Counter(item.aspect for item in comparison.of(service) if ", " not in item.item)
    parts: list[str] = []
    for aspect, count in comparison.equal[service].items():
        if count and aspect != "service":
            told = f"{count} of {count + apart[aspect]}" if apart[aspect] else f"{count}" if aspect in COUNTED else ""
            parts.append(f"{aspect} ({told})" if told else aspect)
    return ", ".join(parts) or "nothing"


def _differences(differences: Sequence[Difference], console: Console) -> None:
    """Items of one aspect that differ for the same reason are told together."""
    for _, group in groupby(differences, key=lambda item: (item.aspect, item.causes)):
        _group(list(group), console)


def _group(differences: Sequence[Difference], console: Console) -> None:
    for difference in differences:
        name = f"{difference.aspect} {difference.item}".strip()
        _print(console, Text.assemble("  ", (name, "bold"), f":  {_values(difference)}"))
    for kind, text in _why(differences[0]):
        _print(console, Text.assemble("      ", (kind, STYLES[kind]), f": {text}"))


def _values(difference: Difference) -> str:
    """Each value once, with the stacks that have it."""
    stacks: dict[str | None, list[str]] = {}
    for name, value in difference.values.items():
        stacks.setdefault(value, []).append(name)
    if len(stacks) == 1 and "unexplained" in difference.kind:
        return f"{_value(next(iter(stacks)))}, where the file says {_value(difference.file)}"
    return "  |  ".join(f"{', '.join(names)} {_value(value)}" for value, names in stacks.items())


def _value(value: str | None) -> str:
    return NOTHING if value is None else value


def _why(difference: Difference) -> Iterator[tuple[Kind, str]]:
    """Each cause once, with its stacks."""
    stacks: dict[tuple[Kind, str, str], list[str]] = {}
    for cause in difference.causes:
        stacks.setdefault((cause.kind, cause.setting, cause.text), []).append(cause.stack)
    for (kind, setting, text), names in stacks.items():
        yield kind, f"{setting + ': ' if setting else ''}{text} ({', '.join(names)})"


def _print(console: Console, text: Text) -> None:
    console.print(text, soft_wrap=True, highlight=False)
