"""What a pull request's comment says of its environment, whatever has become of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from berth import stacks
from berth.__main__ import main
from berth.diagnostics import Diagnostic, ToolError

MARKER = "<!-- berth:environment:berth/pr-7 -->"
RUN = "https://github.com/acme/shop/actions/runs/5"


@pytest.fixture(autouse=True)
def in_a_workflow(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("SERVER_URL", "https://github.com"), ("REPOSITORY", "acme/shop"), ("RUN_ID", "5")):
        monkeypatch.setenv(f"GITHUB_{name}", value)


def said(tmp_path: Path, *words: str, code: int = 0) -> list[str]:
    file = tmp_path / "environment.md"
    assert main([*words, "pr-7", "--markdown", str(file)]) == code
    lines = file.read_text().splitlines()
    assert lines[0] == MARKER
    return lines[1:]


def test_the_urls_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stacks, "up", lambda *_, **__: 0)
    found = {"web": "https://pr-7.dev.example.com/", "a_b|c": "http://lb:20007/"}
    monkeypatch.setattr(stacks, "urls", lambda _: found)
    lines = said(tmp_path, "up")
    assert lines[0] == "### Environment `pr-7`"
    assert [line for line in lines if "://" in line] == [
        r"| a_b\|c | http://lb:20007/ |",
        "| web | https://pr-7.dev.example.com/ |",
        f"[This run]({RUN}) has deployed it.",
    ]
    found.clear()
    assert "Nothing in it is reached from outside." in said(tmp_path, "up")


def test_a_deployment_that_fails_is_told_with_where_it_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(stacks, "up", lambda *_, **__: 255)
    lines = said(tmp_path, "up", code=255)
    assert lines[0] == "### Environment `pr-7` could not be deployed"
    assert any(line.startswith(f"[This run]({RUN}) says why.") for line in lines)

    def refuse(*_: object, **__: object) -> int:
        raise ToolError(Diagnostic(message="dev has no load balancer"))

    (tmp_path / "environment.md").unlink()
    monkeypatch.setattr(stacks, "up", refuse)
    assert said(tmp_path, "up", code=1) == lines
    assert "dev has no load balancer" in capsys.readouterr().out


@pytest.mark.parametrize(("code", "words"), [(0, "is gone"), (255, "could not be removed")])
def test_whether_it_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, words: str) -> None:
    monkeypatch.setattr(stacks, "down", lambda *_: code)
    assert said(tmp_path, "down", code=code)[0] == f"### Environment `pr-7` {words}"


def test_without_the_option_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(stacks, "down", lambda *_: 0)
    assert main(["down", "pr-7"]) == 0
    assert list(tmp_path.iterdir()) == []
