"""``python -m berth`` on a test's stack, as a user runs it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass

from berth.interrupted import StateFolder
from tests.engine.conftest import Stack

# `python -m berth`, with the stacks of the folder that it runs in, and without the preview for the policies, which
# takes as long as all else and has a test of its own.
BERTH = """
import pathlib, sys
from types import SimpleNamespace
from berth import __main__, stacks
stacks.ROOT = pathlib.Path.cwd()
stacks.read_stack = lambda *_: SimpleNamespace(platform="compose")
sys.exit(__main__.main(sys.argv[1:]))
"""


@dataclass(frozen=True, slots=True)
class Berth:
    """The command line on a test's stack."""

    stack: Stack

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", BERTH, *arguments],
            cwd=self.stack.workspace.directory,
            env=dict(self.stack.workspace.environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str, code: int = 0) -> str:
        process = self.start(*arguments)
        said = process.communicate(timeout=600)[0]
        assert process.returncode == code, said
        assert "Traceback" not in said, said
        return said

    @property
    def state(self) -> StateFolder:
        return StateFolder(self.stack.workspace.directory / "state" / ".pulumi", "test")
