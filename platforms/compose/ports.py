"""Published ports that something else on this machine has, found before anything is started."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

from berth.components.compose_command import list_containers
from berth.compose.model import Application, Port
from berth.diagnostics import Diagnostic

TIMEOUT = 10


def check_ports(application: Application) -> Iterator[Diagnostic]:
    """A finding for each host port that is in use, and not by this application."""
    wanted = [
        (name, port) for name, service in sorted(application.services.items()) for port in service.ports if taken(port)
    ]
    if not wanted or not _docker_is_here():
        return
    own = _own(application)
    for name, port in wanted:
        owner = _owner(port)
        if port.published in own or owner.directory == str(application.directory):
            continue
        yield Diagnostic(
            file=application.file,
            service=name,
            key="ports",
            message=f"port {port.published} of this machine is in use by {owner.name or 'another program'}",
            advice="Stop that, or publish another port: in the file, or by the variable that the file has for it.",
        )


def taken(port: Port) -> bool:
    """Whether Docker could not listen on a host port; of a range, on none of it."""
    if port.published is None:
        return False
    return all(_in_use(number, port) for number in range(port.published, (port.published_to or port.published) + 1))


def _in_use(number: int, port: Port) -> bool:
    kind = socket.SOCK_DGRAM if port.protocol == "udp" else socket.SOCK_STREAM
    family = socket.AF_INET6 if ":" in (port.host_ip or "") else socket.AF_INET
    try:
        with socket.socket(family, kind) as listener:
            if kind == socket.SOCK_STREAM:  # connections that have ended keep it from nobody
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((port.host_ip or "", number))
    except OSError as error:
        return error.errno == errno.EADDRINUSE  # a port that only root may have is Docker's to take
    return False


def _own(application: Application) -> set[int]:
    try:
        containers = list_containers(application.name)
    except RuntimeError:
        return set()
    return {number for container in containers for number in container.ports.values()}


@dataclass(frozen=True, slots=True)
class _Owner:
    """The container that has a port, and its Compose project's folder; empty where none has."""

    name: str = ""
    directory: str = ""


def _owner(port: Port) -> _Owner:
    said = _docker(
        *("ps", "--filter", f"publish={port.published}/{port.protocol}"),
        *("--format", '{{.Names}}\t{{.Label "com.docker.compose.project.working_dir"}}'),
    )
    for line in said.splitlines():
        name, _, directory = line.partition("\t")
        return _Owner(f"container {name}", directory)
    return _Owner()


def _docker_is_here() -> bool:
    """Another machine's ports are not ours to look at."""
    host = os.environ.get("DOCKER_HOST") or _docker("context", "inspect", "--format", "{{.Endpoints.docker.Host}}")
    return not host.strip() or host.startswith(("unix:", "npipe:"))


def _docker(*arguments: str) -> str:
    try:
        result = subprocess.run(["docker", *arguments], capture_output=True, text=True, timeout=TIMEOUT, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return result.stdout if result.returncode == 0 else ""
