"""``python -m berth`` on a test's stack, as a user runs it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass

from berth.interrupted import StateFolder
from berth.rehearsal.workspace import Workspace
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

# The same with the stack's own platform, and without waiting for names that no DNS has.
ON_AWS = """
import pathlib, sys
from berth import __main__, stacks
stacks.ROOT, stacks.ANSWER_TIMEOUT, real = pathlib.Path.cwd(), 0, stacks.pulumi
quick = {"up": ["--skip-preview"]}
stacks.pulumi = lambda *words, platform="": real(*words, *quick.get(words[0], []))
sys.exit(__main__.main(sys.argv[1:]))
"""


def berth(workspace: Workspace, *arguments: str, code: int = 0) -> str:
    """What a command prints that ends with ``code``, on stacks that are on AWS."""
    ran = subprocess.run(
        [sys.executable, "-c", ON_AWS, *arguments],
        cwd=workspace.directory,
        env=dict(workspace.environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
        check=False,
    )
    assert ran.returncode == code, ran.stdout
    assert "Traceback" not in ran.stdout, ran.stdout
    return ran.stdout


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
