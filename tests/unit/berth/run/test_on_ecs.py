"""A run on ECS: what is asked for, the exit code, and that nothing of it is left."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest

from berth.components import one_task
from berth.components.aws_access import AwsAccess
from berth.diagnostics import ToolError
from berth.run import on_ecs
from berth.run.on_ecs import configuration, run_task
from tests.unit.berth.run.test_definition import DEFINITION
from tests.unit.components.fake_ecs import FakeEcs, task, use

ACCESS = AwsAccess(region="eu-west-1")
TASKS: dict[str, Any] = {
    "cluster": "arn:cluster/shop",
    "configuration": {
        "capacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 100, "base": 0}],
        "networkConfiguration": {
            "awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": [], "assignPublicIp": "DISABLED"}
        },
        "serviceConnectConfiguration": {"enabled": True, "namespace": "arn:ns"},
    },
    "services": {"web": {"taskDefinition": "arn:td/shop-web:3", "securityGroups": ["sg-1"]}},
}


class Ecs(FakeEcs):
    """It also registers definitions."""

    def describe_task_definition(self, *, taskDefinition: str) -> Any:
        return {"taskDefinition": DEFINITION}

    def register_task_definition(self, **arguments: Any) -> Any:
        self.calls.append(("register_task_definition", arguments))
        return {"taskDefinition": {**arguments, "taskDefinitionArn": "arn:td/shop-web-run:1"}}

    def deregister_task_definition(self, **arguments: Any) -> None:
        self.calls.append(("deregister_task_definition", arguments))


class Logs:
    class exceptions:
        ResourceNotFoundException = KeyError

    def __init__(self, streams: dict[str, list[str]]) -> None:
        self.streams = streams

    def get_log_events(self, *, logGroupName: str, logStreamName: str, nextToken: str = "0", **_: Any) -> Any:
        events = [{"message": line} for line in self.streams[f"{logGroupName}:{logStreamName}"][int(nextToken) :]]
        return {"events": events, "nextForwardToken": str(int(nextToken) + len(events))}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    now = SimpleNamespace(seconds=0.0)

    def sleep(seconds: float) -> None:
        now.seconds += seconds

    for module in (on_ecs, one_task):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now.seconds, sleep=sleep))
    return now


def ran(code: int | None, status: str = "RUNNING") -> dict[str, Any]:
    web = {"name": "web", **({} if code is None else {"exitCode": code})}
    return task(status=status, containers=[web, {"name": "web-keeper"}])


def run(**told: list[str]) -> int:
    said = told.setdefault("said", [])
    news = told.setdefault("news", [])
    return run_task(ACCESS, TASKS, "web", ["migrate"], keeper_image="busybox", say=said.append, tell=news.append)


@pytest.mark.parametrize("code", [0, 3])
def test_the_exit_code_is_the_commands_and_nothing_is_left(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    ecs, said = Ecs(tasks=[ran(code)]), []
    use(monkeypatch, ecs, Logs({"/shop/web:shop-web/web/t1": ["one", "two"]}))  # type: ignore[arg-type]
    assert run(said=said) == code
    assert said == ["one", "two"]
    (created,) = ecs.called("create_service")
    assert re.fullmatch(r"shop-web-cli-[0-9a-f]{8}", created["serviceName"])
    assert (created["taskDefinition"], created["desiredCount"]) == ("arn:td/shop-web-run:1", 1)
    assert created["serviceConnectConfiguration"] == {"enabled": True, "namespace": "arn:ns"}
    assert created["networkConfiguration"]["awsvpcConfiguration"]["securityGroups"] == ["sg-1"]
    (deleted,) = ecs.called("delete_service")
    assert (deleted["service"], deleted["force"]) == (created["serviceName"], True)
    assert ecs.called("deregister_task_definition") == [{"taskDefinition": "arn:td/shop-web-run:1"}]


def test_ctrl_c_stops_the_task(monkeypatch: pytest.MonkeyPatch) -> None:
    ecs = Ecs(tasks=[ran(None)])
    use(monkeypatch, ecs)

    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(one_task.time, "sleep", interrupt)
    monkeypatch.setattr(on_ecs._Watch, "lines", lambda _: 0)
    with pytest.raises(KeyboardInterrupt):
        run()
    assert len(ecs.called("delete_service")) == len(ecs.called("deregister_task_definition")) == 1


def test_an_instance_without_room_is_told_and_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    full = "(service x) was unable to place a task because no container instance met all of its requirements."
    ecs, news = Ecs(tasks=[]), []
    ecs.describe_services = lambda **_: {  # type: ignore[method-assign]
        "services": [{"status": "INACTIVE", "events": [{"message": full}, {"message": "has started"}]}]
    }
    use(monkeypatch, ecs)
    with pytest.raises(ToolError, match="no task has started in 600 s"):
        run(news=news)
    assert news == [full]
    assert len(ecs.called("delete_service")) == 1


def test_bridge_mode_has_no_network_and_constraints_are_the_services() -> None:
    constraints = [{"type": "distinctInstance"}]
    tasks = {
        **TASKS,
        "configuration": {"propagateTags": "SERVICE"},
        "services": {"web": {"taskDefinition": "x", "placementConstraints": constraints}},
    }
    assert configuration(tasks, "web") == {"propagateTags": "SERVICE", "placementConstraints": constraints}
