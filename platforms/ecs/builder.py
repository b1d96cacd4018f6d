"""Whether something answers that can build images, asked before anything is created."""

from __future__ import annotations

from components.builders import own_builders
from components.compose_command import docker_problem
from compose.model import Application
from diagnostics import Diagnostic, ToolError


def check_builder(application: Application) -> None:
    """Ask Docker, where a service has a build and no other builder was made.

    Raises:
        ToolError: Docker does not answer.
    """
    if all(service.build is None for service in application.services.values()) or own_builders():
        return
    problem = docker_problem()
    if problem:
        raise ToolError(
            Diagnostic(
                message=f"images are built with Docker, which does not answer: {problem}",
                advice="Start Docker, set DOCKER_HOST, or make another builder with `docker buildx create`.",
            )
        )
