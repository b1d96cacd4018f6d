"""A rehearsal as its user runs it, and what its report must say."""

from __future__ import annotations

import os
import subprocess
import sys

from berth.rehearsal.workspace import ROOT
from tests.e2e.workspace import free_port

STEPS = ("pulumi up", "a second preview is empty", "web at http://", "pulumi destroy", "nothing is left")


def assert_rehearses(stack: str) -> None:
    """Run ``python -m berth rehearse`` of the sample's stack on a port of its own; every step must pass."""
    result = subprocess.run(
        [sys.executable, "-m", "berth", "rehearse", stack],
        cwd=ROOT,
        env={**os.environ, "SHOP_PORT": str(free_port())},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=900,
        check=False,
    )
    said = result.stdout
    assert result.returncode == 0, said
    for step in STEPS:
        assert f"passed  {step}" in said, said
    assert "answers 200" in said
    assert f"{stack} is fine" in said
