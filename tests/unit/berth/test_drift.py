"""What ``drift`` makes of a preview that asks AWS first, and what its exit code says."""

from __future__ import annotations

import io
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from berth import drift, stacks
from berth.diagnostics import ToolError

URN = "urn:pulumi:dev::berth::berth:components:Service$aws:ecs/service:Service::one-dev-web"
SAME = {"op": "same", "urn": URN}
CHANGED = {"op": "update", "urn": URN, "detailedDiff": {"desiredCount": {"kind": "UPDATE"}}}


def answer(monkeypatch: pytest.MonkeyPatch, output: str, code: int = 0, errors: str = "") -> list[tuple[str, ...]]:
    asked: list[tuple[str, ...]] = []

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        asked.append(arguments)
        return subprocess.CompletedProcess(arguments, code, output, errors)

    monkeypatch.setattr(drift, "run_quietly", run)
    return asked


def run(console: Console) -> tuple[int, str]:
    with console.capture() as said:
        code = drift.drift("dev", console)
    return code, said.get()


@pytest.mark.parametrize(
    ("steps", "code", "part"),
    [
        ([SAME], 0, "dev is as its files say"),
        ([SAME, CHANGED], 2, "update aws:ecs/service:Service one-dev-web: desiredCount"),
        ([{"op": "create", "urn": URN}], 2, "create aws:ecs/service:Service one-dev-web\n"),
    ],
)
def test_the_exit_code_says_whether_there_is_drift(
    monkeypatch: pytest.MonkeyPatch, steps: list[dict[str, Any]], code: int, part: str
) -> None:
    asked = answer(monkeypatch, "warning: something\n" + json.dumps({"steps": steps}))
    found, said = run(Console(width=200))
    assert (found, part in said) == (code, True)
    assert ("up dev --refresh" in said) == bool(code)
    assert {"preview", "--refresh", "--json"} <= set(asked[0])


def test_the_report_is_for_an_issue(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "drift.md"
    for steps, part in (
        ([CHANGED], "- `update aws:ecs/service:Service one-dev-web: desiredCount`\n"),
        ([SAME], "files"),
    ):
        answer(monkeypatch, json.dumps({"steps": steps}))
        drift.drift("dev", Console(file=io.StringIO()), file)
        assert part in file.read_text()
        assert ("up dev --refresh" in file.read_text()) == (steps == [CHANGED])


@pytest.mark.parametrize(
    ("output", "errors", "message"),
    [
        (json.dumps({"diagnostics": [{"severity": "error", "message": "AWS does not answer\n"}]}), "", "AWS does not"),
        ("", "error: no stack named 'dev' found", "no stack named"),
    ],
)
def test_a_preview_that_fails_is_no_drift(
    monkeypatch: pytest.MonkeyPatch, output: str, errors: str, message: str
) -> None:
    answer(monkeypatch, output, code=255, errors=errors)
    with pytest.raises(ToolError, match=message):
        run(Console())


def test_a_stack_without_a_file_is_refused() -> None:
    with pytest.raises(ToolError, match=r"Pulumi\.prd\.yaml: no such environment"):
        drift.drift("prd", Console())


def test_ctrl_c_waits_for_pulumi(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pulumi has the signal itself and writes its state; ``subprocess.run`` would kill it."""
    waits = iter([KeyboardInterrupt(), KeyboardInterrupt(), 255])

    class Process:
        def __init__(self, *_arguments: Any, **_named: Any) -> None: ...

        def __enter__(self) -> Process:
            return self

        def __exit__(self, *_error: Any) -> None: ...

        def wait(self) -> int:
            found = next(waits)
            if isinstance(found, BaseException):
                raise found
            return found

    monkeypatch.setattr(stacks, "_pulumi", lambda: "pulumi")
    monkeypatch.setattr(subprocess, "Popen", Process)
    assert stacks.pulumi("up") == 255
