"""When a deployment is complete, when it has failed, and what the failure tells."""

from __future__ import annotations

import base64
from types import SimpleNamespace
from typing import Any

import dill
import pytest
from pulumi.dynamic.dynamic import serialize_provider

from berth.components import rollout
from berth.components.aws_access import POLL
from berth.components.rollout import RolloutProvider
from tests.unit.components.fake_ecs import FakeEcs, FakeLogs, task, use

OLD, NEW = "arn:td/web:1", "arn:td/web:2"
PROPS = {
    "access": {"region": "eu-west-1", "endpoint": None},
    "cluster": "arn:cluster/shop",
    "service": "web-1234567",
    "task_definition": NEW,
    "desired_count": 2.0,
    "timeout": 60.0,
}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Time passes by sleeping only."""
    now = SimpleNamespace(seconds=0.0)

    def sleep(seconds: float) -> None:
        now.seconds += seconds

    monkeypatch.setattr(rollout, "time", SimpleNamespace(monotonic=lambda: now.seconds, sleep=sleep))
    return now


def deployment(definition: str = NEW, state: str = "COMPLETED", running: int = 2, **fields: Any) -> dict[str, Any]:
    return {
        "status": "PRIMARY",
        "taskDefinition": definition,
        "rolloutState": state,
        "runningCount": running,
        **fields,
    }


def look(*deployments: dict[str, Any], desired: int = 2) -> dict[str, Any]:
    return {
        "status": "ACTIVE",
        "desiredCount": desired,
        "runningCount": sum(item["runningCount"] for item in deployments),
        "deployments": list(deployments),
        "events": [{"message": "(service web) was unable to place a task"}],
    }


def test_a_completed_deployment_needs_one_look(monkeypatch: pytest.MonkeyPatch, clock: SimpleNamespace) -> None:
    ecs = FakeEcs([look(deployment())])
    use(monkeypatch, ecs)
    assert RolloutProvider().create(dict(PROPS)).outs == PROPS
    assert clock.seconds == 0
    assert ecs.called("update_service") == []


def test_it_waits_for_completion_and_for_every_task(monkeypatch: pytest.MonkeyPatch, clock: SimpleNamespace) -> None:
    looks = [
        look(deployment(state="IN_PROGRESS", running=0), deployment(OLD, running=2, status="ACTIVE")),
        look(deployment(state="IN_PROGRESS", running=2), deployment(OLD, running=1, status="ACTIVE")),
        look(deployment(running=1)),
        look(deployment(running=2)),
    ]
    use(monkeypatch, FakeEcs([looks[0], *looks]))
    RolloutProvider().update("web", dict(PROPS), dict(PROPS))
    assert clock.seconds == 3 * POLL


def test_nothing_runs_where_nothing_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, FakeEcs([look(deployment(running=0), desired=0)]))
    RolloutProvider().create({**PROPS, "desired_count": 0.0})


def test_a_count_that_scaling_left_behind_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    ecs = FakeEcs([look(deployment(running=7), desired=7), look(deployment(running=7)), look(deployment())])
    use(monkeypatch, ecs)
    RolloutProvider().create(dict(PROPS))
    (update,) = ecs.called("update_service")
    assert update == {"cluster": "arn:cluster/shop", "service": "web-1234567", "desiredCount": 2}


def test_a_scaled_service_is_deployed_once_ecs_says_so_whatever_load_has_added(
    monkeypatch: pytest.MonkeyPatch, clock: SimpleNamespace
) -> None:
    ecs = FakeEcs([look(deployment(state="IN_PROGRESS"), desired=5), look(deployment(running=5), desired=9)])
    use(monkeypatch, ecs)
    RolloutProvider().create({key: value for key, value in PROPS.items() if key != "desired_count"})
    assert ecs.called("update_service") == []


def test_an_alarm_that_goes_off_fails_the_deployment_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html"""
    reason = "ECS deployment alarms: alarm(s) detected."
    failed = deployment(state="FAILED", rolloutStateReason=reason, status="ACTIVE")
    back = look(deployment(OLD, "IN_PROGRESS"), failed)
    use(monkeypatch, FakeEcs([look(deployment(state="IN_PROGRESS")), look(deployment(state="IN_PROGRESS")), back]))
    with pytest.raises(RuntimeError, match=r"does not run web:2: ECS deployment alarms"):
        RolloutProvider().create(dict(PROPS))


