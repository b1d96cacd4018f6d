"""Settings files of pull requests' environments, and which of these are no longer needed."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from rich.console import Console

from berth import stacks
from berth.diagnostics import BerthError, Diagnostic, ToolError
from berth.environments import is_environment, make_file
from berth.stackfile import read_stack
from berth.stacks import Listed
from berth.sweep.options import age, numbers
from berth.sweep.run import stale, sweep

DEV = {
    "berth:platform": "ecs-ec2",
    "berth:ingress": "alb",
    "berth:domain": "dev.example.com",
    "berth:hostedZoneId": "Z1",
    "berth:instanceMaximum": 3,
    "berth:region": "eu-west-1",
    "berth:alarms": True,
    "berth:protectData": True,
    "berth:profiles": ["demo"],
}


def write(root: Path, name: str = "dev", *, top: dict[str, Any] | None = None, **config: Any) -> None:
    (root / f"Pulumi.{name}.yaml").write_text(yaml.safe_dump({**(top or {}), "config": {**DEV, **config}}))


def never(*_: str) -> int:
    raise AssertionError("nothing is encrypted")


def made(root: Path, stack: str = "pr-12", base: str = "dev") -> dict[str, Any]:
    make_file(stack, base, root, never, never)
    return yaml.safe_load((root / f"Pulumi.{stack}.yaml").read_text())["config"]


@pytest.mark.parametrize("name", ["pr-1", "pr-1200"])
def test_an_environment_s_name(name: str) -> None:
    assert is_environment(name)


@pytest.mark.parametrize("name", ["dev", "pr-", "pr-0", "pr-x", "xpr-1", "pr-1-b", "pr-01"])
def test_no_environment_s_name(name: str) -> None:
    assert not is_environment(name)


def test_it_has_the_other_stack_s_settings_but_what_that_one_shares_and_keeps(tmp_path: Path) -> None:
    write(tmp_path)
    lines = make_file("pr-12", "dev", tmp_path, never, never)
    text = (tmp_path / "Pulumi.pr-12.yaml").read_text()
    assert yaml.safe_load(text)["config"] == {
        "berth:platform": "ecs-ec2",
        "berth:region": "eu-west-1",
        "berth:profiles": ["demo"],
        "berth:sharedStack": "dev",
        "berth:subdomain": "pr-12",
        "berth:managedServices": False,
        "berth:tags": {"berth:environment": "pr-12"},
    }
    assert text.startswith("# Made by `berth up` from Pulumi.dev.yaml")
    assert lines[0].startswith("wrote Pulumi.pr-12.yaml from Pulumi.dev.yaml: on dev's network")
    assert lines[1] == "not taken from dev: alarms, domain, hostedZoneId, ingress, instanceMaximum, protectData"
    assert read_stack("pr-12", tmp_path).domain == "pr-12.dev.example.com"


def test_its_tags_and_its_boundary_are_its_own(tmp_path: Path) -> None:
    arns = {name: f"arn:aws:iam::123456789012:policy/{name}" for name in ("stacks", "environments")}
    write(tmp_path, **{"berth:tags": {"team": "shop"}, "berth:permissionsBoundaryArn": arns["stacks"]})
    config = made(tmp_path)
    assert config["berth:tags"] == {"team": "shop", "berth:environment": "pr-12"}
    assert config["berth:permissionsBoundaryArn"] == arns["stacks"]
    write(
        tmp_path,
        **{
            "berth:permissionsBoundaryArn": arns["stacks"],
            "berth:environmentsBoundaryArn": arns["environments"],
        },
    )
    config = made(tmp_path)
    assert config["berth:permissionsBoundaryArn"] == arns["environments"]
    assert "berth:environmentsBoundaryArn" not in config


def test_without_a_domain_each_has_a_port(tmp_path: Path) -> None:
    write(tmp_path, **{"berth:domain": None, "berth:hostedZoneId": None})
    file = tmp_path / "Pulumi.dev.yaml"
    file.write_text("".join(line for line in file.read_text().splitlines(keepends=True) if "null" not in line))
    assert made(tmp_path)["berth:listenerPort"] == 20_012
    assert made(tmp_path, "pr-29999")["berth:listenerPort"] == 49_999
    with pytest.raises(ToolError, match="no port for pr-30000"):
        made(tmp_path, "pr-30000")


def test_on_a_stack_that_uses_another_it_uses_that_one_too(tmp_path: Path) -> None:
    write(tmp_path, "platform")
    own = {"berth:platform": "ecs-ec2", "berth:sharedStack": "platform", "berth:profiles": ["shop"]}
    (tmp_path / "Pulumi.shop.yaml").write_text(yaml.safe_dump({"config": own}))
    config = made(tmp_path, base="shop")
    assert (config["berth:sharedStack"], config["berth:profiles"]) == ("platform", ["shop"])


def test_a_stack_on_this_machine_shares_nothing(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.local.yaml").write_text("config: {}")
    with pytest.raises(ToolError, match="runs on this machine"):
        made(tmp_path, base="local")
    with pytest.raises(BerthError, match="no such environment"):
        made(tmp_path, base="nope")


@pytest.mark.parametrize("code", [0, 255])
def test_encrypted_values_are_encrypted_anew_by_pulumi(tmp_path: Path, code: int) -> None:
    secret = {"berth:secrets": {"key": {"secure": "v1:dev"}, "plain": "p"}}
    write(tmp_path, top={"secretsprovider": "awskms://alias/x", "encryptionsalt": "v1:dev"}, **secret)
    file = tmp_path / "Pulumi.pr-12.yaml"
    calls: list[tuple[str, ...]] = []

    def run(*words: str) -> int:
        calls.append(words)
        own = yaml.safe_load(file.read_text())
        assert "berth:secrets" not in own["config"], "nothing that another key encrypted"
        copied = {**own["config"], **DEV, "berth:secrets": {"key": {"secure": "v1:pr-12"}, "plain": "p"}}
        file.write_text(yaml.safe_dump({**own, "encryptionsalt": "v1:pr-12", "config": copied}))
        return code

    def ready(stack: str) -> None:
        calls.append(("ready", stack))

    if code:
        with pytest.raises(ToolError, match="encrypted values that Pulumi cannot copy"):
            make_file("pr-12", "dev", tmp_path, run, ready)
        assert not file.exists()
        return
    make_file("pr-12", "dev", tmp_path, run, ready)
    assert calls == [("ready", "pr-12"), ("config", "cp", "--stack", "dev", "--dest", "pr-12")]
    content = yaml.safe_load(file.read_text())
    assert (content["secretsprovider"], content["encryptionsalt"]) == ("awskms://alias/x", "v1:pr-12")
    assert content["config"]["berth:secrets"] == {"key": {"secure": "v1:pr-12"}, "plain": "p"}
    assert "berth:domain" not in content["config"]
    assert content["config"]["berth:sharedStack"] == "dev"


NOW = datetime(2026, 5, 8, tzinfo=UTC)


def listed(name: str, days: float | None = 1) -> Listed:
    return Listed(name=name, changed=None if days is None else NOW - timedelta(days=days), resources=9)


@pytest.mark.parametrize(
    ("still_open", "limit", "names"),
    [
        (frozenset({12}), None, ["pr-3", "pr-9"]),
        (frozenset(), None, ["pr-12", "pr-3", "pr-9"]),
        (None, timedelta(days=7), ["pr-12"]),
        (frozenset({3, 12}), timedelta(days=7), ["pr-12", "pr-9"]),
    ],
)
def test_what_is_closed_or_old_goes_and_no_other_stack(
    still_open: frozenset[int] | None, limit: timedelta | None, names: list[str]
) -> None:
    stacks_ = [listed("dev", 99), listed("pr-12", 8), listed("pr-3"), listed("pr-9", None), listed("prod", 99)]
    assert [name for name, _ in stale(stacks_, still_open, limit, NOW)] == names


def options(**values: Any) -> argparse.Namespace:
    return argparse.Namespace(
        **{"open": None, "github": None, "label": None, "older_than": None, "dry_run": False, **values}
    )


def test_one_failure_stops_no_other(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(stacks, "list_stacks", lambda: (listed("pr-1"), listed("pr-2"), listed("pr-3")))
    removed: list[str] = []

    def down(name: str, _: Console) -> int:
        if name == "pr-1":
            raise ToolError(Diagnostic(message="locked"))
        removed.append(name)
        return 1 if name == "pr-2" else 0

    assert sweep(options(open=frozenset()), Console(), down) == 1
    assert removed == ["pr-2", "pr-3"]
    assert "not removed: pr-1, pr-2" in capsys.readouterr().out
    removed.clear()
    assert sweep(options(open=frozenset(), dry_run=True), Console(), down) == 0
    assert removed == []
    assert sweep(options(open=frozenset({1, 2})), Console(), down) == 0
    assert removed == ["pr-3"]
    with pytest.raises(ToolError, match="nothing says"):
        sweep(options(), Console(), down)


def test_numbers_and_ages_as_they_are_written() -> None:
    assert numbers("12, 15\n99\n") == {12, 15, 99}
    assert numbers("") == frozenset()
    assert (age("36h"), age("7d"), age("2w")) == (timedelta(hours=36), timedelta(days=7), timedelta(days=14))
    for parse, text in ((numbers, "12;15"), (numbers, "#12"), (age, "7"), (age, "0d"), (age, "1m")):
        with pytest.raises(argparse.ArgumentTypeError):
            parse(text)


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple[str, ...]]:
    """The calls of Pulumi's CLI, all of which go well; the checkout is empty."""
    calls: list[tuple[str, ...]] = []

    def pulumi(*words: str, platform: str = "") -> int:
        calls.append(words)
        return 0

    monkeypatch.setattr(stacks, "ROOT", tmp_path)
    monkeypatch.setattr(stacks, "pulumi", pulumi)
    monkeypatch.setattr(stacks, "take_up", lambda *_: None)
    return calls


