"""``make doctor``: what this machine has of what Berth needs, which version, and how to get what is missing.

It runs on any Python 3, before anything is installed, and so imports nothing but the standard library.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from berth.components.builders import own_builders
from berth.setup.cli import on_path
from berth.setup.places import OLDEST_PYTHON, ROOT, cache, packages_installed, pinned

TIMEOUT = 30
"""Seconds that a tool may take to tell its version."""

LITTLE_SPACE = 2000
"""Megabytes: what packages, Pulumi, plugins and base images take together."""


@dataclass(frozen=True)
class Finding:
    """One line of the report. ``found`` None: it is missing; ``needed`` tells whether anything works without it."""

    name: str
    found: str | None
    advice: str = ""
    needed: bool = True

    @property
    def state(self) -> str:
        return "ok" if self.found is not None else "MISSING" if self.needed else "none"

    def __str__(self) -> str:
        line = f"{self.state:<8} {self.name:<20} {self.found or ''}".rstrip()
        return line if self.found is not None or not self.advice else f"{line}\n{'':<30}{self.advice}"


def main() -> int:
    """Print the report; 1 where something is missing that is needed."""
    findings = [python(), packages(), *pulumi(), *docker(), *disk(), aws()]
    for finding in findings:
        print(finding)
    return int(any(finding.state == "MISSING" for finding in findings))


def python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    wanted = ".".join(map(str, OLDEST_PYTHON))
    if sys.version_info < OLDEST_PYTHON:
        return Finding(
            "Python", None, f"{sys.executable} is {version}; install {wanted} or later, or set PYTHON to it."
        )
    return Finding("Python", f"{version}, {sys.executable}")


def packages() -> Finding:
    """Whether the virtual environment holds what requirements.txt asks for."""
    if packages_installed(ROOT):
        return Finding("Python packages", f"as in requirements.txt, {ROOT / '.venv'}")
    return Finding("Python packages", None, "`make setup` installs requirements.txt into .venv.")


def pulumi() -> list[Finding]:
    """The CLI and the plugins that the packages of requirements.txt go with."""
    wanted = pinned("pulumi")
    found, why = on_path(wanted)
    if found is None:
        return [Finding("Pulumi", None, f"{why}; `make setup` finds or installs it.")]
    findings = [Finding("Pulumi", f"{found.version}, {found.source}")]
    installed = {
        f"{item['name']} {item['version']}" for item in json.loads(said("pulumi", "plugin", "ls", "--json") or "[]")
    }
    for name, package in (("aws", "pulumi-aws"), ("docker-build", "pulumi-docker-build")):
        plugin = f"{name} {pinned(package)}"
        advice = f"`make setup`, or `pulumi plugin install resource {plugin}`."
        findings.append(Finding(f"plugin {name}", pinned(package) if plugin in installed else None, advice))
    return findings


def docker() -> list[Finding]:
    """Docker itself, and who builds images for the cloud's registries."""
    version = said("docker", "version", "--format", "{{.Server.Version}}")
    if version is None:
        advice = "Start Docker Desktop or `systemctl start docker`; on Debian or Ubuntu, root's `make setup` does."
        return [Finding("Docker", None, advice)]
    return [Finding("Docker", version), buildkit()]


def buildkit() -> Finding:
    builders = own_builders()
    silent = {builder.name: builder.silent() for builder in builders}
    if builders and all(silent.values()):
        name, endpoint = next(iter(silent.items()))
        return Finding("BuildKit", None, f"{name}: nothing answers at {endpoint}; root's `make setup` starts it again.")
    answer = [name for name, endpoint in silent.items() if endpoint is None]
    return Finding("BuildKit", ", ".join(answer) or "booted by Docker from its image at the first build")


def disk() -> list[Finding]:
    """Whether there is room for what `make setup` installs."""
    findings: list[Finding] = []
    for name, folder in (("disk, checkout", ROOT), ("disk, cache", cache())):
        there = folder
        while not there.exists():
            there = there.parent
        free = shutil.disk_usage(there).free // 2**20
        text = f"{free // 1000} GB free, {folder}" if free >= 10_000 else f"{free} MB free, {folder}"
        enough = free >= LITTLE_SPACE or packages_installed(ROOT)
        findings.append(Finding(name, text if enough else None, f"{text}; an installation takes {LITTLE_SPACE} MB."))
    return findings


def aws() -> Finding:
    """Where credentials come from; whether they hold, a preview of a cloud stack says."""
    for variable in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID"):
        if os.environ.get(variable):
            return Finding("AWS credentials", f"by {variable}")
    for variable, file in (("AWS_SHARED_CREDENTIALS_FILE", "credentials"), ("AWS_CONFIG_FILE", "config")):
        path = Path(os.environ.get(variable, Path.home() / ".aws" / file))
        if path.is_file():
            return Finding("AWS credentials", f"by {path}")
    return Finding(
        "AWS credentials",
        None,
        "Only cloud stacks need them: `aws configure sso`; `make rehearse` does without.",
        needed=False,
    )


def said(*command: str) -> str | None:
    """What a command printed; None where it is missing or failed."""
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return result.stdout.strip() if result.returncode == 0 and result.stdout.strip() else None


if __name__ == "__main__":
    sys.exit(main())
