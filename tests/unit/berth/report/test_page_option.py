"""``--html``, of both commands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.berth.report.document import read
from tests.unit.berth.report.previews import text
from tests.unit.berth.report.test_run import berth, pulumi  # noqa: F401  a fixture

Preview = Callable[..., list[list[str]]]


def heading(page: str) -> str:
    return read(page).all("h1")[0].text


def test_a_preview_writes_a_page_with_its_files_dependencies(
    pulumi: Preview,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    pulumi("managed.jsonl")
    file = tmp_path / "report.html"
    code, said = berth(capsys, "preview", "test", "--html", str(file), "--commit", "0123456789abcdef")
    assert code == 0 and "test: 9 to create" in said and "<html" not in said
    page = file.read_text(encoding="utf-8")
    assert heading(page) == "test: 9 to create, 0 to update, 0 to replace, 24 to delete"
    assert "commit 0123456789ab " in page and "web: unchanged; depends on api" in page


def test_the_folder_is_looked_for_before_pulumi_runs(
    pulumi: Preview,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    asked = pulumi("image.jsonl")
    code, said = berth(capsys, "preview", "test", "--html", str(tmp_path / "none" / "report.html"))
    assert code == 1 and "its folder does not exist" in said and asked == []


def test_a_log_as_a_page(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    log, file, comment = tmp_path / "log", tmp_path / "report.html", tmp_path / "report.md"
    log.write_text(text("port.jsonl"))
    code, said = berth(capsys, "plan-report", str(log), "--html", str(file), "--markdown", str(comment))
    assert code == 0 and "TCP port 9000 is opened" in said
    assert heading(file.read_text(encoding="utf-8")).startswith("test: 8 to create")
    assert comment.read_text().startswith("<!-- berth:preview:")
    code, said = berth(capsys, "plan-report", str(log), "--html", "-")
    assert code == 0 and said == file.read_text(encoding="utf-8")


def test_one_is_printed_and_the_other_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    log, file = tmp_path / "log", tmp_path / "report.html"
    log.write_text(text("port.jsonl"))
    code, said = berth(capsys, "plan-report", str(log), "--html", str(file), "--markdown", "-")
    assert code == 0 and said.startswith("<!-- berth:preview:") and file.exists()
    code, said = berth(capsys, "plan-report", str(log), "--html", "-", "--markdown", "-")
    assert code == 1 and said.startswith("--markdown - and --html - would print into one another")
