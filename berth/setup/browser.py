"""What tests and checks alone need: a browser without a window, what drives it, and Pyright."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from berth.setup import debian, packages
from berth.setup.explain import need_space
from berth.setup.places import ROOT, VENV
from berth.setup.steps import Steps

COMMANDS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
PACKAGE = "chromium-headless-shell"
"""Debian's Chromium without windows, 100 MB with what it needs: https://packages.debian.org/chromium-headless-shell"""

ADVICE = f"Install Chromium or Chrome (on Debian: apt-get install {PACKAGE}), or name its program in CHROMIUM."
MEGABYTES = 500
REQUIREMENTS = ROOT / "tests" / "requirements.txt"
DRIVEN = VENV / ".installed-for-tests"


def find() -> str | None:
    """The browser's program: ``CHROMIUM``, or the first that is there."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    found = next(filter(None, map(shutil.which, COMMANDS)), None)
    return found or (str(MAC) if MAC.exists() else None)


def install(steps: Steps) -> None:
    """Without a browser its tests alone fail, and say so; setup goes on.

    Raises:
        ToolError: pip fails, or the disk is full.
    """
    _packages(steps)
    browser = find()
    if browser:
        steps.found("browser", browser)
        return
    if os.environ.get("CHROMIUM"):
        steps.say("browser", f"CHROMIUM={os.environ['CHROMIUM']} is no program; tests of the report's page will fail")
        return
    need_space(Path("/var"), MEGABYTES, "installing a browser")
    problem = debian.install([PACKAGE], lambda line: steps.say("browser", f"{line}, up to a minute"))
    steps.say("browser", find() or f"none: {problem} Tests of the report's page will fail. {ADVICE}")


def _packages(steps: Steps) -> None:
    if DRIVEN.exists() and DRIVEN.read_bytes() == REQUIREMENTS.read_bytes():
        steps.found("packages of tests", f"as in {REQUIREMENTS.relative_to(ROOT)}")
        return
    need_space(VENV, MEGABYTES, "installing the packages of tests")
    with steps.step("packages of tests", "a minute") as step:
        packages.install_from(step, REQUIREMENTS, DRIVEN)
        step.done(f"as in {REQUIREMENTS.relative_to(ROOT)}, in {VENV}")
