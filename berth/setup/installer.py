"""Pulumi's official installer, run by Pulumi's own package."""

from __future__ import annotations

import shutil
import sys
import urllib.error
import urllib.request
from pathlib import Path

from berth.diagnostics import ToolError
from berth.setup import debian
from berth.setup.explain import need_space
from berth.setup.places import cache
from berth.setup.steps import CommandFailed, Steps

ADDRESS = "https://get.pulumi.com/install.sh"
PROBE_TIMEOUT = 10
TIMEOUT = 900
MEGABYTES = 1200
"""The archive, and the hosts of all languages that are in it."""

PROGRAM = """
import subprocess, sys
from pulumi.automation import PulumiCommand
from semver import VersionInfo
try:
    PulumiCommand.install(root=sys.argv[1], version=VersionInfo.parse(sys.argv[2]))
except subprocess.CalledProcessError as failed:
    sys.exit((failed.output or b"").decode(errors="replace") or str(failed))
except Exception as failed:
    sys.exit(f"{type(failed).__name__}: {failed}")
"""
"""https://www.pulumi.com/docs/reference/pkg/python/pulumi/#pulumi.automation.PulumiCommand.install"""


def folder(version: str) -> Path:
    return cache() / f"pulumi-{version}"


def install(steps: Steps, version: str) -> bool:
    """Install the CLI into the cache; False where Pulumi's hosts cannot be reached.

    Raises:
        ToolError: the disk is full, or curl is missing and can't be installed.
    """
    unreachable = unreachable_because(ADDRESS)
    if unreachable:
        steps.say("Pulumi", f"{ADDRESS} cannot be reached: {unreachable}")
        return False
    need_space(cache(), MEGABYTES, f"installing Pulumi {version}")
    if shutil.which("wget") is None:
        debian.need({"curl": "curl"}, "Pulumi's installer", lambda line: steps.say("Pulumi", line))
    target = folder(version)
    half = target.with_name(f"{target.name}.new")
    shutil.rmtree(half, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with steps.step("Pulumi", "a minute") as step:
            step.run(sys.executable, "-c", PROGRAM, half, version, timeout=TIMEOUT)
            shutil.rmtree(target, ignore_errors=True)
            half.replace(target)
            step.done(f"{version}, by Pulumi's installer, in {target}")
    except ToolError as error:
        if not isinstance(error.__cause__, CommandFailed):
            raise
        steps.say("Pulumi", f"its installer does not work here: {error.__cause__}")
        return False
    return True


def unreachable_because(address: str) -> str:
    """Why an address does not answer; empty where it does."""
    try:
        with urllib.request.urlopen(urllib.request.Request(address, method="HEAD"), timeout=PROBE_TIMEOUT):
            return ""
    except urllib.error.HTTPError as error:
        return f"it answers {error.code}"
    except (OSError, ValueError) as error:
        return str(getattr(error, "reason", None) or error)
