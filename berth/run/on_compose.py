"""``docker compose run`` and ``exec`` of the project that a stack is on this machine."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from typing import Any

from berth.components.compose_command import find_binary
from berth.components.compose_up import project_environment, project_options, render_override
from berth.compose.model import Application
from berth.platforms.compose.platform import compose_override
from berth.settings import Settings
from berth.stacks import ROOT


def run_in_container(application: Application, settings: Settings, service: str, command: Sequence[str]) -> int:
    """The command's exit code. Other services are left as they are: the stack is up."""
    props = project_props(application, settings)
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as override:  # it names secrets, and has none
        override.write(render_override(props))
        override.flush()
        options = project_options(props, override.name)
        return _compose(application.name, [*options, "run", "--rm", "--no-deps", service, *command], props)


def exec_in_container(project: str, service: str, command: Sequence[str]) -> int:
    return _compose(project, ["exec", service, *command], {})


def project_props(application: Application, settings: Settings) -> dict[str, Any]:
    """What ``up`` gives Docker Compose, as far as it decides what a service's container is."""
    return {
        "files": [str(file) for file in application.files],
        "directory": str(application.directory),
        "profiles": list(settings.profiles),
        "environment": dict(settings.variables),
        "secrets": {name: value for name, value in settings.secrets.items() if name in application.secrets},
        "override": compose_override(application, settings),
        "content_hashes": {},
    }


def _compose(project: str, arguments: Sequence[str], props: Mapping[str, Any]) -> int:
    environment = {**os.environ, **(project_environment(props) if props else {})}
    before = signal.signal(signal.SIGINT, _let_be)  # Compose stops the container, and ends by itself
    try:
        command = [find_binary(), "--project-name", project, *arguments]
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    finally:
        signal.signal(signal.SIGINT, before)


def _let_be(*_: object) -> None:
    """Ctrl-C is for the command, which gets it too."""
