"""The state is written only where the next preview changes the service in place; else it is as it was."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from rich.console import Console

from berth import stacks
from berth.diagnostics import ToolError
from berth.importing import run as command
from berth.settings import Settings
from tests.unit.berth.importing.services import ARN, CLUSTER, GROUP, container, live

STACK = "urn:pulumi:prod::berth::pulumi:pulumi:Stack::berth-prod"
APP = "urn:pulumi:prod::berth::berth:platforms:EcsApplication::shop-prod"
PROVIDER = "urn:pulumi:prod::berth::berth:platforms:EcsApplication$pulumi:providers:aws::aws"
PARENT = "urn:pulumi:prod::berth::berth:platforms:EcsApplication$berth:components:Service::shop-prod-web"
SERVICE = PARENT.replace("::shop-prod-web", "$aws:ecs/service:Service::shop-prod-web")
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
INPUTS = {"cluster": CLUSTER, "name": "shop-prod-web-0a1b2c3", "networkConfiguration": {"subnets": ["subnet-1"]}}
KEYS = ["accessKey"]


def step(urn: str, kind: str, parent: str = "", op: str = "create", **more: Any) -> dict[str, Any]:
    state = {"urn": urn, "type": kind, "custom": kind.startswith(("aws:", "pulumi:providers")), **more.pop("state", {})}
    return {"op": op, "urn": urn, "newState": {**state, **({"parent": parent} if parent else {})}, **more}


def preview(op: str, **more: Any) -> str:
    provider = {"inputs": {"region": "eu-west-1", "accessKey": "test"}, "additionalSecretOutputs": KEYS}
    steps = [
        step(STACK, "pulumi:pulumi:Stack"),
        step(APP, "berth:platforms:EcsApplication", STACK),
        step(PROVIDER, "pulumi:providers:aws", APP, state=provider),
        step(PARENT, "berth:components:Service", APP),
        step(
            *(SERVICE, "aws:ecs/service:Service", PARENT, op),
            state={"inputs": INPUTS, "provider": f"{PROVIDER}::{UNKNOWN}", "dependencies": ["urn:not:there"]},
            **more,
        ),
    ]
    return "warning: of the program\n" + json.dumps({"steps": steps})


class Pulumi:
    """Answers each preview by the next of ``previews``, and keeps what is imported."""

    def __init__(self, *previews: str, resources: list[dict[str, Any]] | None = None) -> None:
        self.previews = list(previews)
        self.exported = {"version": 3, "deployment": {"resources": resources} if resources else {}}
        self.imported: list[dict[str, Any]] = []

    def run_quietly(self, *arguments: str) -> CompletedProcess[str]:
        assert arguments[0] == "preview"
        printed = self.previews.pop(0)
        return CompletedProcess(arguments, 0 if printed else 255, printed, "error: it broke")

    def pulumi_text(self, *arguments: str) -> str:
        if arguments[1] == "import":
            self.imported.append(json.loads(Path(arguments[-1]).read_text()))
        return json.dumps(self.exported)


@pytest.fixture
def take(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    def take(pulumi: Pulumi, *, platform: Any = "ecs-fargate", **service: Any) -> str:
        settings = Settings(platform=platform, region="eu-west-1")
        monkeypatch.setattr(stacks, "ROOT", tmp_path)
        monkeypatch.setattr(stacks, "refuse_unknown", lambda stack: None)
        monkeypatch.setattr(stacks, "make_ready", lambda stack, console: None)
        monkeypatch.setattr(stacks, "read_stack", lambda stack, root: settings)
        monkeypatch.setattr(stacks, "run_quietly", pulumi.run_quietly)
        monkeypatch.setattr(stacks, "pulumi_text", pulumi.pulumi_text)
        monkeypatch.setattr(command, "read_access", lambda stack: None)
        logs = container(logConfiguration={"options": {"awslogs-group": "/ecs/web"}})
        monkeypatch.setattr(command, "read_live", lambda access, place: live(logs, **service))
        console = Console(record=True, width=300)
        options = Namespace(stack="prod", service="web", existing="live/web", leave_target_groups=True)
        assert command.run(options, console) == 0
        return console.export_text()

    return take


def test_the_service_is_in_the_state_by_its_own_name_after_parents_and_provider(take: Any, tmp_path: Path) -> None:
    pulumi = Pulumi(preview("create"), preview("update", detailedDiff={"taskDefinition": {"kind": "update"}}))
    said = take(pulumi)
    ((written,),) = [pulumi.imported]
    resources = written["deployment"]["resources"]
    assert [one["urn"] for one in resources] == [STACK, APP, PROVIDER, PARENT, SERVICE]
    provider, service = resources[2], resources[4]
    assert provider["inputs"]["accessKey"]["plaintext"] == '"test"', "for `stack import` to encrypt"
    assert provider["inputs"]["region"] == "eu-west-1"
    assert service["id"] == ARN
    assert service["provider"] == f"{PROVIDER}::{provider['id']}"
    assert service["inputs"]["name"] == "web"
    assert "name" in service["inputs"]["__defaults"], "or the program's next name would be another service"
    assert service["refreshBeforeUpdate"]
    assert "dependencies" not in service
    assert UNKNOWN not in json.dumps(written)
    assert "in place: taskDefinition\n" in said
    assert "log group /ecs/web" in said
    (backup,) = (tmp_path / ".berth" / "states").iterdir()
    assert json.loads(backup.read_text()) == pulumi.exported
    assert backup.stat().st_mode & 0o077 == 0


def test_a_stack_that_has_its_provider_keeps_it(take: Any) -> None:
    known = [{"urn": urn, "id": "own"} for urn in (STACK, APP, PROVIDER)]
    pulumi = Pulumi(preview("create"), preview("update"), resources=known)
    take(pulumi)
    resources = pulumi.imported[0]["deployment"]["resources"]
    assert [one["urn"] for one in resources] == [STACK, APP, PROVIDER, PARENT, SERVICE]
    assert resources[4]["provider"] == f"{PROVIDER}::own"


@pytest.mark.parametrize(
    ("after", "message"),
    [
        (preview("replace", detailedDiff={"launchType": {"kind": "update-replace"}}), "replace web.*launchType"),
        (preview("create"), "would create web"),
        ("", "it broke"),
    ],
)
def test_whatever_else_the_next_preview_does_undoes_it(take: Any, after: str, message: str) -> None:
    pulumi = Pulumi(preview("create"), after)
    with pytest.raises(ToolError, match=message):
        take(pulumi)
    assert pulumi.imported[-1] == pulumi.exported
    assert len(pulumi.imported) == 2


@pytest.mark.parametrize(
    "known", [{"urn": SERVICE, "id": "another"}, {"urn": f"{SERVICE}-2", "id": ARN}], ids=["its place", "itself"]
)
def test_no_service_is_in_a_stack_twice(take: Any, known: dict[str, Any]) -> None:
    pulumi = Pulumi(preview("create"), resources=[known])
    with pytest.raises(ToolError, match="already"):
        take(pulumi)
    assert pulumi.imported == []


def test_a_refusal_writes_nothing(take: Any) -> None:
    pulumi = Pulumi(preview("create"))
    with pytest.raises(ToolError, match="DRAINING"):
        take(pulumi, status="DRAINING")
    with pytest.raises(ToolError, match="ecs-ec2"):
        take(pulumi, platform="ecs-ec2")
    assert pulumi.imported == []


def test_what_would_stay_behind_is_named(take: Any) -> None:
    said = take(
        Pulumi(preview("create"), preview("update")),
        loadBalancers=[{"targetGroupArn": GROUP, "containerName": "web", "containerPort": 8000}],
        serviceRegistries=[{"registryArn": "arn:aws:servicediscovery:eu-west-1:1:service/srv-1"}],
        tags=[{"key": "aws:cloudformation:stack-name", "value": "kudos-web"}],
        scaling={"policies": [{"PolicyName": "by-cpu"}]},
        task={"taskRoleArn": "arn:aws:iam::1:role/old-task"},
    )
    parts = {
        "targetgroup/old-web",
        "srv-1",
        "kudos-web",
        "DeletionPolicy",
        "by-cpu",
        "old-task: the containers LOSE",
        "sg-1",
    }
    assert {part for part in parts if part in said} == parts
