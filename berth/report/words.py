"""What a step means, in a reviewer's words: a table of functions by the resource's type, plain words for the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from berth.report.composed import compose_lines
from berth.report.containers import BUILT, Definitions, by_name, compare, describe, given_secrets, main_of
from berth.report.differences import properties
from berth.report.events import Step
from berth.report.nouns import LABELS, noun, quiet
from berth.report.routes import where
from berth.report.sight import Sight
from berth.report.values import LATER, arrow, cut, entries, flat, number, plain_arns, short_image, shown, within
from berth.untyped import is_list

Words = Callable[[Step, Sight], Iterator[str]]


def words(step: Step, sight: Sight) -> list[str]:
    """Sentences on one step; none where another one tells it, or there is nothing to tell."""
    special = SPECIAL.get(step.type)
    if special is not None:
        return list(special(step, sight))
    if quiet(step) or step.operation in ("same", "create", "delete"):
        return []
    name = " ".join(filter(None, [noun(step), sight.owners.short(step.name)]))
    return [f"{name}: {line}" for line in _properties(step)] or [f"{name} changed"]


def _properties(step: Step, leave_out: tuple[str, ...] = ()) -> list[str]:
    """Each property that differs; after four the rest is counted."""
    told: list[str] = []
    for item in properties(step):
        if item.path.startswith("__"):
            continue
        root = item.path.partition(".")[0].partition("[")[0]
        if root in (*leave_out, "tags", "tagsAll"):
            continue
        label = LABELS.get(item.path, item.path)
        before, after = (None if value is None else plain_arns(value) for value in (item.before, item.after))
        if after == LATER:
            told.append(f"{label} changed")
        elif before is None:
            told.append(f"{label} {cut(after or '')}")
        elif after is None:
            told.append(f"{label} no more (was {cut(before)})")
        else:
            told.append(f"{label} {cut(before)} → {cut(after)}" if before != after else f"{label} changed")
    return [*told[:4], f"and {len(told) - 4} more properties"] if len(told) > 5 else told


def _task(step: Step, sight: Sight) -> Iterator[str]:
    service = sight.owners.owner(step.urn)
    old, new = step.old or {}, step.new or {}
    planned = sight.planned.get(service)
    if step.operation == "delete":
        return
    after = by_name(new.get("containerDefinitions"))
    after = planned if after is None else after
    if step.operation == "create":
        if after:
            yield from describe(after, service, sight.names)
        yield from _size(new)
        return
    before = by_name(old.get("containerDefinitions"))
    renewed = _renewed(before or {}, sight)
    if before is not None and after is not None:
        yield from compare(before, after, service, sight.names)
        if str(main_of(after, service).get("image", "")).startswith(BUILT) and not _builds(sight, service):
            old_image = str(main_of(before, service).get("image", ""))
            yield f"image {short_image(old_image)} is built instead"
    elif before is not None and not renewed and not _explained(sight, service):
        yield "its containers are known only once what they name is there"
    if renewed:
        yield f"new tasks start, for the new value of {', '.join(renewed)}"
    if (old.get("cpu"), old.get("memory")) != (new.get("cpu"), new.get("memory")):
        yield from _size_change(old, new)
    if old.get("runtimePlatform") != new.get("runtimePlatform"):
        yield from (f"{line}" for line in _flat_change(old, new, "runtimePlatform"))


def _renewed(before: Definitions, sight: Sight) -> list[str]:
    """The Compose secrets that the task reads and that get another value."""
    versions = {
        sight.owners.short(step.name).removesuffix("-value")
        for step in sight.log.steps
        if step.type == "aws:secretsmanager/secretVersion:SecretVersion" and step.operation in ("update", "replace")
    }
    return sorted(versions & given_secrets(before, sight.names))


def _builds(sight: Sight, service: str) -> bool:
    return any(item.type == "docker-build:index:Image" for item in sight.owners.steps(service))


def _explained(sight: Sight, service: str) -> bool:
    """Whether something else says why the containers differ."""
    return any(
        item.operation in ("create", "update", "replace")
        and item.type in ("docker-build:index:Image", "aws:secretsmanager/secretVersion:SecretVersion")
        for item in sight.owners.steps(service)
    )


def _size(side: Mapping[str, Any]) -> Iterator[str]:
    if number(side.get("cpu")) and number(side.get("memory")):
        yield f"{_cores(side)} vCPU and {number(side['memory']):g} MiB"


def _cores(side: Mapping[str, Any]) -> str | None:
    return f"{number(side.get('cpu')) / 1024:g}" if number(side.get("cpu")) else None


def _size_change(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    if old.get("memory") != new.get("memory"):
        yield f"task memory {arrow(old.get('memory'), new.get('memory'), unit='MiB')}"
    if old.get("cpu") != new.get("cpu"):
        yield f"task CPU {arrow(_cores(old), _cores(new), unit='vCPU')}"


def _flat_change(old: Mapping[str, Any], new: Mapping[str, Any], key: str) -> Iterator[str]:
    before, after = flat(old.get(key)), flat(new.get(key))
    for path in sorted(before.keys() | after.keys()):
        if before.get(path) != after.get(path):
            yield f"{path} {arrow(before.get(path), after.get(path))}"


def _service(step: Step, sight: Sight) -> Iterator[str]:
    old, new = step.old or {}, step.new or {}
    if step.operation == "delete":
        return
    if step.operation == "create":
        count = new.get("desiredCount")
        if count is not None:
            yield f"replicas {shown(count)}"
        return
    if step.operation == "replace":
        yield f"the ECS service is replaced for {', '.join(step.causes) or 'what it is made of'}"
    if old.get("desiredCount") != new.get("desiredCount"):
        yield f"replicas {arrow(old.get('desiredCount'), new.get('desiredCount'))}"
    percents = ("deploymentMinimumHealthyPercent", "deploymentMaximumPercent")
    if any(old.get(key) != new.get(key) for key in percents):
        first, second = (" to ".join(shown(side.get(key)) for key in percents) for side in (old, new))
        yield f"during a deployment {first} % of the tasks run → {second} %"
    balancers = [len(entries(side.get("loadBalancers"))) for side in (old, new)]
    if balancers[0] != balancers[1]:
        yield f"load balancer targets {balancers[0]} → {balancers[1]}"
    if old.get("networkConfiguration") != new.get("networkConfiguration"):
        yield from _network(*(within(side, "networkConfiguration") for side in (old, new)))
    told = ("desiredCount", *percents, "loadBalancers", "networkConfiguration", "taskDefinition")
    yield from _properties(step, (*told, "healthCheckGracePeriodSeconds"))


def _network(old: Any, new: Any) -> Iterator[str]:
    addresses, subnets, groups = (
        (within(old, key), within(new, key)) for key in ("assignPublicIp", "subnets", "securityGroups")
    )
    if addresses[0] != addresses[1]:
        yield f"public addresses of tasks {arrow(*addresses)}"
    if subnets[0] != subnets[1]:
        yield "tasks lie in other subnets"
    if groups[0] != groups[1]:
        first, second = (len(side) if is_list(side) else 0 for side in groups)
        yield f"security groups {first} → {second}" if first != second else "other security groups"


BUILT_FROM = ("context", "dockerfile", "buildArgs", "target", "platforms", "secrets", "labels")


def _image(step: Step, sight: Sight) -> Iterator[str]:
    if step.operation == "update":
        changed = any(path.startswith(BUILT_FROM) for path in step.changed)
        yield "image is built anew: what it is built from has changed" if changed else "image is built and pushed again"


def _secret_value(step: Step, sight: Sight) -> Iterator[str]:
    if step.operation in ("update", "replace"):
        name = sight.owners.short(step.name).removesuffix("-value")
        service = name.removesuffix("-environment")
        if name != service and service in sight.owners.services:
            yield "new value of a variable from an env file or the shell"
        else:
            yield f"secret {name}: new value"


def _rule(step: Step, sight: Sight) -> Iterator[str]:
    before, after = (where(step, side, sight.owners) for side in (step.old, step.new))
    if step.operation == "create":
        yield f"reached at {after}"
    elif step.operation == "delete":
        yield f"reached at {before} no more"
    elif before != after:
        yield f"reached at {before} → {after}"
    elif (step.old or {}).get("priority") != (step.new or {}).get("priority"):
        yield f"rule's priority {arrow((step.old or {}).get('priority'), (step.new or {}).get('priority'))}"
    elif step.operation == "replace":
        yield f"rule of {after} is replaced"


def _listener(step: Step, sight: Sight) -> Iterator[str]:
    side = step.inputs
    text = f"port {shown(side.get('port'))} ({side.get('protocol')})"
    if step.operation in ("create", "delete"):
        yield f"the load balancer listens on {text}{' no more' if step.operation == 'delete' else ''}"
    else:
        yield from (f"listener {shown(side.get('port'))}: {line}" for line in _properties(step))


def _schedule(step: Step, sight: Sight) -> Iterator[str]:
    old, new = step.old or {}, step.new or {}
    if step.operation == "create":
        yield f"runs by {new.get('scheduleExpression')}"
    elif step.operation != "delete":
        if old.get("scheduleExpression") != new.get("scheduleExpression"):
            yield f"schedule {arrow(old.get('scheduleExpression'), new.get('scheduleExpression'))}"
        if old.get("state") != new.get("state"):
            yield f"schedule {arrow(old.get('state'), new.get('state'))}"
        for key in ("enableExecuteCommand", "taskCount"):
            first, second = (within(side, "target", "ecsParameters", key) for side in (old, new))
            if first != second:
                yield f"{LABELS.get(key, key)} {arrow(first, second)}"
        yield from _properties(step, ("scheduleExpression", "state", "target"))


def _permissions(step: Step, sight: Sight) -> Iterator[str]:
    """What a role gains is among the dangers; that it changes is worth a word where it is."""
    if step.operation == "update":
        role = sight.owners.short(step.name).removesuffix("-policy")
        yield f"permissions of role {role} changed"


def _repository(step: Step, sight: Sight) -> Iterator[str]:
    if step.operation in ("update", "replace"):
        yield from (f"image repository: {line}" for line in _properties(step))


def _nothing(step: Step, sight: Sight) -> Iterator[str]:
    return iter(())


def _compose(step: Step, sight: Sight) -> Iterator[str]:
    return compose_lines(step)


def _compose_up(step: Step, sight: Sight) -> Iterator[str]:
    """Its hashes only repeat what services say, but for what is secret."""
    definitions = [item for item in sight.log.steps if item.type.startswith("berth:components:Compose")]
    if step.operation == "update" and all(item.operation == "same" for item in definitions):
        yield "secrets, variables or files of an image have other content: the services that use them are recreated"
    if step.operation == "replace":
        yield f"Compose project {arrow((step.old or {}).get('project_name'), (step.new or {}).get('project_name'))}"


SPECIAL: Mapping[str, Words] = {
    "aws:ecs/taskDefinition:TaskDefinition": _task,
    "aws:ecs/service:Service": _service,
    "docker-build:index:Image": _image,
    "aws:secretsmanager/secretVersion:SecretVersion": _secret_value,
    "aws:lb/listenerRule:ListenerRule": _rule,
    "aws:lb/listener:Listener": _listener,
    "aws:scheduler/schedule:Schedule": _schedule,
    "aws:iam/rolePolicy:RolePolicy": _permissions,
    "aws:ecr/repository:Repository": _repository,
    "aws:iam/role:Role": _nothing,
    "berth:components:ComposeService": _compose,
    "berth:components:ComposeProject": _compose,
    "pulumi-python:dynamic/berth:ComposeUp": _compose_up,
}
