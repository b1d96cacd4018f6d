"""Blue/green: what ECS is told, and that a deployment is over when ECS says so, one after another."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pulumi
import pytest

from berth.components import blue_green, rollout
from berth.components.role import Role
from berth.components.rollout import RolloutProvider
from berth.components.route import Route, RouteArgs
from berth.components.service import BlueGreen, ServiceArgs, Target
from berth.components.traffic_role import traffic_role_args
from tests.unit.components.build import build
from tests.unit.components.fake_ecs import FakeBlueGreenEcs, use
from tests.unit.components.test_service import ACCESS, ROLLOUT, SERVICE, service, share

RULE, GROUP = "aws:lb/listenerRule:ListenerRule", "aws:lb/targetGroup:TargetGroup"
PROPS = {
    "access": {"region": "eu-west-1", "endpoint": None},
    "cluster": "arn:cluster/shop",
    "service": "web-1234567",
    "desired_count": 2.0,
    "blue_green": True,
    "timeout": 600.0,
}
TARGET = Target(
    target_group_arn="arn:blue",
    container_name="web",
    container_port=80,
    blue_green=BlueGreen(alternate_target_group_arn="arn:green", rule_arn="arn:rule", role_arn="arn:role"),
)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Time passes by sleeping only."""
    now = SimpleNamespace(seconds=0.0)

    def sleep(seconds: float) -> None:
        now.seconds += seconds

    for module in (rollout, blue_green):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now.seconds, sleep=sleep))
    return now


def deploy(definition: str) -> None:
    RolloutProvider().update("web", {}, {**PROPS, "task_definition": definition})


def test_two_deployments_alternate_between_the_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    ecs = FakeBlueGreenEcs()
    use(monkeypatch, ecs)
    seen = []
    for definition in ("arn:td/web:1", "arn:td/web:2", "arn:td/web:3"):
        ecs.ask(definition)  # as the provider does, before the rollout
        deploy(definition)
        seen.append(dict(ecs.weights))
    assert seen == [
        {"blue": 100, "green": 0},
        {"blue": 0, "green": 100},
        {"blue": 100, "green": 0},
    ]
    assert ecs.called("update_service") == []


def test_it_waits_until_the_old_tasks_are_gone_not_until_the_new_ones_run(
    monkeypatch: pytest.MonkeyPatch, clock: SimpleNamespace
) -> None:
    ecs = FakeBlueGreenEcs(looks=5)
    use(monkeypatch, ecs)
    ecs.ask("arn:td/web:1")
    deploy("arn:td/web:1")
    assert clock.seconds > 0
    assert ecs.attempts[-1]["status"] == "SUCCESSFUL"


def test_a_rollback_fails_with_ecs_s_reason_and_the_next_run_asks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    ecs = FakeBlueGreenEcs()
    use(monkeypatch, ecs)
    ecs.ask("arn:td/web:1")
    deploy("arn:td/web:1")
    ecs.fails = True
    ecs.ask("arn:td/web:2")
    with pytest.raises(RuntimeError, match=r"does not run web:2: alarm web-errors went off"):
        deploy("arn:td/web:2")
    assert ecs.weights == {"blue": 100, "green": 0}
    ecs.fails = False
    deploy("arn:td/web:2")
    (update,) = ecs.called("update_service")
    assert (update["taskDefinition"], update["forceNewDeployment"]) == ("arn:td/web:2", True)
    assert ecs.weights == {"blue": 0, "green": 100}


def test_one_that_takes_too_long_is_rolled_back(monkeypatch: pytest.MonkeyPatch) -> None:
    ecs = FakeBlueGreenEcs(looks=10_000)
    use(monkeypatch, ecs)
    ecs.ask("arn:td/web:1")
    with pytest.raises(RuntimeError, match=r"not complete after 600 s \(IN_PROGRESS\), and now rolled back"):
        deploy("arn:td/web:1")
    (stop,) = ecs.called("stop_service_deployment")
    assert stop == {"serviceDeploymentArn": ecs.attempts[-1]["serviceDeploymentArn"], "stopType": "ROLLBACK"}


