"""A stack on ecs-fargate: real CLI, real provider, real containers; the control plane is the emulator's."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.engine.conftest import Stack
from tests.engine.lifecycle import live

TASK, DEPLOYMENT = "ECS Task State Change", "ECS Deployment State Change"
EVENT = {
    "id": "1",
    "source": "aws.ecs",
    "account": "123456789012",
    "time": "2026-11-25T12:00:00Z",
    "region": "us-east-1",
}

pytestmark = pytest.mark.engine


def test_a_stack_from_up_to_destroy(stack: Callable[..., Stack]) -> None:
    live(
        stack(platform="ecs-fargate", alarms=True, dashboard=True, containerInsights="enhanced"),
        with_replicas={"MetricAlarm small-test-api-tasks": "update"},
        watch=heard,
    )


def heard(stack: Stack) -> None:
    """An alarm is published to the topic, and the rules take the events that AWS documents, of this cluster alone."""
    client = stack.aws.client
    (alarm,) = client("cloudwatch").describe_alarms(AlarmNamePrefix="small-test-web-errors")["MetricAlarms"]
    assert alarm["AlarmActions"] == [stack.workspace.outputs()["alarmTopic"]]
    (cluster,) = client("ecs").list_clusters()["clusterArns"]
    rules = {rule["Description"]: rule["EventPattern"] for rule in client("events").list_rules()["Rules"]}
    stopped = {"clusterArn": cluster, "group": "service:web", "lastStatus": "STOPPED"}
    failed = cluster.replace(":cluster/", ":service/") + "/web"
    for rule, kind, resource, detail, matches in (
        ("Tasks that ended by themselves", TASK, "", {**stopped, "stopCode": "EssentialContainerExited"}, True),
        ("Tasks that ended by themselves", TASK, "", {**stopped, "stopCode": "ServiceSchedulerInitiated"}, False),
        ("Deployments that failed", DEPLOYMENT, failed, {"eventName": "SERVICE_DEPLOYMENT_FAILED"}, True),
        ("Deployments that failed", DEPLOYMENT, "arn:other", {"eventName": "SERVICE_DEPLOYMENT_FAILED"}, False),
    ):
        event = {**EVENT, "detail-type": kind, "resources": [resource], "detail": detail}
        found = client("events").test_event_pattern(EventPattern=rules[rule], Event=json.dumps(event))
        assert found["Result"] is matches, detail
