"""The builders of ``docker buildx create``, and whether they answer: https://docs.docker.com/build/builders/

Nothing but the standard library: the doctor and the setup ask before anything is installed.
"""

from __future__ import annotations

import json
import os
import socket
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from berth.untyped import is_mapping

TIMEOUT = 5
"""Seconds that a builder may take to accept a connection."""


@dataclass(frozen=True)
class Builder:
    """``endpoints`` are addresses of BuildKit (``unix:///…``, ``tcp://HOST:PORT``); none where Docker runs it."""

    name: str
    endpoints: tuple[str, ...]

    def silent(self) -> str | None:
        """The first endpoint at which nothing answers; None if all do."""
        return next((endpoint for endpoint in self.endpoints if not connects(endpoint)), None)


def own_builders() -> list[Builder]:
    """By name; none where Docker's own builder is the only one."""
    folder = Path(os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker") / "buildx" / "instances"
    return [Builder(file.name, _endpoints(file)) for file in sorted(folder.glob("*"))]


def _endpoints(file: Path) -> tuple[str, ...]:
    try:
        described = json.loads(file.read_text())
    except (OSError, ValueError):
        return ()
    if not is_mapping(described) or described.get("Driver") != "remote":
        return ()  # of another driver it is Docker's endpoint, or Kubernetes'
    return tuple(node["Endpoint"] for node in described.get("Nodes") or () if "://" in node.get("Endpoint", ""))


def connects(endpoint: str) -> bool:
    """Whether a process listens: the file of a socket outlives it."""
    address = urlsplit(endpoint)
    try:
        if address.scheme != "unix":
            with socket.create_connection((address.hostname, address.port or 1234), timeout=TIMEOUT):
                return True
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(TIMEOUT)
            client.connect(address.path)
    except OSError:
        return False
    return True
