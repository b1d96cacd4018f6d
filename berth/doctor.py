"""``make doctor``: what this machine has of what Berth needs, which version, and how to get what is missing.

It runs on any Python 3, before anything is installed, and so imports nothing but the standard library.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from components.builders import own_builders

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = (3, 11)
TIMEOUT = 30
"""Seconds that a tool may take to tell its version."""


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
    findings = [python(), packages(), *pulumi(), *docker(), aws()]
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
    mark = ROOT / ".venv" / ".installed"
    if mark.exists() and mark.read_bytes() == (ROOT / "requirements.txt").read_bytes():
        return Finding("Python packages", f"as in requirements.txt, {ROOT / '.venv'}")
    return Finding("Python packages", None, "`make setup` installs requirements.txt into .venv.")


def pulumi() -> list[Finding]:
    """The CLI and the plugins that the packages of requirements.txt go with."""
    version = said("pulumi", "version")
    advice = (
        "https://www.pulumi.com/docs/install/, or set PULUMI_TOOLCHAIN_HOME to a folder with the CLI and its plugins."
    )
    if version is None:
        return [Finding("Pulumi", None, advice)]
    findings = [Finding("Pulumi", f"{version}, {shutil.which('pulumi')}")]
    installed = {
        f"{item['name']} {item['version']}" for item in json.loads(said("pulumi", "plugin", "ls", "--json") or "[]")
    }
    closed = os.environ.get("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION") == "true"
    for name, package in (("aws", "pulumi-aws"), ("docker-build", "pulumi-docker-build")):
        wanted = f"{name} {pinned(package)}"
        findings.append(
            Finding(
                f"plugin {name}",
                pinned(package) if wanted in installed else None,
                f"`pulumi plugin install resource {wanted}`" + ("." if closed else ", or the first `make up` does."),
                needed=closed,
            )
        )
    return findings


def pinned(package: str) -> str:
    """The version of a package in requirements.txt."""
    match = re.search(rf"^{re.escape(package)}==(\S+)$", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert match, f"requirements.txt does not pin {package}"
    return match[1]


def docker() -> list[Finding]:
    """Docker itself, and who builds images for the cloud's registries."""
    version = said("docker", "version", "--format", "{{.Server.Version}}")
    advice = "Start Docker Desktop or `systemctl start docker`; on Debian or Ubuntu as root, tools/start-docker."
    if version is None:
        return [Finding("Docker", None, advice)]
    builders = own_builders()
    dead = [socket_path for file in builders for socket_path in sockets(file) if not connects(socket_path)]
    if dead:
        builder = Finding("BuildKit", None, f"nothing answers at {dead[0]}; tools/start-docker starts it again.")
    else:
        names = ", ".join(file.name for file in builders)
        builder = Finding("BuildKit", names or "booted by Docker from its image at the first build")
    return [Finding("Docker", version), builder]


def sockets(builder: Path) -> list[str]:
    """The local sockets of a builder of `docker buildx create`; of one that is a container, none."""
    try:
        nodes = json.loads(builder.read_text())["Nodes"]
    except (OSError, ValueError, KeyError):
        return []
    return [node["Endpoint"][len("unix://") :] for node in nodes if node["Endpoint"].startswith("unix:///run/buildkit")]


def connects(path: str) -> bool:
    """Whether a process listens: the file of a socket outlives it."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(5)
        try:
            client.connect(path)
        except OSError:
            return False
    return True


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
