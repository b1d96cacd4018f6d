"""Which attributes of a Compose file a platform honours, adapts or refuses. Nothing is silently ignored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from compose.model import Application
from compose.support import table
from compose.support.shared import check_names, check_networks
from compose.support.table import Rule
from compose.support.values import check_values
from diagnostics import Diagnostic, Severity

__all__ = ["check_support"]

UNKNOWN = Rule("refused", "Berth does not know this attribute yet", "Leave it out, or set it by `x-berth.override`.")

Row = tuple[str, str, Rule]
"""A service (or none), a key's path, and its rule."""


def check_support(application: Application, platform: str) -> list[Diagnostic]:
    """Every attribute that ``platform`` (``ecs-ec2``, ``ecs-fargate``) adapts or refuses.

    None on ``compose``: Docker Compose honours its own file.
    """
    if platform == "compose":
        return []
    rows = [("", key, rule) for key, rule in _section("", "", application.raw, platform)]
    for part in ("networks", "volumes", "secrets", "configs"):
        for name, declared in sorted((application.raw.get(part) or {}).items()):
            found = _section(f"{part}.*", f"{part}.{name}.", declared or {}, platform)
            rows += [("", key, rule) for key, rule in found]
    rows += [("", key, rule) for key, rule in check_names(application.raw)]
    if platform == "ecs-ec2":
        rows += [("", key, rule) for key, rule in check_networks(application.raw)]
    for name, service in sorted((application.raw.get("services") or {}).items()):
        found = [
            *_section("services.*", "", service, platform),
            *check_values(application, name, platform),
        ]
        rows += [(name, key, rule) for key, rule in found]
    return [_diagnostic(application, *row) for row in rows if row[2].kind != "honoured"]


def _section(pattern: str, path: str, section: Mapping[str, Any], platform: str) -> Iterator[tuple[str, Rule]]:
    """One row for each attribute that is set in a section and in those below it; an empty one says nothing."""
    rules = table.SECTIONS[pattern]
    for key, value in sorted(section.items()):
        if key.startswith("x-") or value is None or value is False or value in ([], {}, ""):
            continue
        rule = rules[key].on(platform, value) if key in rules else UNKNOWN
        yield f"{path}{key}", rule
        below = f"{pattern}.{key}"
        if pattern and rule.kind == "honoured":
            if below in table.SECTIONS:
                yield from _section(below, f"{path}{key}.", value, platform)
            elif f"{below}.*" in table.SECTIONS:
                for name, item in _items(key, value):
                    yield from _section(f"{below}.*", f"{path}{key}.{name}.", item or {}, platform)


def _items(key: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The parts of a map by name; those of a list by what a user knows them by."""
    if isinstance(value, Mapping):
        yield from value.items()
        return
    for item in value:
        names = ("source",) if key in ("secrets", "configs") else ("published", "target")
        yield next(str(item[name]) for name in names if item.get(name)), item


def _diagnostic(application: Application, service: str, key: str, rule: Rule) -> Diagnostic:
    return Diagnostic(
        file=application.file,
        service=service,
        key=key,
        message=rule.message,
        advice=rule.advice,
        severity=Severity.WARNING if rule.kind == "adapted" else Severity.ERROR,
    )
