"""The verbs of Docker Compose on this machine."""

from __future__ import annotations

import os
from dataclasses import dataclass
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
from berth.platforms.outputs import ApplicationOutputs, ServiceOutputs
from berth.platforms.surroundings import ALONE, Surroundings
from berth.platforms.values import read_values
from berth.settings import Settings, project_directory

STANDS_IN = "BERTH_VARIABLE_"


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


def deploy(application: Application, settings: Settings, around: Surroundings = ALONE) -> ApplicationOutputs:
    """Run ``application`` by Docker Compose.

    Exports: ``urls``, service -> address of its first published TCP port, a further one is ``service:port``; and
    ``project``, the Compose project's name.
    """
    values = read_values(application, settings)
    project = ComposeProject(
        # Alone not the application's name: a change of that replaces the project, instead of starting a second.
        application.name if around.parent else "compose",
        ComposeProjectArgs(
            project_name=application.name,
            files=[_relative(file) for file in application.files],
            directory=_relative(application.directory),
            profiles=settings.profiles,
            definition=service_definitions(application, settings, around),
            shared=shared_definitions(application, settings, values, around),
            environment={**settings.variables, **{given.stands_in: given.value for given in given_variables(around)}},
            secrets={
                name: value
                for name, value in (*settings.secrets.items(), *around.secrets.items())
                if name in application.secrets
            },
            content_hashes=content_hashes(application, settings, values, around),
            build_hashes=build_hashes(application, settings),
            override=compose_override(application, settings, around),
            remove_volumes=settings.remove_volumes,
            timeout=settings.deploy_timeout,
        ),
        pulumi.ResourceOptions(parent=around.parent),
    )
    urls = _urls(application, project)
    return ApplicationOutputs(
        exports={"urls": urls, "project": application.name},
        services={
            name: ServiceOutputs(
                url=urls.get(name), image=pulumi.Output.from_input(service.image) if service.image else None
            )
            for name, service in application.services.items()
        },
        urls=urls,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenVariable:
    """A service's variable whose value Docker Compose gets as ``stands_in``, so that it is in no file."""

    service: str
    name: str
    stands_in: str
    value: pulumi.Input[str]


def given_variables(around: Surroundings) -> list[GivenVariable]:
    pairs = [(name, key) for name, variables in sorted(around.environment.items()) for key in sorted(variables)]
    return [
        GivenVariable(service=name, name=key, stands_in=f"{STANDS_IN}{index}", value=around.environment[name][key])
        for index, (name, key) in enumerate(pairs)
    ]


def compose_override(application: Application, settings: Settings, around: Surroundings = ALONE) -> dict[str, Any]:
    """What is merged over the files: the stack's build arguments, that scheduled services rest, and which variables
    the program gives."""
    services: dict[str, dict[str, Any]] = {}
    given: dict[str, dict[str, str]] = {}
    for variable in given_variables(around):
        given.setdefault(variable.service, {})[variable.name] = f"${{{variable.stands_in}}}"
    for name, service in sorted(application.services.items()):
        build = {"build": {"args": dict(settings.build_args)}} if service.build and settings.build_args else {}
        variables = {"environment": given[name]} if name in given else {}
        if part := {**build, **variables, **resting(application, name)}:
            services[name] = part
    return {"services": services} if services else {}


def _urls(application: Application, project: ComposeProject) -> dict[str, pulumi.Output[str]]:
    """The file's host ports, which a preview knows; where the file leaves one to Docker, the one that Docker took."""
    urls: dict[str, pulumi.Output[str]] = {}
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
