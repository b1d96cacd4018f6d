"""The findings as a terminal shows them."""

from __future__ import annotations

import io
from pathlib import Path

from berth.check.findings import Finding, Report, check
from berth.check.text import print_text
from berth.diagnostics import Diagnostic, Severity
from tests.unit.berth.check.project import WEB, compose, stack


def printed(report: Report) -> list[str]:
    stream = io.StringIO()
    print_text(report, stream)
    return stream.getvalue().splitlines()


def test_a_paragraph_for_each_service_and_the_counts(tmp_path: Path) -> None:
    stack(tmp_path, "dev", platform="ecs-fargate")
    stack(tmp_path, "local")
    compose(tmp_path, f"{WEB}    ipc: host\n    container_name: front\n")
    lines = printed(check(tmp_path))
    assert lines[0] == "service web"
    assert lines[1].split() == ["error", "compose.yaml:4", "ipc", "(dev)"]
    assert lines[2].strip() == "ECS gives no access to this part of the host"
    assert lines[3].strip().startswith("Leave it out")
    assert lines[4].split() == ["warning", "compose.yaml:5", "container_name", "(dev)"]
    assert lines[-1] == "1 error, 1 warning: stacks dev, local."


def test_one_stack_needs_no_name_beside_its_findings() -> None:
    about = Diagnostic(file="a.yaml", key="networks", message="lost", severity=Severity.WARNING)
    lines = printed(Report(stacks=("dev",), findings=(Finding(stacks=("dev",), diagnostic=about),)))
    assert lines[0] == "the whole application"
    assert lines[1].split() == ["warning", "a.yaml", "networks"]
    assert lines[-1] == "0 errors, 1 warning: stack dev."


def test_nothing_found_is_one_line() -> None:
    assert printed(Report(stacks=("dev", "local"), findings=())) == ["Nothing found: stacks dev, local."]


def test_long_lines_and_brackets_are_left_alone() -> None:
    message = "[bold]" + "long words " * 30 + "end"
    found = Finding(stacks=("dev",), diagnostic=Diagnostic(file="a.yaml", message=message))
    assert message in "\n".join(printed(Report(stacks=("dev",), findings=(found,))))
