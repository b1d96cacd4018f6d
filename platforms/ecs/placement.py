"""Constraints of placement as ECS has them: by the attributes of an instance, and one task on each.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-query-language.html
"""

from __future__ import annotations

from collections.abc import Iterator

from berth.components.placement import PlacementConstraint
from berth.compose.model import Application, Constraint, Service
from berth.diagnostics import Diagnostic, Where
from berth.settings import Settings

LABEL = "node.labels."
OWN = "ecs."
"""Attributes that ECS itself gives to each instance begin so."""

PLATFORM = {"node.platform.os": "ecs.os-type", "node.platform.arch": "ecs.cpu-architecture"}
ARCHITECTURES = {"amd64": "x86_64", "aarch64": "arm64"}
"""Docker's names of what ECS names otherwise."""


def placement_constraints(service: Service, settings: Settings) -> tuple[PlacementConstraint, ...]:
    """What instances a service's tasks may run on; a task on Fargate has a machine of its own."""
    if settings.platform != "ecs-ec2":
        return ()
    found = [
        PlacementConstraint(type="memberOf", expression=_expression(constraint))
        for constraint in service.deploy.constraints
    ]
    if service.deploy.max_replicas_per_node:
        found.append(PlacementConstraint(type="distinctInstance"))
    return tuple(found)


def _expression(constraint: Constraint) -> str:
    attribute = PLATFORM.get(constraint.subject, constraint.subject.removeprefix(LABEL))
    return f"attribute:{attribute} {'==' if constraint.equal else '!='} {_value(constraint)}"


def _value(constraint: Constraint) -> str:
    return ARCHITECTURES.get(constraint.value, constraint.value) if constraint.subject in PLATFORM else constraint.value


def check_placement(application: Application, settings: Settings) -> Iterator[Diagnostic]:
    """Constraints that no instance of the stack meets; all of its instances are the same."""
    given = {
        **settings.instance_attributes,
        "ecs.os-type": "linux",
        "ecs.cpu-architecture": settings.cpu_architecture,
        "ecs.instance-type": settings.instance_type,
    }
    for name, service in sorted(application.services.items()):
        where: Where = {"file": application.file, "service": name}
        for constraint in service.deploy.constraints:
            label = constraint.subject.removeprefix(LABEL)
            attribute = PLATFORM.get(constraint.subject, label)
            if attribute.startswith(OWN) and attribute not in given:
                continue  # the zone, say, which differs between instances
            if (given.get(attribute) == _value(constraint)) != constraint.equal:
                has = f"{attribute} = {given[attribute]}" if attribute in given else f"no {attribute}"
                yield Diagnostic(
                    **where,
                    key="deploy.placement.constraints",
                    message=f"no instance meets {constraint}: they have {has}",
                    advice="Leave it out, or set another berth:instanceType."
                    if attribute.startswith(OWN)
                    else f"Run `pulumi config set --path 'berth:instanceAttributes.{attribute}' {constraint.value}`."
                    if constraint.equal
                    else f"Set another value of berth:instanceAttributes.{attribute}.",
                )
        replicas = 1 if application.run_once(name) else service.deploy.replicas
        if service.deploy.max_replicas_per_node and replicas > settings.most_instances:
            yield Diagnostic(
                **where,
                key="deploy.placement.max_replicas_per_node",
                message=f"{replicas} replicas need an instance each, and the stack has {settings.most_instances}",
                advice="Set more of berth:instanceCount, or fewer replicas.",
            )
