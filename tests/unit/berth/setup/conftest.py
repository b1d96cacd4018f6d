"""A machine of a test's own: PATH, home and cache are empty folders, and programs are shell scripts."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.console import Console

from berth.setup import toolchain_folder
from berth.setup.cli import HOST
from berth.setup.steps import Steps


@dataclass(frozen=True, slots=True)
class Machine:
    folder: Path

    @property
    def bin(self) -> Path:
        return self.folder / "bin"

    @property
    def beside(self) -> Path:
        """What lies at ../shared/toolchain."""
        return self.folder / "beside"

    @property
    def cache(self) -> Path:
        return self.folder / "cache" / "berth"

    def pulumi(self, folder: Path, version: str = "3.250.0", *, host: bool = True, plugins: str = "[]") -> None:
        """A CLI that knows its version and its plugins."""
        lines = f"case $1 in version) echo v{version} ;; plugin) echo '{plugins}' ;; esac"
        self.program(folder / "pulumi", lines)
        if host:
            self.program(folder / HOST, "")

    def program(self, path: Path, lines: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{lines}\n")
        path.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine(tmp_path)
    made.bin.mkdir()
    for variable, folder in (("HOME", "home"), ("XDG_CACHE_HOME", "cache"), ("PULUMI_HOME", "pulumi")):
        (tmp_path / folder).mkdir()
        monkeypatch.setenv(variable, str(tmp_path / folder))
    monkeypatch.setenv("PATH", f"{made.bin}:/usr/bin:/bin")
    monkeypatch.delenv("PULUMI_TOOLCHAIN", raising=False)
    monkeypatch.setattr(toolchain_folder, "BESIDE", made.beside)
    return made


class Said(Steps):
    """Steps that keep the lines a user would read."""

    def __init__(self, log: Path, *, everything: bool = True) -> None:
        self.output = io.StringIO()
        super().__init__(log, Console(file=self.output, highlight=False, width=200), everything=everything)

    @property
    def lines(self) -> list[str]:
        return self.output.getvalue().splitlines()


@pytest.fixture
def steps(tmp_path: Path) -> Iterator[Said]:
    yield Said(tmp_path / "setup.log")