@pytest.mark.parametrize("with_file", [True, False])
def test_down_leaves_nothing_of_an_environment(
    cli: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, with_file: bool
) -> None:
    monkeypatch.setattr(stacks, "list_stacks", lambda: (listed("pr-12"),))
    if with_file:
        write(tmp_path, "pr-12")
    assert stacks.down("pr-12", Console()) == 0
    assert [words[:2] for words in cli[-2:]] == [("destroy", "--stack"), ("stack", "rm")]
    assert list(tmp_path.iterdir()) == []


def test_down_of_an_environment_that_is_not_there(cli: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stacks, "list_stacks", lambda: (listed("pr-1"),))
    assert stacks.down("pr-12", Console()) == 0
    assert cli == []


def test_down_refuses_to_take_away_what_others_use(
    cli: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    reference = {"type": "pulumi:pulumi:StackReference", "id": "acme/berth/dev"}
    states = {"pr-1": [reference], "prod": [{"type": "aws:ec2/vpc:Vpc", "id": "dev"}], "pr-2": [reference]}
    write(tmp_path)
    monkeypatch.setattr(stacks, "list_stacks", lambda: tuple(listed(name) for name in ("dev", *states)))
    monkeypatch.setattr(stacks, "pulumi_output", lambda *words: {"deployment": {"resources": states[words[-1]]}})
    with pytest.raises(ToolError, match="pr-1, pr-2 use the network") as caught:
        stacks.down("dev", Console())
    assert "make down STACK=pr-1; make down STACK=pr-2" in str(caught.value)
    assert cli == []
    states.update({"pr-1": [], "pr-2": []})
    assert stacks.down("dev", Console()) == 0
    assert (tmp_path / "Pulumi.dev.yaml").exists()


def test_what_outlives_its_stack_is_named() -> None:
    kept = {"type": "aws:efs/fileSystem:FileSystem", "id": "fs-1", "retainOnDelete": True}
    export = {"deployment": {"resources": [{"type": "pulumi:pulumi:Stack"}, kept, {**kept, "retainOnDelete": False}]}}
    assert stacks.retained(export) == ["aws:efs/fileSystem:FileSystem fs-1"]
