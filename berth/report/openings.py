"""Dangers of access: opened ports, roles that may do more, secrets that a service no longer gets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from berth.report.containers import by_name, given_secrets
from berth.report.events import Step, secret_of
from berth.report.iam import gained, told
from berth.report.losses import VERBS
from berth.report.model import SHARED, Danger, Level
from berth.report.sight import Sight
from berth.report.values import entries, names_in, unknown

WORLD = ("0.0.0.0/0", "::/0")


def _ports(step: Step, sight: Sight) -> Iterator[Danger]:
    if not step.type.endswith((":SecurityGroupIngressRule", "/securityGroupRule:SecurityGroupRule")):
        return
    if step.operation not in ("create", "update", "replace") or step.new is None:
        return
    if step.new.get("type") == "egress":
        return
    place, was = _opening(step.new), _opening(step.old or {})
    if not any(place) or place == was or place in _already_open(step, sight):
        return
    ports, peers = place
    world = any(peer in WORLD for peer in peers)
    who = "the internet" if world else ", ".join(peers)
    yield Danger(
        level=Level.OPEN if world else Level.CARE,
        what=f"{ports} is opened to {who}",
        why="whoever is there can connect" if world else "who is in that range can connect",
        services=_publishing(_whole(step.new.get("fromPort")), sight),
    )


def _publishing(port: str, sight: Sight) -> tuple[str, ...]:
    """The services that the port leads to: by their routes, or on an instance by their containers."""
    found = set[str]()
    for step in sight.log.steps:
        service = sight.owners.owner(step.urn)
        if step.type.endswith((":components:Route", ":components:NetworkRoute")) and step.operation != "delete":
            label = "shared" if port in ("80", "443") else port
            if sight.owners.short(step.name).startswith((f"{service}-{label}", f"{service}-{port}")):
                found.add(service)
        elif step.type == "aws:ecs/taskDefinition:TaskDefinition" and step.new is not None:
            containers = by_name(step.new.get("containerDefinitions")) or sight.planned.get(service) or {}
            mappings = [item for container in containers.values() for item in entries(container.get("portMappings"))]
            if step.new.get("networkMode") != "awsvpc" and any(str(item.get("hostPort")) == port for item in mappings):
                found.add(service)
    return tuple(sorted(found - {SHARED}))


def _already_open(step: Step, sight: Sight) -> set[tuple[str, tuple[str, ...]]]:
    """What rules that go have opened: a renamed stack opens nothing new."""
    return {
        _opening(item.old)
        for item in sight.log.steps
        if item.type == step.type and item.old is not None and item.operation in VERBS
    }


def _opening(inputs: Any) -> tuple[str, tuple[str, ...]]:
    """Ports in words, and the address ranges that may use them; a security group as the peer is no opening."""
    ranges = names_in(inputs.get("cidrBlocks")) | names_in(inputs.get("ipv6CidrBlocks"))
    peers = [str(peer) for peer in (inputs.get("cidrIpv4"), inputs.get("cidrIpv6"), *sorted(ranges)) if peer]
    protocol = str(inputs.get("ipProtocol") or inputs.get("protocol") or "").upper()
    if not peers:
        return "", ()
    if protocol in ("-1", "ALL"):
        return "every port", tuple(peers)
    low, high = inputs.get("fromPort"), inputs.get("toPort")
    ports = _whole(low) if low == high or high is None else f"{_whole(low)} to {_whole(high)}"
    return f"{protocol} port{'' if low == high else 's'} {ports}", tuple(peers)


def _whole(number: Any) -> str:
    return str(int(number)) if isinstance(number, float) else str(number)


ROLES = {
    "the task role": "the service's programs may do it from now on",
    "the execution role": "ECS may do it as it starts the service",
}

OTHER_ROLE = "whoever has the role may do it from now on"


def _permissions(step: Step, sight: Sight) -> Iterator[Danger]:
    """A role that is there gains something; what a new role may do is told where a policy refuses it."""
    if step.operation not in ("create", "update", "replace") or step.new is None:
        return
    key = {"aws:iam/rolePolicy:RolePolicy": "policy", "aws:iam/policy:Policy": "policy"}.get(step.type)
    if step.type == "aws:iam/role:Role" and step.operation != "create":
        key = "assumeRolePolicy"
    if step.type == "aws:iam/rolePolicyAttachment:RolePolicyAttachment" and not _new_role(step, sight):
        arn = str(step.new.get("policyArn", ""))
        if arn != (step.old or {}).get("policyArn"):
            yield Danger(level=Level.OPEN, what=f"role gains the policy {arn.rpartition('/')[2]}", why="see it in AWS")
        return
    if key is None or (step.operation == "create" and _new_role(step, sight)):
        return
    before, after = (step.old or {}).get(key), step.new.get(key)
    if unknown(after) or secret_of(step, key):
        return
    more = gained(before, after)
    if more:
        what = "may be taken by more" if key == "assumeRolePolicy" else "may do more"
        role = _role(step, sight)
        yield Danger(
            level=Level.OPEN, what=f"{role} {what}: {told(more, sight.names.resource)}", why=ROLES.get(role, OTHER_ROLE)
        )


def _role(step: Step, sight: Sight) -> str:
    """By the end of its name, where it is a service's (components/task.py)."""
    name = sight.owners.short(step.name).removesuffix("-policy")
    service = sight.owners.owner(step.urn)
    ends = {f"{service}-task": "the task role", f"{service}-execution": "the execution role"}
    return ends.get(name, f"the role {name}")


def _new_role(step: Step, sight: Sight) -> bool:
    """Whether the role that a policy goes with is made by the same deployment."""
    roles = [item for item in sight.log.steps if item.type == "aws:iam/role:Role" and item.parent == step.parent]
    return bool(roles) and all(role.operation == "create" for role in roles)


def _lost_secrets(step: Step, sight: Sight) -> Iterator[Danger]:
    if step.type != "aws:ecs/taskDefinition:TaskDefinition" or step.old is None or step.new is None:
        return
    before = by_name(step.old.get("containerDefinitions"))
    after = by_name(step.new.get("containerDefinitions")) or sight.planned.get(sight.owners.owner(step.urn))
    if before is None or after is None:
        return
    lost = sorted(given_secrets(before, sight.names) - given_secrets(after, sight.names))
    if lost:
        noun = "secret" if len(lost) == 1 else "secrets"
        yield Danger(
            level=Level.OPEN,
            what=f"{noun} {', '.join(lost)} no longer given to the service",
            why="a program that reads it fails",
        )


OPENINGS = (_ports, _permissions, _lost_secrets)
