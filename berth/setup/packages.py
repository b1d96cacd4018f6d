"""requirements.txt, installed into the virtual environment."""

from __future__ import annotations

import shutil

from berth.setup.explain import need_space
from berth.setup.places import INSTALLING, ROOT, VENV, packages_installed
from berth.setup.steps import Steps

MEGABYTES = 700
"""What the packages and pip's work on them take; .venv is 520 MB at the end."""


def install(steps: Steps) -> None:
    """Raises ToolError where pip fails."""
    if packages_installed():
        steps.found("Python packages", f"as in requirements.txt, in {VENV}")
        return
    need_space(VENV, MEGABYTES, "installing the Python packages")
    with steps.step("Python packages", "a minute or two") as step:
        INSTALLING.touch()
        step.run(
            *(VENV / "bin" / "python", "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off"),
            *("--retries", "2", "--timeout", "15", "--requirement", ROOT / "requirements.txt"),
        )
        shutil.copyfile(ROOT / "requirements.txt", VENV / ".installed")
        INSTALLING.unlink()
        step.done(f"as in requirements.txt, in {VENV}")
