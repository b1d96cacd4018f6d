"""A resource's properties before and after, by path, as they may be shown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from berth.report.events import Log, Step, secret_of
from berth.report.model import Property, Resource
from berth.report.owners import Owners
from berth.report.values import HIDDEN, LATER, flat, shown, unknown

LONGEST = 160

OPAQUE = ("userData", "dashboardBody", "definition_hashes", "build_hashes", "content_hashes", "environment_hash")
"""Properties of which only is told that they differ: programs, layouts and hashes."""

_CONTENT = re.compile(r"^containerDefinitions\.[^.]*-files\.environment\.")
"""Configs' content."""

GLUE = ("pulumi:providers:", "pulumi:pulumi:")
"""Types that are Pulumi's own."""


def properties(step: Step) -> tuple[Property, ...]:
    """What differs; of what is created or deleted all that is worth a line."""
    before, after = (flat(side) if side is not None else {} for side in (step.old, step.new))
    if step.operation == "same":
        return ()
    found = tuple(_differing(step, before, after))
    told = {item.path.partition(".")[0].partition("[")[0] for item in found}
    computed = [path for path in step.changed if path.partition(".")[0].partition("[")[0] not in told]
    return (*found, *(_untold(step, path) for path in computed if not path.startswith("__")))


def _differing(step: Step, before: dict[str, object], after: dict[str, object]) -> Iterator[Property]:
    later = tuple(f"{path}{mark}" for path, value in after.items() if unknown(value) for mark in (".", "["))
    for path in sorted(before.keys() | after.keys()):
        if later and path not in after and path.startswith(later):
            continue  # a whole that is known later has no parts that are gone
        first, second = before.get(path), after.get(path)
        if first == second or (_empty(first) and _empty(second)):
            continue
        name = path.rpartition(".")[2]
        hidden = _CONTENT.match(path) or name in OPAQUE
        yield Property(
            path=path or "value",
            before=None if path not in before else HIDDEN if hidden else shown(first, name=name, longest=LONGEST),
            after=None if path not in after else HIDDEN if hidden else shown(second, name=name, longest=LONGEST),
            replaces=_causes(step, path),
        )


def _untold(step: Step, path: str) -> Property:
    """The provider says that it differs, and the inputs look the same: a secret, or what it works out by itself."""
    text = secret_of(step, path) or LATER
    return Property(path=path, before=text if text != LATER else "", after=text, replaces=_causes(step, path))


def _causes(step: Step, path: str) -> bool:
    return any(path == cause or path.startswith((f"{cause}.", f"{cause}[")) for cause in step.causes)


def _empty(value: object) -> bool:
    return value is None or value in ("", [], {})


def resources(log: Log, owners: Owners) -> tuple[Resource, ...]:
    """All that changes but Pulumi's own, replaced and deleted ones first, then by service."""
    order = ("delete", "replace", "update", "create")
    found = [
        Resource(
            operation=step.operation,
            type=step.type,
            name=step.name,
            service=owners.owner(step.urn),
            properties=() if step.operation == "delete" else properties(step),
        )
        for step in log.steps
        if step.operation != "same" and not step.type.startswith(GLUE)
    ]
    return tuple(sorted(found, key=lambda item: (order.index(item.operation), item.service, item.type, item.name)))
