"""Whether something answers that can build images, asked before anything is created."""

from __future__ import annotations

from berth.components.builders import own_builders
from berth.components.compose_command import docker_problem
from berth.compose.model import Application
from berth.diagnostics import Diagnostic, ToolError


def check_builder(application: Application) -> None:
    """Ask the builders that were made, or Docker, which boots one; where a service has a build.

    Raises:
        ToolError: none of them answers.
    """
    if all(service.build is None for service in application.services.values()):
        return
    silent = {builder.name: builder.silent() for builder in own_builders()}
    if silent:
        if all(silent.values()):
            name, endpoint = next(iter(silent.items()))
            raise ToolError(
                Diagnostic(
                    message=f"images are built with BuildKit, and its builder {name!r} does not answer at {endpoint}",
                    advice=f"Start it again (`make setup` does, where it made it), or `docker buildx rm {name}`.",
                )
            )
        return
    problem = docker_problem()
    if problem:
        raise ToolError(
            Diagnostic(
                message=f"images are built with Docker, which does not answer: {problem}",
                advice="Start Docker, set DOCKER_HOST, or make another builder with `docker buildx create`.",
            )
        )