@pytest.mark.parametrize("before", [deployment(OLD), deployment(NEW, "FAILED", 0)])
def test_what_an_earlier_run_left_is_deployed_again(monkeypatch: pytest.MonkeyPatch, before: dict[str, Any]) -> None:
    ecs = FakeEcs([look(before), look(deployment())])
    use(monkeypatch, ecs)
    RolloutProvider().create(dict(PROPS))
    (update,) = ecs.called("update_service")
    assert update == {
        "cluster": "arn:cluster/shop",
        "service": "web-1234567",
        "taskDefinition": NEW,
        "forceNewDeployment": True,
    }


def test_a_failed_deployment_tells_reasons_exit_codes_and_logs(monkeypatch: pytest.MonkeyPatch) -> None:
    failed = deployment(state="FAILED", running=0, rolloutStateReason="ECS deployment circuit breaker: tasks failed.")
    stopped = task(
        stoppedReason="Essential container in task exited",
        containers=[{"name": "web", "exitCode": 3}, {"name": "silent", "exitCode": 143}],
    )
    older = task("t0", definition=OLD, stoppedReason="another revision's")
    use(
        monkeypatch,
        FakeEcs([look(deployment(state="IN_PROGRESS", running=0)), look(failed)], [stopped, older]),
        FakeLogs({"group:prefix/web/t1": ["starting", "no such host: db"]}),
    )
    with pytest.raises(RuntimeError) as caught:
        RolloutProvider().create(dict(PROPS))
    assert str(caught.value).splitlines() == [
        "the service web-1234567 does not run web:2: ECS deployment circuit breaker: tasks failed.",
        "    task t1: Essential container in task exited",
        "        container web: exit code 3",
        "            starting",
        "            no such host: db",
        "    the service's last events:",
        "        (service web) was unable to place a task",
    ]


def test_a_rollback_is_a_failure_although_all_tasks_run(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, FakeEcs([look(deployment(state="IN_PROGRESS", running=0)), look(deployment(OLD))]))
    with pytest.raises(RuntimeError, match=r"does not run web:2: it was rolled back to web:1"):
        RolloutProvider().create(dict(PROPS))


def test_the_wait_ends(monkeypatch: pytest.MonkeyPatch, clock: SimpleNamespace) -> None:
    use(monkeypatch, FakeEcs([look(deployment(state="IN_PROGRESS", running=1))]))
    with pytest.raises(RuntimeError, match=r"not complete after 60 s: 1 of 2 tasks run(?s:.*)unable to place"):
        RolloutProvider().create(dict(PROPS))
    assert 60 <= clock.seconds <= 60 + 2 * POLL


def test_a_service_that_is_gone_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, FakeEcs())
    with pytest.raises(RuntimeError, match="pulumi refresh"):
        RolloutProvider().create(dict(PROPS))


def test_any_input_is_a_reason_to_look_again_and_no_change_is_no_diff() -> None:
    diff = RolloutProvider().diff
    assert diff("web", {**PROPS, "__provider": "a"}, {**PROPS, "__provider": "b"}).changes is False
    for key in PROPS:
        assert diff("web", PROPS, {**PROPS, key: "other"}).changes is True
        assert diff("web", PROPS, {name: PROPS[name] for name in PROPS if name != key}).changes is True


def test_the_provider_in_the_state_is_small_and_stays_the_same() -> None:
    serialized = serialize_provider(RolloutProvider())
    assert serialized == serialize_provider(RolloutProvider())
    assert len(serialized) < 200
    assert isinstance(dill.loads(base64.b64decode(serialized)), RolloutProvider)
