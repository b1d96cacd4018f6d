"""The schedule of a task: what EventBridge Scheduler is asked for, and what its role may do."""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pytest

from berth.components.cluster import CapacityShare
from berth.components.placement import PlacementConstraint
from berth.components.schedule import Schedule, ScheduleArgs
from berth.components.service import Placement
from tests.unit.components.build import Built, build

SCHEDULE = "aws:scheduler/schedule:Schedule"
CLUSTER = "arn:aws:ecs:eu-west-1:1:cluster/shop"
PLACEMENT = Placement(subnet_ids=["subnet-1"], security_group_ids=["sg-1"])


def schedule(**args: Any) -> Built:
    def make(opts: pulumi.ResourceOptions) -> dict[str, Any]:
        given = {
            "group_name": "shop",
            "group_arn": "arn:aws:scheduler:eu-west-1:1:schedule-group/shop",
            "cluster_arn": CLUSTER,
            "task_definition_arn": "arn:aws:ecs:eu-west-1:1:task-definition/shop-report:7",
            "role_arns": ["arn:aws:iam::1:role/execution", "arn:aws:iam::1:role/task"],
            "capacity": [
                CapacityShare(capacity_provider=pulumi.Output.from_input("FARGATE_SPOT"), weight=50, base=1),
            ],
            "expression": "cron(0 3 * * ? *)",
            **args,
        }
        return {"arn": Schedule("shop-report", ScheduleArgs(**given), opts).arn}

    return build(make)


def statements(built: Built) -> dict[str, dict[str, Any]]:
    policy = json.loads(built.inputs("aws:iam/rolePolicy:RolePolicy")["policy"])
    return {item["Action"][0]: item for item in policy["Statement"]}


def test_a_schedule_starts_the_task_once_at_its_time_in_utc() -> None:
    inputs = schedule().inputs(SCHEDULE, "shop-report")
    assert inputs["scheduleExpression"] == "cron(0 3 * * ? *)"
    assert (inputs["scheduleExpressionTimezone"], inputs["state"]) == ("UTC", "ENABLED")
    assert inputs["flexibleTimeWindow"] == {"mode": "OFF"}
    assert inputs["groupName"] == "shop"
    target = inputs["target"]
    assert target["arn"] == CLUSTER
    assert target["retryPolicy"] == {"maximumRetryAttempts": 3, "maximumEventAgeInSeconds": 3600}
    assert "deadLetterConfig" not in target
    assert target["ecsParameters"] == {
        "taskDefinitionArn": "arn:aws:ecs:eu-west-1:1:task-definition/shop-report:7",
        "taskCount": 1,
        "capacityProviderStrategies": [{"capacityProvider": "FARGATE_SPOT", "weight": 50, "base": 1}],
        "enableEcsManagedTags": True,
        "enableExecuteCommand": False,
        "propagateTags": "TASK_DEFINITION",
    }


def test_all_that_can_be_said_is_passed_on() -> None:
    built = schedule(
        timezone="Europe/Berlin",
        enabled=False,
        count=2,
        window=15,
        retries=0,
        retry_for=60,
        dead_letter_queue_arn="arn:aws:sqs:eu-west-1:1:lost",
        placement=PLACEMENT,
        placement_constraints=[PlacementConstraint(type="distinctInstance")],
        enable_exec=True,
    )
    inputs = built.inputs(SCHEDULE)
    assert (inputs["scheduleExpressionTimezone"], inputs["state"]) == ("Europe/Berlin", "DISABLED")
    assert inputs["flexibleTimeWindow"] == {"mode": "FLEXIBLE", "maximumWindowInMinutes": 15}
    target, task = inputs["target"], inputs["target"]["ecsParameters"]
    assert target["retryPolicy"] == {"maximumRetryAttempts": 0, "maximumEventAgeInSeconds": 60}
    assert target["deadLetterConfig"] == {"arn": "arn:aws:sqs:eu-west-1:1:lost"}
    assert (task["taskCount"], task["enableExecuteCommand"]) == (2, True)
    assert task["networkConfiguration"] == {
        "subnets": ["subnet-1"],
        "securityGroups": ["sg-1"],
        "assignPublicIp": False,
    }
    assert task["placementConstraints"] == [{"type": "distinctInstance"}]
    assert statements(built)["sqs:SendMessage"]["Resource"] == ["arn:aws:sqs:eu-west-1:1:lost"]


def test_a_public_address_goes_with_the_launch_type_alone() -> None:
    """https://docs.aws.amazon.com/scheduler/latest/APIReference/API_AwsVpcConfiguration.html"""
    public = Placement(subnet_ids=["subnet-1"], security_group_ids=["sg-1"], assign_public_ip=True)
    task = schedule(placement=public).inputs(SCHEDULE)["target"]["ecsParameters"]
    assert task["launchType"] == "FARGATE"
    assert "capacityProviderStrategies" not in task
    assert task["networkConfiguration"]["assignPublicIp"] is True


def test_the_role_starts_this_task_in_this_cluster_and_no_other() -> None:
    built = schedule()
    trust = json.loads(built.inputs("aws:iam/role:Role")["assumeRolePolicy"])
    assert trust["Statement"] == [
        {
            "Action": "sts:AssumeRole",
            "Effect": "Allow",
            "Principal": {"Service": "scheduler.amazonaws.com"},
            "Condition": {"ArnLike": {"aws:SourceArn": ["arn:aws:scheduler:eu-west-1:1:schedule-group/shop"]}},
        }
    ]
    found = statements(built)
    assert set(found) == {"ecs:RunTask", "ecs:TagResource", "iam:PassRole"}
    assert found["ecs:RunTask"]["Resource"] == ["arn:aws:ecs:eu-west-1:1:task-definition/shop-report:*"]
    assert found["ecs:RunTask"]["Condition"] == {"ArnEquals": {"ecs:cluster": [CLUSTER]}}
    assert found["ecs:TagResource"]["Resource"] == ["arn:aws:ecs:eu-west-1:1:task/shop/*"]
    assert found["ecs:TagResource"]["Condition"] == {"StringEquals": {"ecs:CreateAction": ["RunTask"]}}
    assert found["iam:PassRole"]["Resource"] == ["arn:aws:iam::1:role/execution", "arn:aws:iam::1:role/task"]
    assert found["iam:PassRole"]["Condition"] == {"StringEquals": {"iam:PassedToService": ["ecs-tasks.amazonaws.com"]}}


@pytest.mark.parametrize("count", [0, 11])
def test_a_start_has_one_to_ten_tasks(count: int) -> None:
    with pytest.raises(ValueError, match="count must be 1 to 10"):
        schedule(count=count)
