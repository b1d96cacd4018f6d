"""Which attributes of a Compose file a platform honours, adapts or refuses. Nothing is silently ignored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from berth.compose.model import Application
from berth.compose.support import table
from berth.compose.support.rule import HONOURED, Rule
from berth.compose.support.shared import check_external, check_names, check_networks
from berth.compose.support.values import check_local, check_values
from berth.diagnostics import Diagnostic, Severity
from berth.untyped import inside, is_mapping, mapping

__all__ = ["check_support"]

UNKNOWN = Rule("refused", "Berth does not know this attribute yet", "Leave it out, or set it by `x-berth.override`.")

Row = tuple[str, str, Rule]
"""A service (or none), a key's path, and its rule."""


def check_support(application: Application, platform: str) -> list[Diagnostic]:
    """Every attribute that ``platform`` (``compose``, ``ecs-ec2``, ``ecs-fargate``) adapts or refuses.

    On ``compose`` these are the few that Docker Compose itself passes over, most of them Swarm's.
    """
    ecs = platform != "compose"
    rows = [("", key, rule) for key, rule in _section("", "", application.raw, platform)]
    for part in ("networks", "volumes", "secrets", "configs"):
        for name, declared in sorted(inside(application.raw, part).items()):
            found = _section(f"{part}.*", f"{part}.{name}.", mapping(declared), platform)
            rows += [("", key, rule) for key, rule in found]
    rows += [("", key, rule) for key, rule in (check_names(application.raw) if ecs else ())]
    rows += [("", key, rule) for key, rule in (check_external(application, platform) if ecs else ())]
    if platform == "ecs-ec2":
        rows += [("", key, rule) for key, rule in check_networks(application.raw)]
    for name, service in sorted(inside(application.raw, "services").items()):
        found = [
            *_section("services.*", "", service, platform),
            *(check_values(application, name, platform) if ecs else check_local(application, name)),
        ]
        rows += [(name, key, rule) for key, rule in found]
    return [_diagnostic(application, *row) for row in rows if row[2].kind != "honoured"]


def _section(pattern: str, path: str, section: Mapping[str, Any], platform: str) -> Iterator[tuple[str, Rule]]:
    """One row for each attribute that is set in a section and in those below it; an empty one says nothing."""
    rules = table.SECTIONS[pattern]
    for key, value in sorted(section.items()):
        if key.startswith("x-") or value is None or value is False or value in ([], {}, ""):
            continue
        # What Docker Compose takes and Berth has no row for, it does on this machine all the same.
        unknown = HONOURED if platform == "compose" else UNKNOWN
        rule = rules[key].on(platform, value) if key in rules else unknown
        yield f"{path}{key}", rule
        below = f"{pattern}.{key}"
        if pattern and rule.kind == "honoured":
            if below in table.SECTIONS and is_mapping(value):
                yield from _section(below, f"{path}{key}.", value, platform)
            elif f"{below}.*" in table.SECTIONS:
                for name, item in _items(key, value):
                    if is_mapping(item):  # a limit may be a plain number
                        yield from _section(f"{below}.*", f"{path}{key}.{name}.", item, platform)


def _items(key: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The parts of a map by name; those of a list by what a user knows them by, else by their place."""
    if is_mapping(value):
        yield from value.items()
        return
    names = ("source",) if key in ("secrets", "configs") else ("published", "target")
    for index, item in enumerate(value):
        known = mapping(item)
        yield next((str(known[name]) for name in names if known.get(name)), str(index)), item


def _diagnostic(application: Application, service: str, key: str, rule: Rule) -> Diagnostic:
    return Diagnostic(
        file=application.file,
        service=service,
        key=key,
        message=rule.message,
        advice=rule.advice,
        severity=Severity.WARNING if rule.kind == "adapted" else Severity.ERROR,
    )
