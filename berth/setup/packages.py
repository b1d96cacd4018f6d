"""requirements.txt, installed into the virtual environment."""

from __future__ import annotations

import shutil
from pathlib import Path

from berth.setup.explain import need_space
from berth.setup.places import INSTALLING, ROOT, VENV, packages_installed
from berth.setup.steps import Step, Steps

MEGABYTES = 700
"""What the packages and pip's work on them take; .venv is 520 MB at the end."""


def install(steps: Steps) -> None:
    """Raises ToolError where pip fails."""
    if packages_installed():
        steps.found("Python packages", f"as in requirements.txt, in {VENV}")
        return
    need_space(VENV, MEGABYTES, "installing the Python packages")
    with steps.step("Python packages", "a minute or two") as step:
        install_from(step, ROOT / "requirements.txt", VENV / ".installed")
        step.done(f"as in requirements.txt, in {VENV}")


def install_from(step: Step, requirements: Path, mark: Path) -> None:
    """``mark`` is a copy of ``requirements`` once all of it is there."""
    INSTALLING.touch()
    step.run(
        *(VENV / "bin" / "python", "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off"),
        *("--retries", "2", "--timeout", "15", "--requirement", requirements),
    )
    shutil.copyfile(requirements, mark)
    INSTALLING.unlink()
