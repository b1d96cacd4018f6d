"""The changes by service, and those of what all share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from berth.report.events import OPERATIONS, Operation, Step
from berth.report.model import SHARED, Group
from berth.report.nouns import noun, quiet
from berth.report.owners import OF_SERVICE
from berth.report.sight import Sight
from berth.report.words import words

VERBS: dict[Operation, str] = {"create": "created", "update": "changed", "replace": "replaced", "delete": "deleted"}

AS_USUAL = (
    "aws:ecs/taskDefinition:TaskDefinition",
    "aws:secretsmanager/secretVersion:SecretVersion",
)
"""Types of which each change is a replacement, which means nothing."""

ORDER = (
    "aws:ecs/taskDefinition:TaskDefinition",
    "docker-build:index:Image",
    "aws:secretsmanager/secretVersion:SecretVersion",
    "aws:ecs/service:Service",
)
"""Types whose words come first."""


def make_groups(sight: Sight) -> tuple[Group, ...]:
    """Services by name, those that are removed first and new ones last; what all share is the last."""
    found: dict[str, list[Step]] = {}
    for step in sight.log.steps:
        if step.operation != "same":
            found.setdefault(sight.owners.owner(step.urn), []).append(step)
    groups = [_group(service, steps, sight) for service, steps in found.items()]
    order = ("removed", "changed", "new")
    groups = [group for group in groups if group.lines]
    return tuple(sorted(groups, key=lambda item: (item.service == SHARED, order.index(item.verb), item.service)))


def _group(service: str, steps: list[Step], sight: Sight) -> Group:
    ordered = sorted(steps, key=lambda step: ORDER.index(step.type) if step.type in ORDER else len(ORDER))
    verb = _verb(service, steps)
    lines = [line for step in ordered for line in words(step, sight)]
    if not lines and service != SHARED:
        lines = _counted(step for step in steps if step.operation == "update")
    lines += _counted(step for step in steps if step.operation in ("create", "delete", "replace"))
    counts = Counter(step.operation for step in steps)
    return Group(
        service=service,
        verb=verb,
        lines=tuple(dict.fromkeys(lines)),
        counts={operation: counts[operation] for operation in OPERATIONS if counts[operation]},
    )


def _verb(service: str, steps: list[Step]) -> str:
    if service == SHARED:
        return "changed"
    made = {step.operation for step in steps if step.type in OF_SERVICE}
    tasks = {step.operation for step in steps if step.type.endswith((":TaskDefinition", ":ComposeService"))}
    if made and made <= {"create"} and all(step.operation == "create" for step in steps):
        return "new"
    if tasks and tasks <= {"delete"} and all(step.operation == "delete" for step in steps):
        return "removed"
    return "changed"


def _counted(steps: Iterable[Step]) -> list[str]:
    """``deleted: 2 roles, log group``: what comes and goes without a word of its own."""
    found: dict[str, Counter[str]] = {}
    for step in steps:
        if not quiet(step) and not (step.operation == "replace" and step.type in AS_USUAL):
            found.setdefault(VERBS[step.operation], Counter())[noun(step)] += 1
    return [
        f"{verb}: {', '.join(_number(name, count) for name, count in sorted(names.items(), key=_plain))}"
        for verb, names in sorted(found.items())
    ]


def _plain(item: tuple[str, int]) -> str:
    return item[0].lower()


def _number(name: str, count: int) -> str:
    """The head of a noun is what is more than one: ``3 rules of who may connect``."""
    if count == 1:
        return name
    head, of, rest = name.partition(" of ")
    vowel = head[-2:-1] in "aeiou"
    plural = (
        f"{head}es" if head.endswith("s") else f"{head[:-1]}ies" if head.endswith("y") and not vowel else f"{head}s"
    )
    return f"{count} {plural}{of}{rest}"
