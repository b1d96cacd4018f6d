"""``run`` and ``exec`` from the command line: who runs what, and what is said where that cannot be."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from berth import deployed
from berth.__main__ import main
from berth.components.aws_access import AwsAccess
from berth.diagnostics import ToolError
from berth.run import commands, on_compose, on_ecs, shell
from tests.unit.applications import application, service
from tests.unit.berth.run.test_on_ecs import TASKS

CONFIG = {
    "berth:region": {"value": "eu-west-1"},
    "berth:initImage": {"value": "busybox:1"},
    "berth:profiles": {"value": '["jobs"]', "objectValue": ["jobs"]},
    "berth:secrets": {"value": '{"key":"of the stack"}', "objectValue": {"key": "of the stack"}, "secret": True},
    "berth:domain": {"value": ""},
    "berth:enableExec": {"value": "true"},
    "aws:region": {"value": "elsewhere"},
}
ECS = {"logGroups": {}, "tasks": TASKS}


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    outputs: dict[str, Any] = {}
    monkeypatch.setattr(deployed, "pulumi_output", lambda command, *_: {"stack": outputs, "config": CONFIG}[command])
    monkeypatch.setattr(deployed, "check_account", lambda *_, **__: None)
    return outputs


def test_settings_come_with_their_secrets(stack: dict[str, Any]) -> None:
    settings = deployed.read_deployed_settings("dev")
    assert (settings.region, settings.profiles, settings.enable_exec) == ("eu-west-1", ("jobs",), True)
    assert settings.secrets == {"key": "of the stack"}
    assert settings.domain is None


def test_on_ecs_the_words_after_the_service_are_the_command(
    stack: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.update(ECS)
    asked: list[Any] = []
    monkeypatch.setattr(commands.signal, "signal", lambda number, _: asked.append(number))
    monkeypatch.setattr(
        on_ecs, "run_task", lambda access, tasks, *words, **_: asked.append((access.region, words)) or 7
    )
    assert main(["run", "-s", "dev", "web", "python", "-c", "print(1)"]) == 7
    assert asked == [signal.SIGTERM, ("eu-west-1", ("web", ["python", "-c", "print(1)"]))]


def test_a_service_that_is_not_there_is_one_clear_error(
    stack: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    stack.update(ECS)
    for command in ("run", "exec"):
        assert main([command, "-s", "dev", "wbe"]) == 1
        assert "no service 'wbe'" in (said := capsys.readouterr().out)
        assert "Did you mean 'web'?" in said


def test_a_stack_that_is_not_up_or_older_says_what_to_do(
    stack: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "-s", "dev", "web"]) == 1
    assert "make up STACK=dev" in capsys.readouterr().out
    stack.update({"logGroups": {}})
    assert main(["exec", "-s", "dev", "web"]) == 1
    assert "deployed before it told how" in capsys.readouterr().out


def test_on_this_machine_it_is_docker_compose_run(stack: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    stack["project"] = "shop"
    app = application(service("web"), service("report", extension={"schedule": "rate(1 hour)"}), secrets={})
    monkeypatch.setattr(commands, "read_application", lambda *_: app)
    calls: list[list[str]] = []
    files: list[str] = []

    def compose(project: str, arguments: list[str], props: Any) -> int:
        if "--file" in arguments:
            files.append(Path(arguments[arguments.index("--file", 2) + 1]).read_text())
        calls.append([project, *arguments])
        return 5

    monkeypatch.setattr(on_compose, "_compose", compose)
    assert main(["run", "report", "now"]) == 5
    assert calls[0][-5:] == ["run", "--rm", "--no-deps", "report", "now"]
    assert calls[0][calls[0].index("--profile") + 1] == "jobs"
    assert "replicas: 0" in files[0]
    assert main(["exec", "web"]) == 5
    assert calls[1] == ["shop", "exec", "web", "sh"]


class Ecs:
    def __init__(self, *tasks: dict[str, Any]) -> None:
        self.tasks = list(tasks)
        self.asked: dict[str, Any] = {}

    def list_tasks(self, *, cluster: str, family: str, desiredStatus: str) -> Any:
        assert (cluster, family, desiredStatus) == ("arn:cluster/shop", "shop-web", "RUNNING")
        return {"taskArns": [task["taskArn"] for task in self.tasks]}

    def describe_tasks(self, *, cluster: str, tasks: list[str]) -> Any:
        return {"tasks": self.tasks}

    def execute_command(self, **asked: Any) -> Any:
        self.asked = asked
        return {"session": {"sessionId": "s", "streamUrl": "wss://x", "tokenValue": "t"}}


def running(exec_enabled: bool) -> dict[str, Any]:
    containers = [{"name": "web", "runtimeId": "r1"}]
    arn = "arn:aws:ecs:eu-west-1:1:task/shop/t1"
    return {"taskArn": arn, "lastStatus": "RUNNING", "enableExecuteCommand": exec_enabled, "containers": containers}


def execute(ecs: Ecs, monkeypatch: pytest.MonkeyPatch, *, plugin: bool = True) -> tuple[int, list[str]]:
    ran: list[str] = []
    monkeypatch.setattr(AwsAccess, "client", lambda *_: ecs)
    monkeypatch.setattr(shell.shutil, "which", lambda name: f"/bin/{name}" if plugin else None)
    done = type("Done", (), {"returncode": 0})
    monkeypatch.setattr(shell.subprocess, "run", lambda command, **_: ran.extend(command) or done)
    code = shell.exec_in_task(AwsAccess(region="eu-west-1"), TASKS, "web", ["ls", "a b"], stack="prod")
    return code, ran


def test_exec_hands_the_session_to_the_plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    ecs = Ecs(running(False), running(True))
    code, ran = execute(ecs, monkeypatch)
    assert code == 0
    assert (ecs.asked["command"], ecs.asked["container"], ecs.asked["interactive"]) == ("ls 'a b'", "web", True)
    plugin, session, region, action, profile, target, endpoint = ran
    assert (plugin, region, action, profile) == ("session-manager-plugin", "eu-west-1", "StartSession", "")
    assert json.loads(session)["sessionId"] == "s"
    assert json.loads(target) == {"Target": "ecs:shop_t1_r1"}
    assert endpoint == "https://ssm.eu-west-1.amazonaws.com"


@pytest.mark.parametrize(
    ("tasks", "plugin", "said"),
    [
        ([running(True)], False, r"session-manager-plugin, which is not on PATH(?s:.*)Install it: https://docs"),
        ([], True, r"no task of it runs(?s:.*)berth run -s prod web"),
        ([running(False)], True, r"without ECS Exec(?s:.*)set -s prod enableExec true"),
    ],
)
def test_what_exec_needs_is_said(
    monkeypatch: pytest.MonkeyPatch, tasks: list[dict[str, Any]], plugin: bool, said: str
) -> None:
    with pytest.raises(ToolError, match=said):
        execute(Ecs(*tasks), monkeypatch, plugin=plugin)
