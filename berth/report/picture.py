"""The services as a graph: who depends on whom, where requests come in, and what changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from berth.report.events import Operation, Step
from berth.report.model import SHARED, Edge, Group, Node, Picture
from berth.report.sight import Sight
from berth.untyped import is_mapping

MOST = 60
"""Services from which on a picture shows only those that change, and what they touch."""

CHANGES: dict[str, Operation] = {"new": "create", "changed": "update", "removed": "delete"}
INTERNET = "internet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One service as files tell of it. ``kind`` is a ``Node``'s."""

    name: str
    kind: str
    depends_on: Mapping[str, str]
    entry: bool = False


def draw(sight: Sight, groups: Sequence[Group], known: Sequence[Known] = ()) -> Picture | None:
    """From the files' services, or without them from the log alone, which tells of no dependencies but on this machine.

    None where there are no services.
    """
    changes: dict[str, Operation] = {group.service: CHANGES[group.verb] for group in groups if group.service != SHARED}
    services = {item.name: item for item in known} or _of_log(sight)
    for name in changes:
        services.setdefault(name, Known(name=name, kind=_kind(sight, name), depends_on={}))
    if len(services) > MOST:
        near = {*changes} | {other for name in changes for other in services[name].depends_on}
        services = {name: item for name, item in services.items() if name in near}
    if not services:
        return None
    nodes = [
        Node(name=item.name, label=item.name, kind=item.kind, change=changes.get(item.name))
        for item in sorted(services.values(), key=lambda item: item.name)
    ]
    edges = [
        Edge(source=item.name, target=other, label=how)
        for item in services.values()
        for other, how in sorted(item.depends_on.items())
        if other in services
    ]
    entries = [item.name for item in services.values() if item.entry]
    if entries:
        nodes.append(Node(name="", label=INTERNET, kind="ingress"))
        edges = [*(Edge(source="", target=name) for name in sorted(entries)), *edges]
    return Picture(nodes=tuple(nodes), edges=tuple(edges))


def _of_log(sight: Sight) -> dict[str, Known]:
    found: dict[str, Known] = {}
    for name in sorted(sight.owners.services):
        steps = sight.owners.steps(name)
        composed = next((step for step in steps if step.type == "berth:components:ComposeService"), None)
        depends = composed.inputs.get("depends_on") if composed else None
        published = bool(composed and composed.inputs.get("ports"))
        found[name] = Known(
            name=name,
            kind=_kind(sight, name),
            depends_on={str(key): _how(value) for key, value in depends.items()} if is_mapping(depends) else {},
            entry=published or any(_enters(step) for step in steps),
        )
    return found


def _enters(step: Step) -> bool:
    return step.type == "aws:lb/listenerRule:ListenerRule" and step.operation != "delete"


def _how(dependency: object) -> str:
    condition = str(dependency.get("condition", "")) if is_mapping(dependency) else ""
    return {"service_healthy": "healthy", "service_completed_successfully": "completed"}.get(condition, "")


def _kind(sight: Sight, service: str) -> str:
    types = {step.type for step in sight.owners.steps(service) if step.operation != "delete"}
    for kind, ends in (
        ("managed", (":Database", ":Cache", "rds/instance:Instance", ":ReplicationGroup")),
        ("scheduled", (":Schedule",)),
        ("job", (":RunOnce", ":Job")),
    ):
        if any(name.endswith(ends) for name in types):
            return kind
    return "service"
