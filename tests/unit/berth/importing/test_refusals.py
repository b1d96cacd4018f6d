"""Why a service cannot be taken over in place, in words that say what to write."""

from __future__ import annotations

from typing import Any

import pytest

from berth.diagnostics import ToolError
from berth.importing.live import parse_place
from berth.importing.planned import Step
from berth.importing.refusals import refusals
from tests.unit.berth.importing.services import CLUSTER, GROUP, live

PLANNED = {
    "cluster": CLUSTER,
    "launchType": "FARGATE",
    "capacityProviderStrategies": [],
    "networkConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["04da6b54-80e4-46f7-96ec-b56ff0331ba9"]},
}
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SPOT = [{"capacityProvider": "FARGATE", "weight": 1}, {"capacityProvider": "FARGATE_SPOT", "weight": 3}]
BALANCED = [{"targetGroupArn": GROUP, "containerName": "web", "containerPort": 8000}]


def found(service: dict[str, Any], planned: dict[str, Any], *, joined: str = "", leave: bool = False) -> list[str]:
    step = Step(operation="create", urn="urn:web", state={"inputs": {**PLANNED, **planned}})
    groups = frozenset([joined] if joined else [])
    findings = refusals(live(**service), step, stack="prod", service="web", joined=groups, leave_groups=leave)
    return [str(finding) for finding in findings]


@pytest.mark.parametrize(
    ("service", "planned"),
    [
        ({}, {}),
        ({"desiredCount": 3}, {"desiredCount": 1}),
        ({"capacityProviderStrategy": SPOT, "launchType": None}, {"capacityProviderStrategies": SPOT[:1]}),
    ],
)
def test_what_changes_in_place_is_no_reason(service: dict[str, Any], planned: dict[str, Any]) -> None:
    assert found(service, planned) == []


@pytest.mark.parametrize(
    ("service", "planned", "parts"),
    [
        ({"status": "DRAINING"}, {}, ("is DRAINING",)),
        ({"deploymentController": {"type": "CODE_DEPLOY"}}, {}, ("deployed by CODE_DEPLOY", "a second service")),
        ({"schedulingStrategy": "DAEMON"}, {}, ("on each instance",)),
        ({}, {"cluster": UNKNOWN}, ("berth:clusterArn", CLUSTER)),
        ({"launchType": "EC2"}, {}, ("launch type EC2", "Fargate")),
        ({"launchType": None, "capacityProviderStrategy": [{"capacityProvider": "own"}]}, {}, ("the capacity of own",)),
        ({"launchType": None, "capacityProviderStrategy": SPOT}, {}, ("Set berth:fargateSpot",)),
        ({}, {"capacityProviderStrategies": SPOT}, ("Leave berth:fargateSpot out",)),
        ({}, {"networkConfiguration": {"subnets": [UNKNOWN]}}, ("berth:vpcId", "berth:publicSubnetIds")),
        ({}, {"deploymentConfiguration": {"strategy": "BLUE_GREEN"}}, ("x-berth.deployment.strategy", "`rolling`")),
        ({"loadBalancers": BALANCED}, {}, (f"{{web:8000: [{GROUP}]}}", "--leave-target-groups")),
    ],
)
def test_what_does_not_is_refused(service: dict[str, Any], planned: dict[str, Any], parts: tuple[str, ...]) -> None:
    (said,) = found(service, planned)
    for part in parts:
        assert part in said


def test_a_target_group_stays_by_the_setting_or_goes_by_the_option() -> None:
    assert found({"loadBalancers": BALANCED}, {}, joined=GROUP) == []
    assert found({"loadBalancers": BALANCED}, {}, leave=True) == []


def test_all_reasons_are_said_at_once() -> None:
    assert len(found({"status": "DRAINING", "launchType": "EC2"}, {"cluster": UNKNOWN})) == 3


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("live/web", ("live", "web")),
        ("arn:aws:ecs:eu-west-1:123456789012:service/live/web", ("live", "web")),
    ],
)
def test_a_service_is_named_by_its_cluster_or_its_arn(text: str, place: tuple[str, str]) -> None:
    assert parse_place(text) == place


@pytest.mark.parametrize("text", ["web", "live/", "/web", "a/b/c", "arn:aws:ecs:eu-west-1:1:cluster/live", CLUSTER])
def test_what_names_no_service_is_refused(text: str) -> None:
    with pytest.raises(ToolError, match="CLUSTER/SERVICE"):
        parse_place(text)
