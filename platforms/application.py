"""The application that a stack deploys, loaded in one way by the program and by the commands that only look."""

from __future__ import annotations

from pathlib import Path

from compose.loader import load_application
from compose.model import Application
from settings import Settings


def application_of(settings: Settings, directory: Path) -> Application:
    """The application that the stack's settings name; ``directory`` is where its paths start.

    A variable that is not set is an error in the cloud; on this machine Docker Compose takes it for empty.

    Raises:
        ComposeError: see ``load_application``.
    """
    return load_application(
        files=settings.compose_files,
        directory=directory,
        profiles=settings.profiles,
        project_name=settings.project_name,
        variables=settings.variables,
        secret_names=settings.secrets,
        strict_variables=settings.platform != "compose",
    )
