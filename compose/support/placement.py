"""Which constraints of placement mean something on instances of ECS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from berth.compose.placement import parse_constraint
from berth.compose.support.rule import Rule
from berth.untyped import inside

Found = tuple[str, Rule]
"""A key's path below the service, and its rule."""

LABEL = "node.labels."
PLATFORM = ("node.platform.os", "node.platform.arch")
REASONS = {
    "node.role": "ECS has no managers among the instances",
    "node.id": "an instance comes with an id of its own, and goes with it",
    "node.hostname": "an instance comes with a name of its own, and goes with it",
    "node.ip": "an instance comes with an address of its own, and goes with it",
}


def check_placement(service: Mapping[str, Any]) -> Iterator[Found]:
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-constraints.html"""
    placement = inside(service, "deploy", "placement")
    for text in placement.get("constraints") or ():
        constraint = parse_constraint(text)
        if constraint and (constraint.subject in PLATFORM or constraint.subject.startswith(LABEL)):
            continue
        unread = "ECS has no such attribute of an instance"
        reason = REASONS.get(constraint.subject, unread) if constraint else "no constraint that Berth can read"
        advice = "Write `node.labels.NAME == VALUE`, and set berth:instanceAttributes.NAME."
        yield f"deploy.placement.constraints.{text}", Rule("refused", reason, advice)
    if (placement.get("max_replicas_per_node") or 1) != 1:
        message = "ECS puts one task of a service on an instance, or any number"
        yield "deploy.placement.max_replicas_per_node", Rule("refused", message, "Set it to 1, or leave it out.")
