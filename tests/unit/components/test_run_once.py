"""A run's exit code, its failures, and that no service is left behind."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest

from berth.components import one_task
from berth.components.run_once import RunOnceProvider
from tests.unit.components.fake_ecs import FakeEcs, FakeLogs, task, use

PROPS = {
    "access": {"region": "eu-west-1", "endpoint": None},
    "cluster": "arn:cluster/shop",
    "service_prefix": "shop-migrate",
    "task_definition": "arn:td/migrate:2",
    "container": "migrate",
    "configuration": {"capacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 100.0, "base": 0.0}]},
    "timeout": 60.0,
}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    now = SimpleNamespace(seconds=0.0)

    def sleep(seconds: float) -> None:
        now.seconds += seconds

    monkeypatch.setattr(one_task, "time", SimpleNamespace(monotonic=lambda: now.seconds, sleep=sleep))
    return now


def ran(code: int | None, status: str = "RUNNING", **fields: Any) -> dict[str, Any]:
    job = {"name": "migrate", **({} if code is None else {"exitCode": code})}
    return task(status=status, containers=[job, {"name": "keeper"}], **fields)


def test_exit_code_0_is_success_and_the_service_is_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    ecs = FakeEcs(tasks=[ran(0)])
    use(monkeypatch, ecs)
    assert RunOnceProvider().create(dict(PROPS)).outs == PROPS
    (created,) = ecs.called("create_service")
    assert re.fullmatch(r"shop-migrate-run-[0-9a-f]{8}", created["serviceName"])
    assert created["desiredCount"] == 1
    assert created["taskDefinition"] == "arn:td/migrate:2"
    (share,) = created["capacityProviderStrategy"]
    assert [type(share[key]) for key in ("weight", "base")] == [int, int]  # Pulumi's numbers are floats
    (deleted,) = ecs.called("delete_service")
    assert deleted == {"cluster": "arn:cluster/shop", "service": created["serviceName"], "force": True}


def test_another_exit_code_fails_with_the_log_and_deletes_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    ecs = FakeEcs(tasks=[ran(7)])
    use(monkeypatch, ecs, FakeLogs({"group:prefix/migrate/t1": ["relation exists"]}))
    with pytest.raises(RuntimeError, match=r"migrate ended with exit code 7(?s:.*)relation exists"):
        RunOnceProvider().create(dict(PROPS))
    assert len(ecs.called("delete_service")) == 1


def test_a_task_that_ended_with_its_container_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, FakeEcs(tasks=[ran(None), ran(0, "STOPPED")]))
    RunOnceProvider().create(dict(PROPS))


def test_a_task_that_never_starts_fails_after_a_few_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    reason = "CannotPullContainerError: not found"
    stopped = [ran(None, "STOPPED", stoppedReason=reason) for _ in range(one_task.START_TRIES + 1)]
    use(monkeypatch, FakeEcs(tasks=stopped))
    with pytest.raises(RuntimeError, match=r"migrate does not start(?s:.*)CannotPullContainerError"):
        RunOnceProvider().create(dict(PROPS))


def test_a_run_without_end_fails_in_time(monkeypatch: pytest.MonkeyPatch, clock: SimpleNamespace) -> None:
    use(monkeypatch, FakeEcs(tasks=[ran(None)]))
    with pytest.raises(RuntimeError, match="migrate has not ended after 60 s"):
        RunOnceProvider().create(dict(PROPS))
    assert 60 <= clock.seconds < 70


def test_only_what_runs_makes_it_run_again(monkeypatch: pytest.MonkeyPatch) -> None:
    ecs = FakeEcs(tasks=[ran(0)])
    use(monkeypatch, ecs)
    provider = RunOnceProvider()
    provider.update("shop-migrate", dict(PROPS), {**PROPS, "timeout": 5.0, "configuration": {}})
    assert ecs.called("create_service") == []
    provider.update("shop-migrate", dict(PROPS), {**PROPS, "task_definition": "arn:td/migrate:3"})
    assert [call["taskDefinition"] for call in ecs.called("create_service")] == ["arn:td/migrate:3"]


@pytest.mark.parametrize("action", ["create", "delete"])
def test_services_of_interrupted_runs_go_and_no_other(monkeypatch: pytest.MonkeyPatch, action: str) -> None:
    ecs = FakeEcs(tasks=[ran(0)])
    own = "shop-migrate-run-0123abcd"
    ecs.existing = [own, "shop-migrate", f"{own}e", f"x-{own}"]
    use(monkeypatch, ecs)
    if action == "create":
        RunOnceProvider().create(dict(PROPS))
    else:
        RunOnceProvider().delete("shop-migrate", dict(PROPS))
    assert ecs.called("delete_service")[0]["service"] == own
    assert len(ecs.called("delete_service")) == (2 if action == "create" else 1)