def test_another_deployment_after_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    ecs = FakeBlueGreenEcs(looks=3)
    use(monkeypatch, ecs)
    ecs.ask("arn:td/web:1")
    ecs.after_look = lambda: ecs.ask("arn:td/web:9")
    with pytest.raises(RuntimeError, match=r"another deployment came after it, of web:9"):
        deploy("arn:td/web:1")


def test_a_deployment_that_is_listed_late_is_not_asked_for_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    ecs = FakeBlueGreenEcs()
    use(monkeypatch, ecs)
    ecs.ask("arn:td/web:1")
    deploy("arn:td/web:1")
    ecs.after_look = lambda: ecs.ask("arn:td/web:2")
    deploy("arn:td/web:2")
    assert ecs.called("update_service") == []


def test_the_service_names_both_groups_the_rule_and_the_role() -> None:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AdvancedConfiguration.html"""
    built = service(targets=[TARGET], bake_time=10, timeout=100)
    inputs = built.inputs(SERVICE)
    assert inputs["deploymentConfiguration"] == {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": "10"}
    assert inputs["loadBalancers"][0]["advancedConfiguration"] == {
        "alternateTargetGroupArn": "arn:green",
        "productionListenerRule": "arn:rule",
        "roleArn": "arn:role",
    }
    # It "can only be used for services using the rolling update": API_DeploymentConfiguration
    assert inputs["deploymentCircuitBreaker"] == {"enable": False, "rollback": False}
    wait = built.inputs(ROLLOUT)
    assert (wait["blue_green"], wait["timeout"]) == (True, 100 + 600)


def test_prepared_is_rolling_with_the_second_group() -> None:
    built = service(targets=[TARGET])
    inputs = built.inputs(SERVICE)
    assert "deploymentConfiguration" not in inputs
    assert inputs["deploymentCircuitBreaker"]["enable"] is True
    assert inputs["loadBalancers"][0]["advancedConfiguration"]["alternateTargetGroupArn"] == "arn:green"
    assert "blue_green" not in built.inputs(ROLLOUT)


def test_a_target_without_a_second_group_is_refused() -> None:
    target = Target(target_group_arn="arn:blue", container_name="web", container_port=80)
    with pytest.raises(ValueError, match="second group"):
        ServiceArgs(
            access=ACCESS, cluster_arn="c", task_definition_arn="t", capacity=[share()], targets=[target], bake_time=5
        )


def test_the_rule_begins_with_the_first_group_and_its_weights_are_ecs_s() -> None:
    def make(opts: pulumi.ResourceOptions) -> dict[str, Any]:
        args = RouteArgs(listener_arn="arn:l", vpc_id="vpc-1", container_port=80, priority=7, two_groups=True)
        route = Route("web-80", args, opts)
        return {"first": route.target_group_arn, "second": route.alternate_target_group_arn}

    built = build(make)
    assert built.names(GROUP) == ["web-80", "web-80-alternate"]
    assert built.inputs(RULE, "web-80-blue-green")["actions"] == [
        {
            "type": "forward",
            "forward": {
                "targetGroups": [
                    {"arn": built.values["first"], "weight": 100},
                    {"arn": built.values["second"], "weight": 0},
                ]
            },
        }
    ]
    assert built.options[RULE, "web-80-blue-green"].ignore_changes == ["actions"]


def test_the_role_moves_these_requests_and_no_others() -> None:
    def make(opts: pulumi.ResourceOptions) -> dict[str, Any]:
        Role("web-traffic", traffic_role_args(["arn:rule"], ["arn:blue", "arn:green"], {}), opts)
        return {}

    built = build(make)
    role = built.inputs("aws:iam/role:Role")
    assert '"Service":"ecs.amazonaws.com"' in role["assumeRolePolicy"]
    policy = built.inputs("aws:iam/rolePolicy:RolePolicy")["policy"]
    assert '{"Action":["elasticloadbalancing:ModifyRule"],"Effect":"Allow","Resource":["arn:rule"]}' in policy
    assert '"Resource":["arn:blue","arn:green"]' in policy
    assert policy.count('"*"') == 1  # what only looks takes no resource


def test_without_it_a_service_has_nothing_of_it() -> None:
    assert not service().inputs(SERVICE).keys() & {"deploymentConfiguration", "alarms", "forceNewDeployment"}
