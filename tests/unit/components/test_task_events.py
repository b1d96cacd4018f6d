"""Which of ECS's events are told, and in which words."""

from __future__ import annotations

import json
from typing import Any

from berth.components.task_events import TaskEvents, TaskEventsArgs
from tests.unit.components.build import Built, build

RULE, TARGET = "aws:cloudwatch/eventRule:EventRule", "aws:cloudwatch/eventTarget:EventTarget"
CLUSTER = "arn:aws:ecs:us-east-1:123456789012:cluster/shop-1"
TOPIC = "arn:aws:sns:us-east-1:123456789012:ops"


def events() -> Built:
    def make(opts: Any) -> dict[str, Any]:
        args = TaskEventsArgs(cluster_arn=CLUSTER, topic_arn=TOPIC, about="shop-prod", tags={"team": "a"})
        TaskEvents("shop", args, opts)
        return {}

    return build(make)


def test_tasks_of_services_that_nobody_stopped():
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html"""
    built = events()
    rule = built.inputs(RULE, "shop-stopped")
    assert json.loads(rule["eventPattern"]) == {
        "source": ["aws.ecs"],
        "detail-type": ["ECS Task State Change"],
        "detail": {
            "clusterArn": [CLUSTER],
            "group": [{"prefix": "service:"}],
            "lastStatus": ["STOPPED"],
            "$or": [
                {"stopCode": ["EssentialContainerExited", "TaskFailedToStart"]},
                {"stoppedReason": [{"prefix": "Task failed"}]},
            ],
        },
    }
    assert rule["tags"] == {"team": "a"}


def test_failed_deployments_of_this_clusters_services_alone():
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html"""
    assert json.loads(events().inputs(RULE, "shop-failed")["eventPattern"]) == {
        "source": ["aws.ecs"],
        "detail-type": ["ECS Deployment State Change"],
        "resources": [{"prefix": "arn:aws:ecs:us-east-1:123456789012:service/shop-1/"}],
        "detail": {"eventName": ["SERVICE_DEPLOYMENT_FAILED"]},
    }


def test_an_event_becomes_a_sentence():
    built = events()
    for name in ("shop-stopped", "shop-failed"):
        target = built.inputs(TARGET, name)
        assert (target["arn"], target["rule"], target.get("roleArn")) == (TOPIC, name, None)
        transformer = target["inputTransformer"]
        sentence = json.loads(transformer["inputTemplate"])  # a string must have its quotes
        assert sentence.startswith("shop-prod: ")
        assert all(f"<{variable}>" in sentence for variable in transformer["inputPaths"])
        assert sentence.count("<") == len(transformer["inputPaths"])
