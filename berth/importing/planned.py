"""What a preview would do, as ``pulumi preview --json`` prints it: the service that is to be taken over among it.

https://pkg.go.dev/github.com/pulumi/pulumi/sdk/v3/go/common/display#PreviewDigest
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from berth.diagnostics import Diagnostic, ToolError
from berth.untyped import entries, inside, is_mapping

SERVICE = "aws:ecs/service:Service"
COMPONENT = "berth:components:Service"
APPLICATION = "berth:platforms:EcsApplication"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One resource of a preview: what would be done, and the state that it would have."""

    operation: str
    urn: str
    state: Mapping[str, Any]
    replaced_for: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    @property
    def type(self) -> str:
        return str(self.state.get("type", ""))

    @property
    def name(self) -> str:
        return self.urn.rpartition("::")[2]

    @property
    def inputs(self) -> Mapping[str, Any]:
        return inside(self.state, "inputs")


def parse_steps(printed: str) -> tuple[Step, ...]:
    """Every step that is about a resource's new state; a refresh before it is none.

    Raises:
        ValueError: there is no JSON in ``printed``.
    """
    document = json.loads(printed[printed.index("{") :])
    return tuple(
        Step(
            operation=step["op"],
            urn=step["urn"],
            state=step.get("newState") or step.get("oldState") or {},
            replaced_for=_causes(step),
            changed=_changed(step),
        )
        for step in document.get("steps") or ()
        if step["op"] != "refresh"
    )


def _causes(step: Mapping[str, Any]) -> tuple[str, ...]:
    """Properties for which the provider replaces; the detailed diff has their paths, the reasons their names."""
    detailed = {path for path, kind in inside(step, "detailedDiff").items() if "replace" in _kind(kind)}
    return tuple(sorted(detailed or set(entries(step.get("replaceReasons")))))


def _changed(step: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of properties, without what is inside of them."""
    paths = inside(step, "detailedDiff") or entries(step.get("diffReasons"))
    return tuple(sorted({re.split(r"[.\[]", str(path))[0] for path in paths}))


def _kind(value: object) -> str:
    return str(value.get("kind", "")) if is_mapping(value) else str(value)


def find_service(steps: tuple[Step, ...], service: str, stack: str) -> Step:
    """The ECS service of a service of the Compose file.

    Raises:
        ToolError: the plan has none of it.
    """
    prefix = next((step.name for step in steps if step.type == APPLICATION), "")
    services = {step.name.removeprefix(f"{prefix}-"): step for step in steps if step.type == SERVICE}
    if service in services:
        return services[service]
    close = difflib.get_close_matches(service, services, n=1)
    hint = f"Did you mean {close[0]!r}? " if close else ""
    has = f"It has {', '.join(sorted(services))}." if services else "It has none."
    raise ToolError(
        Diagnostic(
            service=service,
            message=f"the stack {stack!r} makes no ECS service of it",
            advice=f"{hint}{has} What runs once or by a schedule is none.",
        )
    )


def ancestors(steps: tuple[Step, ...], step: Step) -> tuple[Step, ...]:
    """What ``step`` is a child of, the stack first."""
    by_urn = {item.urn: item for item in steps}
    found: list[Step] = []
    parent = step.state.get("parent")
    while parent in by_urn:
        found.insert(0, by_urn[parent])
        parent = by_urn[parent].state.get("parent")
    return tuple(found)


def provider_of(steps: tuple[Step, ...], step: Step) -> Step:
    """The provider of ``step``: ``URN::ID`` in its state."""
    urn = str(step.state["provider"]).rpartition("::")[0]
    return next(item for item in steps if item.urn == urn)
