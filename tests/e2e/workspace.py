"""What the end-to-end tests ask Docker, and the sample to change."""

from __future__ import annotations

import shutil
import socket
import subprocess
from pathlib import Path

from berth.rehearsal.workspace import ROOT


def copy_shop(directory: Path) -> Path:
    """A copy of the sample that a test may change; its Compose file."""
    shutil.copytree(ROOT / "examples" / "shop", directory / "shop")
    return directory / "shop" / "compose.yaml"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("", 0))
        return listener.getsockname()[1]


def docker(*arguments: str) -> str:
    """Standard output of a Docker command that must succeed."""
    return subprocess.run(["docker", *arguments], capture_output=True, text=True, check=True).stdout.strip()


def containers(project: str) -> dict[str, str]:
    """Service -> container id, of a Compose project."""
    lines = docker(
        *("ps", "--all", "--no-trunc", "--filter", f"label=com.docker.compose.project={project}"),
        *("--format", '{{.Label "com.docker.compose.service"}} {{.ID}}'),
    )
    return dict(line.split() for line in lines.splitlines())


def volumes(project: str) -> list[str]:
    return docker("volume", "ls", "--quiet", "--filter", f"label=com.docker.compose.project={project}").split()
