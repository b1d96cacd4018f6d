"""Docker Compose on this machine."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pulumi

from components.compose_command import docker_problem
from components.compose_project import ComposeProject, ComposeProjectArgs
from compose.model import Application
from compose.support import check_support
from diagnostics import Diagnostic, ToolError
from platforms.compose.definition import build_hashes, content_hashes, service_definitions, shared_definitions
from platforms.compose.ports import check_ports
from platforms.values import read_values
from settings import Settings, project_directory


def check(application: Application, settings: Settings, *, stack: str) -> list[Diagnostic]:
    """Every finding about ``application`` on this machine.

    Raises:
        ToolError: Docker does not answer.
    """
    findings = check_support(application, "compose")
    findings += read_values(application, settings).diagnostics
    findings += _secrets(application, settings, stack)
    problem = docker_problem()
    if problem:
        raise ToolError(
            Diagnostic(
                message=f"Docker does not answer: {problem}",
                advice="Start Docker (Docker Desktop, or `systemctl start docker`), or set DOCKER_HOST.",
            )
        )
    return [*findings, *check_ports(application)]


def deploy(application: Application, settings: Settings) -> Mapping[str, pulumi.Input[object]]:
    """Run ``application`` by Docker Compose.

    Outputs: ``urls``, service -> address of its first published TCP port, a further one is ``service:port``; and
    ``project``, the Compose project's name.
    """
    values = read_values(application, settings)
    project = ComposeProject(
        "compose",  # not the application's name: a change of that replaces the project, instead of starting a second
        ComposeProjectArgs(
            project_name=application.name,
            files=[_relative(file) for file in application.files],
            directory=_relative(application.directory),
            profiles=settings.profiles,
            definition=service_definitions(application, settings),
            shared=shared_definitions(application, settings, values),
            environment=settings.variables,
            secrets={name: value for name, value in settings.secrets.items() if name in application.secrets},
            content_hashes=content_hashes(application, settings, values),
            build_hashes=build_hashes(application, settings),
            override=_override(application, settings),
            remove_volumes=settings.remove_volumes,
            timeout=settings.deploy_timeout,
        ),
    )
    return {"urls": _urls(application, project), "project": application.name}


def _secrets(application: Application, settings: Settings, stack: str) -> Iterator[Diagnostic]:
    for name in sorted(settings.secrets.keys() - application.secrets.keys()):
        close = difflib.get_close_matches(name, application.secrets, n=1)
        hint = f"Did you mean {close[0]!r}? " if close else ""
        yield Diagnostic(
            file=f"Pulumi.{stack}.yaml",
            key=f"berth:secrets.{name}",
            message=f"{application.file} declares no such secret",
            advice=f"{hint}Declared: {', '.join(sorted(application.secrets)) or 'none'}.",
        )
    for name, secret in sorted(application.secrets.items()):
        if secret.external and name not in settings.secrets:
            yield Diagnostic(
                file=application.file,
                key=f"secrets.{name}.external",
                message="Docker Compose has no external secrets",
                advice=f"Run `pulumi config set --secret --path 'berth:secrets.{name}'` for this stack.",
            )


def _override(application: Application, settings: Settings) -> dict[str, Any]:
    if not settings.build_args:
        return {}
    built = [name for name, service in sorted(application.services.items()) if service.build]
    return {"services": {name: {"build": {"args": dict(settings.build_args)}} for name in built}}


def _urls(application: Application, project: ComposeProject) -> dict[str, pulumi.Input[str]]:
    """The file's host ports, which a preview knows; where the file leaves one to Docker, the one that Docker took."""
    urls: dict[str, pulumi.Input[str]] = {}
    for name, service in sorted(application.services.items()):
        for port in service.ports:
            if port.protocol != "tcp":
                continue
            key = f"{name}:{port.target}" if name in urls else name
            host_port = port.published or project.published[name][str(port.target)]
            urls[key] = pulumi.Output.format("http://localhost:{0}", host_port)
    return urls


def _relative(path: Path) -> str:
    return os.path.relpath(path, project_directory())
