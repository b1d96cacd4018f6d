"""The report of a rehearsal, and its exit code whatever fails."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from berth.__main__ import main
from berth.answer import Answer
from berth.rehearsal import run


class Workspace:
    """A stack that behaves, but for what a test changes."""

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.pending: dict[str, str] = {}

    def up(self) -> dict[str, Any]:
        self.ran.append("up")
        return {"urls": {"web": "http://192.0.2.1:8080/"}}

    def changes(self) -> dict[str, str]:
        return self.pending

    def run(self, *arguments: str) -> None:
        self.ran.append(arguments[0])


@pytest.fixture
def workspace(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Workspace:
    made = Workspace()

    @contextmanager
    def emulator(_directory: Path) -> Iterator[Any]:
        yield SimpleNamespace(client=lambda _: None, endpoint="http://localhost:1", port=1)

    (tmp_path / "Pulumi.dev.yaml").write_text("config: {berth:platform: ecs-ec2}")
    monkeypatch.setattr(run, "ROOT", tmp_path)
    monkeypatch.setattr(run, "emulator", emulator)
    monkeypatch.setattr(run, "base_images", dict)
    monkeypatch.setattr(run, "seed", lambda *_: {})
    monkeypatch.setattr(run, "resources", lambda _: frozenset({"of the account"}))
    monkeypatch.setattr(run, "make_workspace", lambda *_, **__: made)
    monkeypatch.setattr(run, "places", lambda _: {})
    monkeypatch.setattr(run, "ask", lambda *_: Answer(ok=True, text="answers 200"))
    return made


def rehearse() -> tuple[int, str]:
    printed = io.StringIO()
    return run.rehearse("dev", Console(file=printed, width=120)), printed.getvalue()


def test_every_step_is_reported(workspace: Workspace) -> None:
    code, text = rehearse()
    assert code == 0
    assert workspace.ran == ["up", "destroy"]
    assert text.count("passed") == 6
    assert "answers 200" in text
    assert "dev is fine" in text


def test_a_preview_that_is_not_empty_fails(workspace: Workspace) -> None:
    workspace.pending = {"Service shop-dev-web": "update"}
    code, text = rehearse()
    assert code == 1
    assert "it would change Service shop-dev-web (update)" in text
    assert "fine" not in text


def test_a_url_that_does_not_answer_fails(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "ask", lambda *_: Answer(ok=False, text="answers 502"))
    code, text = rehearse()
    assert code == 1
    assert "answers 502" in text


def test_what_is_left_over_fails(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = iter([frozenset(), frozenset({"ec2 describe_vpcs vpc-1"})])
    monkeypatch.setattr(run, "resources", lambda _: next(looks))
    code, text = rehearse()
    assert code == 1
    assert "left over: ec2 describe_vpcs vpc-1" in text


def test_a_deployment_that_fails_is_told_in_full(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError("pulumi up:\ncontainer web: exit code 3")

    monkeypatch.setattr(workspace, "up", fail)
    code, text = rehearse()
    assert code == 1
    assert "container web: exit code 3" in text
    assert ".berth/rehearsal/dev" in text


def test_no_such_environment_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rehearse", "nope"]) == 1
    assert "Pulumi.nope.yaml: no such environment" in capsys.readouterr().out


def test_local_needs_no_rehearsal(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rehearse", "local"]) == 1
    assert "make up STACK=local" in capsys.readouterr().out
