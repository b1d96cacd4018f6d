"""The two commands: what they ask of Pulumi, what they write, and with which exit code they end."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from berth import __main__, stacks
from tests.unit.berth.report.applications import project
from tests.unit.berth.report.previews import text

Run = Callable[..., int]


@pytest.fixture
def pulumi(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str, int], list[list[str]]]:
    """Pulumi's CLI as a recorded preview: it writes this log, and ends with this code."""

    def stand_in(log: str, code: int = 0) -> list[list[str]]:
        asked: list[list[str]] = []

        def run(*arguments: str, platform: str = "compose", environment: Mapping[str, str] | None = None) -> int:
            asked.append([*arguments])
            if arguments[0] == "stack":
                return 0
            assert environment == {"PULUMI_DEBUG_COMMANDS": "1"}  # else the CLI has no --event-log
            assert platform == "ecs-fargate"
            if log:
                Path(arguments[arguments.index("--event-log") + 1]).write_text(text(log))
            return code

        monkeypatch.setattr(stacks, "ROOT", project(tmp_path))
        monkeypatch.setattr(stacks, "pulumi", run)
        return asked

    return stand_in


def berth(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = __main__.main(arguments)
    return code, capsys.readouterr().out


def test_a_preview_prints_its_report_and_writes_what_is_asked_for(
    pulumi: Callable[..., list[list[str]]], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    asked = pulumi("port.jsonl")
    markdown, events = tmp_path / "report.md", tmp_path / "events.jsonl"
    options = ("--markdown", str(markdown), "--events", str(events), "--commit", "0123456789abcdef")
    code, said = berth(capsys, "preview", "test", *options)
    assert code == 0
    assert asked[-1][:4] == ["preview", "--stack", "test", "--diff"]
    assert "test: 8 to create, 1 to update" in said and "TCP port 9000 is opened to the internet" in said
    assert markdown.read_text().startswith("<!-- berth:preview:berth/test -->\n## test: 8 to create")
    assert "commit 0123456789ab " in markdown.read_text()
    assert events.read_text() == text("port.jsonl")


def test_a_failed_preview_is_reported_and_keeps_its_exit_code(
    pulumi: Callable[..., list[list[str]]], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    pulumi("policy.jsonl", 255)
    code, said = berth(capsys, "preview", "test", "--markdown", str(tmp_path / "report.md"))
    assert code == 255
    assert "test: the preview failed" in said and "https-only" in said
    assert "the preview failed" in (tmp_path / "report.md").read_text().splitlines()[1]
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".jsonl") == []


def test_a_preview_that_never_began_is_reported_too(
    pulumi: Callable[..., list[list[str]]], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    pulumi("", 3)
    code, said = berth(capsys, "preview", "test", "--markdown", str(tmp_path / "report.md"))
    assert code == 3
    assert "Pulumi ended with exit code 3 before it had planned anything" in said
    assert "berth/test -->" in (tmp_path / "report.md").read_text()


def test_a_stack_that_cannot_be_selected_is_reported_too(
    pulumi: Callable[..., list[list[str]]],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    pulumi("")
    (tmp_path / "Pulumi.yaml").write_text("name: corner-shop\nruntime: python\n")
    monkeypatch.setattr(stacks, "pulumi", lambda *_, **__: 255)
    code, said = berth(capsys, "preview", "test", "--markdown", str(tmp_path / "report.md"))
    assert code == 1 and "could not select the stack 'test'" in said
    lines = (tmp_path / "report.md").read_text().splitlines()
    assert lines[:2] == ["<!-- berth:preview:corner-shop/test -->", "## test: the preview failed"]
    assert any("could not select the stack" in line for line in lines)


def test_an_old_log_is_not_taken_for_this_previews(
    pulumi: Callable[..., list[list[str]]], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    pulumi("", 1)
    events = tmp_path / "events.jsonl"
    events.write_text(text("image.jsonl"))
    _, said = berth(capsys, "preview", "test", "--events", str(events))
    assert "1.5.0" not in said


def test_a_folder_that_is_not_there_is_said_before_pulumi_runs(
    pulumi: Callable[..., list[list[str]]], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for option in ("--events", "--markdown"):
        asked = pulumi("image.jsonl")
        code, said = berth(capsys, "preview", "test", option, str(tmp_path / "none" / "file"))
        assert code == 1 and "its folder does not exist" in said
        assert not [arguments for arguments in asked if arguments[0] == "preview"]


@pytest.mark.parametrize("name", ["image.jsonl", "image.json"])
def test_a_log_is_reported_by_itself(name: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_text(text(name))
    code, said = berth(capsys, "plan-report", str(file))
    assert code == 0 and "image shop/api 1.4.0 → 1.5.0" in said
    assert "<!--" not in said
    code, said = berth(capsys, "plan-report", str(file), "--markdown", "-")
    assert code == 0 and said.startswith("<!-- berth:preview:berth/test -->\n")
    assert "image shop/api 1.4.0 → 1.5.0" in said


def test_with_its_stack_a_log_says_more(
    pulumi: Callable[..., list[list[str]]], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    pulumi("")
    file = tmp_path / "log"
    file.write_text(text("image.jsonl"))
    _, alone = berth(capsys, "plan-report", str(file), "--markdown", "-")
    _, more = berth(capsys, "plan-report", str(file), "-s", "test", "--markdown", "-")
    assert "|healthy|" in more and "|healthy|" not in alone
    code, said = berth(capsys, "plan-report", str(file), "-s", "none")
    assert code == 1 and "no such environment" in said


def test_what_is_no_log_is_one_error(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_text("hello")
    code, said = berth(capsys, "plan-report", str(file))
    assert code == 1 and "is no log of a preview" in said and os.linesep in said
