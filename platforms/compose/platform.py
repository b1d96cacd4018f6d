"""The verbs of Docker Compose on this machine."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi

from berth.components.compose_command import docker_problem
from berth.components.compose_project import ComposeProject, ComposeProjectArgs
from berth.compose.model import Application
from berth.diagnostics import Diagnostic, ToolError
from berth.platforms.compose import rules
from berth.platforms.compose.definition import (
    build_hashes,
    content_hashes,
    resting,
    service_definitions,
    shared_definitions,
)
from berth.platforms.compose.ports import check_ports
from berth.platforms.values import read_values
from berth.settings import Settings, project_directory


def complete(settings: Settings, *, stack: str) -> Settings:
    """The settings as they are: Docker Compose shares nothing."""
    return settings


def check(application: Application, settings: Settings, *, stack: str) -> list[Diagnostic]:
    """Every finding about ``application`` on this machine.

    Raises:
        ToolError: Docker does not answer.
    """
    findings = rules.check(application, settings, stack=stack)
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
            override=compose_override(application, settings),
            remove_volumes=settings.remove_volumes,
            timeout=settings.deploy_timeout,
        ),
    )
    return {"urls": _urls(application, project), "project": application.name}


def compose_override(application: Application, settings: Settings) -> dict[str, Any]:
    """What is merged over the files: the stack's build arguments, and that scheduled services rest."""
    services: dict[str, dict[str, Any]] = {}
    for name, service in sorted(application.services.items()):
        build = {"build": {"args": dict(settings.build_args)}} if service.build and settings.build_args else {}
        if part := {**build, **resting(application, name)}:
            services[name] = part
    return {"services": services} if services else {}


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
