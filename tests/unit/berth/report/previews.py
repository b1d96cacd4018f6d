"""Recorded logs (tools/record-previews), and logs by hand."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from berth.report.events import Log
from berth.report.make import make_report
from berth.report.model import Danger, Group, Report
from berth.report.read import parse_log

FOLDER = Path(__file__).with_name("logs")
RECORDED = tuple(sorted(path.name.removesuffix(".gz") for path in FOLDER.glob("*.gz")))

ROOT = "urn:pulumi:test::berth::berth:platforms:EcsApplication::shop-test"
CHAIN = "urn:pulumi:test::berth::berth:platforms:EcsApplication"


def text(name: str) -> str:
    with gzip.open(FOLDER / f"{name}.gz", "rt") as file:
        return file.read()


@cache
def log(name: str) -> Log:
    return parse_log(text(name))


@cache
def report(name: str) -> Report:
    """Of a recorded preview; ``NAME.jsonl`` is the event log, ``NAME.json`` the document of ``--json``."""
    return make_report(log(name if "." in name else f"{name}.jsonl"))


def group(found: Report, service: str) -> Group:
    return next(item for item in found.groups if item.service == service)


def lines(found: Report, service: str) -> str:
    """All that is told of a service."""
    return "\n".join(group(found, service).lines)


def dangers(found: Report) -> list[str]:
    return [f"{', '.join(item.services)}: {item.what}" for item in found.dangers]


def about(found: Report, word: str) -> list[Danger]:
    return [item for item in found.dangers if word in item.what]


def event(
    operation: str,
    kind: str,
    name: str,
    old: dict[str, Any] | None = None,
    new: dict[str, Any] | None = None,
    *,
    component: str = "",
    owner: str = "",
    **more: Any,
) -> dict[str, Any]:
    """One ``resourcePreEvent`` of a resource in the ``component``, a type, that is named ``owner``."""
    parent = f"{CHAIN}$berth:components:{component}::{owner or name}" if component else ROOT
    chain = parent.rpartition("::")[0]
    sides = {
        side: None if inputs is None else {"inputs": inputs, "parent": parent, **more.get(f"{side}_state", {})}
        for side, inputs in (("old", old), ("new", new))
    }
    kept = {key: value for key, value in more.items() if not key.endswith("_state")}
    return {"metadata": {"op": operation, "urn": f"{chain}${kind}::{name}", "type": kind, **sides, **kept}}


def component(kind: str, name: str, operation: str = "same") -> dict[str, Any]:
    state = {"inputs": {}, "parent": ROOT}
    return {
        "metadata": {
            "op": operation,
            "urn": f"{CHAIN}$berth:components:{kind}::{name}",
            "old": None if operation == "create" else state,
            "new": None if operation == "delete" else state,
        }
    }


def by_hand(events: Iterable[dict[str, Any]], *others: dict[str, Any], result: str = "succeeded") -> str:
    """The text of an event log: ``events`` are ``resourcePreEvent``s, ``others`` whole events."""
    root = {"metadata": {"op": "same", "urn": ROOT, "old": {"inputs": {}}, "new": {"inputs": {}}}}
    entries = [{"resourcePreEvent": item} for item in (root, *events)]
    entries += [*others, {"summaryEvent": {"isPreview": True, "result": result, "resourceChanges": {}}}]
    return "\n".join(json.dumps({"sequence": index, **entry}) for index, entry in enumerate(entries))


def made(events: Iterable[dict[str, Any]], *others: dict[str, Any], result: str = "succeeded") -> Report:
    return make_report(parse_log(by_hand(events, *others, result=result)))
