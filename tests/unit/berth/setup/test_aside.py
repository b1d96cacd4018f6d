"""A tool in an environment of its own: installed once a version, anew after an interruption."""

from __future__ import annotations

import subprocess
import venv
from pathlib import Path
from typing import Any

import pytest

from berth.diagnostics import ToolError
from berth.setup.aside import install


class Pip:
    """In place of pip: how often it ran, and how it ends."""

    def __init__(self, error: str = "") -> None:
        self.runs = 0
        self.error = error

    def __call__(self, command: list[Any], **_: Any) -> subprocess.CompletedProcess[str]:
        self.runs += 1
        assert command[1:4] == ["-m", "pip", "install"]
        return subprocess.CompletedProcess(command, int(bool(self.error)), "", self.error)


@pytest.fixture
def requirements(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(venv, "create", lambda folder, **_: folder.mkdir(exist_ok=True))
    file = tmp_path / "requirements.txt"
    file.write_text("tool==1\n")
    return file


def test_it_is_installed_once_a_version(requirements: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pip = Pip()
    monkeypatch.setattr(subprocess, "run", pip)
    for _ in range(2):
        assert install("Tool", tmp_path / "tool", requirements) == tmp_path / "tool" / "bin"
    assert pip.runs == 1
    requirements.write_text("tool==2\n")
    install("Tool", tmp_path / "tool", requirements)
    assert pip.runs == 2


@pytest.mark.parametrize(
    "error,said",
    [
        ("ERROR: No matching distribution", "Tool cannot be installed: ERROR: No matching distribution"),
        ("[Errno -3] Temporary failure in name resolution", "Tool cannot be installed: the network does not reach it"),
    ],
)
def test_what_failed_is_tried_again(
    error: str, said: str, requirements: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "run", Pip(error))
    with pytest.raises(ToolError, match=said.replace("[", r"\[")):
        install("Tool", tmp_path / "tool", requirements)
    pip = Pip()
    monkeypatch.setattr(subprocess, "run", pip)
    install("Tool", tmp_path / "tool", requirements)
    assert pip.runs == 1
