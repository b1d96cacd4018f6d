"""Memory on another stack's instances, as ECS tells of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from botocore.stub import Stubber

from berth.components.aws_access import AwsAccess
from berth.diagnostics import Diagnostic
from berth.platforms.ecs.free_room import check_free_room
from berth.platforms.ecs.plan import plan_application
from berth.settings import Settings
from tests.unit.compose.files import load
from tests.unit.platforms.test_ecs_shared import CLUSTER, settings

ACCESS = AwsAccess(region="us-east-1")
FILE = "name: shop\nservices: {web: {image: w, deploy: {replicas: 2}}}"
OTHER = {"taskDefinitionArn": "arn:aws:ecs:us-east-1:1:task-definition/shop-dev-web:7", "containers": [{"memory": "9"}]}


def answer(ecs: Stubber, *left: int, tasks: tuple[Mapping[str, Any], ...] = (OTHER,)) -> None:
    """Instances that have ``left`` MiB each, and the running tasks."""
    arns = [f"arn:aws:ecs:us-east-1:1:container-instance/dev/{number}" for number in range(len(left))]
    ecs.add_response(
        "list_container_instances", {"containerInstanceArns": arns}, {"cluster": CLUSTER, "status": "ACTIVE"}
    )
    if arns:
        resources = [
            [{"name": "CPU", "integerValue": 5000}, {"name": "MEMORY", "integerValue": size}, {"name": "PORTS"}]
            for size in left
        ]
        ecs.add_response(
            "describe_container_instances",
            {"containerInstances": [{"remainingResources": item} for item in resources]},
            {"cluster": CLUSTER, "containerInstances": arns},
        )
    names = [f"arn:task/{number}" for number in range(len(tasks))]
    ecs.add_response("list_tasks", {"taskArns": names}, {"cluster": CLUSTER, "desiredStatus": "RUNNING"})
    ecs.add_response("describe_tasks", {"tasks": [*tasks]}, {"cluster": CLUSTER, "tasks": names})


def found(directory: Path, chosen: Settings) -> list[Diagnostic]:
    return [*check_free_room(ACCESS, load(directory, FILE), chosen, stack="pr-1")]


def test_a_stack_without_room_beside_the_others_is_warned_of(tmp_path: Path, ecs: Stubber) -> None:
    (plan,) = plan_application(load(tmp_path, FILE), settings()).values()
    needed = 2 * plan.reserved_memory
    answer(ecs, needed // 2, needed // 2 - 1)
    (finding,) = found(tmp_path, settings())
    assert (finding.severity.value, finding.key) == ("warning", "berth:sharedStack")
    assert f"need {needed} MiB" in finding.message and f"of dev have {needed - 1} left" in finding.message
    answer(ecs, needed // 2, needed - needed // 2)
    assert found(tmp_path, settings()) == []


def test_what_its_own_tasks_hold_is_free_for_those_that_take_their_place(tmp_path: Path, ecs: Stubber) -> None:
    (plan,) = plan_application(load(tmp_path, FILE), settings()).values()
    own = {
        "taskDefinitionArn": "arn:aws:ecs:us-east-1:1:task-definition/shop-pr-1-web:3",
        "containers": [{"memoryReservation": str(plan.reserved_memory)}],
    }
    answer(ecs, 0, 0, tasks=(own, own, OTHER))
    assert found(tmp_path, settings()) == []
    answer(ecs, 0, 0, tasks=(own, OTHER))
    assert len(found(tmp_path, settings())) == 1


def test_instances_that_are_yet_to_come_count(tmp_path: Path, ecs: Stubber) -> None:
    answer(ecs, 0)  # the other stack may have two
    assert found(tmp_path, settings()) == []


def test_nobody_is_asked_of_fargate_or_an_own_cluster_and_who_may_not_ask_gets_no_error(
    tmp_path: Path, ecs: Stubber
) -> None:
    ecs.add_client_error("list_container_instances", "AccessDeniedException")
    assert found(tmp_path, settings()) == []
    for chosen in (Settings(platform="ecs-ec2"), settings("ecs-fargate")):
        assert found(tmp_path, chosen) == []
