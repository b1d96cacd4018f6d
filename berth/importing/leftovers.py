"""What the next ``up`` makes new beside the service, and what is nobody's afterwards, for the user to delete."""

from __future__ import annotations

from collections.abc import Iterator

from berth.importing.live import Live
from berth.importing.planned import Step
from berth.untyped import inside

SCALABLE_TARGET = "aws:appautoscaling/target:Target"


def made_new(steps: tuple[Step, ...], service: Step) -> Iterator[str]:
    """Kinds of what the next ``up`` creates for the service, with their number; what all share counts, too."""
    counts: dict[str, int] = {}
    for step in steps:
        if step.operation == "create" and step.type.startswith("aws:") and step.urn != service.urn:
            kind = step.type.rpartition(":")[2]
            counts[kind] = counts.get(kind, 0) + 1
    for kind, count in sorted(counts.items()):
        yield f"{count} {kind}" if count > 1 else kind


def leftovers(live: Live, steps: tuple[Step, ...], *, joined: frozenset[str]) -> Iterator[str]:
    """Each thing that the service used and that no stack of Berth's has: it stays as it is, and costs what it costs."""
    definition = live.definition
    yield f"task definitions of the family {definition['family']}"
    if role := str(definition.get("executionRoleArn") or ""):
        yield f"role {role.rpartition('/')[2]}, where nothing else has it"
    if role := str(definition.get("taskRoleArn") or ""):
        yield f"role {role.rpartition('/')[2]}: the containers LOSE what it lets them do, as Berth's may nothing"
    groups = {
        options["awslogs-group"]
        for container in definition.get("containerDefinitions") or ()
        if (options := inside(container, "logConfiguration", "options")).get("awslogs-group")
    }
    for group in sorted(groups):
        yield f"log group {group}: its lines stay, and new ones go where the Compose file says"
    for group in live.security_groups:
        yield f"security group {group}, unless the Compose file has it as an external network"
    for item in live.load_balancers:
        name = item.target_group_arn.split(":")[-1]
        if item.target_group_arn in joined:
            yield f"{name} with its rules: once names lead to the stack, out of berth:targetGroups, then delete it"
        else:
            yield f"{name} with its rules: no task is in it after the next deployment"
    for registry in live.registries:
        yield f"Cloud Map service {registry.rpartition('/')[2]}: its DNS name has no task after the next deployment"
    if live.scaling:
        yield from _scaling(live, steps)
    if live.stack:
        yield (
            f"the CloudFormation stack {live.stack} still has the service, and deletes it with itself: give the "
            "resource `DeletionPolicy: Retain` there, and take it out of the template"
        )


def _scaling(live: Live, steps: tuple[Step, ...]) -> Iterator[str]:
    policies = ", ".join(sorted(policy["PolicyName"] for policy in live.scaling.get("policies") or ()))
    if any(step.type == SCALABLE_TARGET for step in steps):
        if policies:
            yield f"scaling policies {policies}: they scale the service beside the stack's own; delete them first"
    else:
        yield (
            f"its scalable target{f' with {policies}' if policies else ''}: it goes on changing the number of tasks; "
            "write x-berth.scaling, or deregister it"
        )
