"""What the end-to-end tests ask Docker, and the sample to change."""

from __future__ import annotations

import contextlib
import json
import random
import shutil
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path

from berth.rehearsal.workspace import ROOT


def copy_shop(directory: Path) -> Path:
    """A copy of the sample that a test may change; its Compose file."""
    shutil.copytree(ROOT / "examples" / "shop", directory / "shop")
    return directory / "shop" / "compose.yaml"


def copy_checkout(directory: Path) -> Path:
    """What git has of this checkout, with the changes that are not committed yet."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():  # else it is deleted, and that is not committed yet
            (directory / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, directory / name)
    return directory


def free_port() -> int:
    """A port that nobody has, below those that the kernel gives away: one of those may be gone when it is used."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as listener, contextlib.suppress(OSError):
            listener.bind(("", port))
            return port


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


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        assert answer.status == 200
        return answer.read().decode()


def post(url: str, text: str) -> None:
    urllib.request.urlopen(f"{url}/posts", urllib.parse.urlencode({"text": text}).encode(), timeout=10).close()


def posts(url: str) -> list[tuple[str, int | None]]:
    return [(item["text"], item["word_count"]) for item in json.loads(get(f"{url}/api/posts"))]


def wait_for(expected: list, look: Callable[[], list], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while look() != expected and time.monotonic() < end:
        time.sleep(0.2)
    assert look() == expected
