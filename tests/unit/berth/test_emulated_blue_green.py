"""What the emulator lacks for blue/green: a rule's two groups, and service deployments."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from ministack.services import alb, cloudwatch, ecs

from berth.emulator import alarms, blue_green

GROUPS = {
    "Actions.member.1.Type": ["forward"],
    "Actions.member.1.ForwardConfig.TargetGroups.member.1.TargetGroupArn": ["arn:blue"],
    "Actions.member.1.ForwardConfig.TargetGroups.member.1.Weight": ["0"],
    "Actions.member.1.ForwardConfig.TargetGroups.member.2.TargetGroupArn": ["arn:green"],
    "Actions.member.1.ForwardConfig.TargetGroups.member.2.Weight": ["100"],
}


def test_a_rule_keeps_its_two_groups_and_forwards_to_the_heavier() -> None:
    (action,) = blue_green._with_groups(alb._parse_actions)(GROUPS, "Actions")
    shown = blue_green._with_groups_shown(alb._action_xml)(action)
    assert "<TargetGroupArn>arn:blue</TargetGroupArn><Weight>0</Weight>" in shown
    assert "<TargetGroupArn>arn:green</TargetGroupArn><Weight>100</Weight>" in shown
    seen: list[Any] = []

    async def execute(actions: list[dict[str, Any]], *_: Any) -> None:
        seen.extend(item["TargetGroupArn"] for item in actions)

    asyncio.run(blue_green._to_the_heaviest(execute)([action]))
    assert seen == ["arn:green"]


def test_a_rule_with_one_group_is_as_it_was() -> None:
    one = {"Actions.member.1.Type": ["forward"], "Actions.member.1.TargetGroupArn": ["arn:blue"]}
    assert blue_green._with_groups(alb._parse_actions)(one, "Actions") == alb._parse_actions(one, "Actions")


def test_a_services_deployments_are_listed_with_their_definitions(monkeypatch: pytest.MonkeyPatch) -> None:
    deployment = {
        "id": "ecs-svc/1",
        "createdAt": 5,
        "taskDefinition": "arn:td/web:2",
        "rolloutState": "COMPLETED",
    }
    monkeypatch.setattr(ecs, "_services", {"shop/web": {"deployments": [deployment]}})
    monkeypatch.setattr(ecs, "_resolve_cluster_name", lambda _: "shop")
    *_, body = blue_green.list_service_deployments({"cluster": "shop", "service": "arn:service/shop/web"})
    (shown,) = json.loads(body)["serviceDeployments"]
    assert shown["status"] == "SUCCESSFUL"
    asked = {"serviceRevisionArns": [shown["targetServiceRevisionArn"]]}
    *_, body = blue_green.describe_service_revisions(asked)
    assert json.loads(body)["serviceRevisions"][0]["taskDefinition"] == "arn:td/web:2"


def test_an_alarm_on_metric_math_has_its_metrics_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        cloudwatch, "_alarms", {"errors": {"AlarmName": "errors", "Period": 60, "Statistic": "Average"}}
    )
    metrics = [{"Id": "percent", "Expression": "a / b"}]
    alarms._with_metrics(lambda *_: "done")({}, {"AlarmName": "errors", "Metrics": metrics}, True)
    assert cloudwatch._alarms["errors"] == {"AlarmName": "errors", "Metrics": metrics}
