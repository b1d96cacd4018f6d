"""Constraints of placement, from the Compose file to what ECS is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from berth.components.placement import PlacementConstraint
from berth.compose.model import Deploy
from berth.compose.placement import parse_constraint
from berth.diagnostics import Diagnostic
from berth.platforms.ecs.placement import placement_constraints
from berth.platforms.ecs.plan import plan_service
from berth.platforms.ecs.rules import check
from berth.settings import Settings
from tests.unit.applications import application, service
from tests.unit.compose.files import load

EC2 = Settings(platform="ecs-ec2", instance_attributes={"disk": "ssd"})
CONSTRAINTS = [
    "node.labels.disk == ssd",
    "node.platform.arch==amd64",
    "node.labels.ecs.availability-zone != eu-west-1a",
]


def test_each_constraint_is_one_of_the_service(tmp_path: Path) -> None:
    placement = f"{{constraints: {CONSTRAINTS}, max_replicas_per_node: 1}}"
    web = load(tmp_path, f"services: {{web: {{image: w, deploy: {{placement: {placement}}}}}}}").services["web"]
    assert placement_constraints(web, EC2) == (
        PlacementConstraint(type="memberOf", expression="attribute:disk == ssd"),
        PlacementConstraint(type="memberOf", expression="attribute:ecs.cpu-architecture == x86_64"),
        PlacementConstraint(type="memberOf", expression="attribute:ecs.availability-zone != eu-west-1a"),
        PlacementConstraint(type="distinctInstance"),
    )
    assert placement_constraints(web, Settings(platform="ecs-fargate")) == ()


def found(*constraints: str, **deploy: Any) -> list[Diagnostic]:
    parsed = tuple(constraint for text in constraints if (constraint := parse_constraint(text)))
    app = application(service(deploy=Deploy(constraints=parsed, **deploy)))
    return check(app, EC2, stack="dev")


def test_what_the_instances_meet_is_no_finding() -> None:
    assert found(*CONSTRAINTS, "node.platform.os == linux", "node.labels.ecs.instance-type == t3.micro") == []
    assert found("node.labels.gpu != true", max_replicas_per_node=1) == []


@pytest.mark.parametrize(
    ("constraint", "message", "advice"),
    [
        ("node.labels.disk == hdd", "they have disk = ssd", "config set --path 'berth:instanceAttributes.disk' hdd"),
        ("node.labels.zone == a", "they have no zone", "berth:instanceAttributes.zone"),
        ("node.labels.disk != ssd", "they have disk = ssd", "another value"),
        ("node.platform.arch == arm64", "ecs.cpu-architecture = x86_64", "berth:instanceType"),
    ],
)
def test_what_no_instance_meets_is_said_before(constraint: str, message: str, advice: str) -> None:
    (finding,) = found(constraint)
    assert (finding.key, finding.severity) == ("deploy.placement.constraints", "error")
    assert constraint in finding.message
    assert message in finding.message
    assert advice in finding.advice


def test_an_instance_each_needs_as_many() -> None:
    (finding,) = found(max_replicas_per_node=1, replicas=2)
    assert (finding.key, finding.severity) == ("deploy.placement.max_replicas_per_node", "error")


def test_where_every_instance_has_its_task_the_old_one_ends_first() -> None:
    (finding,) = found(max_replicas_per_node=1, update_order="start-first")
    assert (finding.key, finding.severity) == ("deploy.update_config.order", "warning")
    published = service(ports=[{"target": 80, "published": 80}], deploy=Deploy(update_order="start-first"))
    (finding,) = check(application(published), EC2, stack="dev")
    assert (finding.severity, "port 80" in finding.message) == ("warning", True)
    assert plan_service(application(published), "web", EC2).rollout.minimum_healthy == 0
    two = Settings(platform="ecs-ec2", instance_count=2)
    assert check(application(published), two, stack="dev") == []
    assert plan_service(application(published), "web", two).rollout.minimum_healthy == 100
