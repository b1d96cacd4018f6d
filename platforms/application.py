"""The application that a stack's settings name: read in one way by the preview and by ``berth check``."""

from __future__ import annotations

from pathlib import Path

from berth.compose.loader import Readings, load_application
from berth.compose.locate import with_lines
from berth.compose.model import Application
from berth.diagnostics import ComposeError
from berth.settings import Settings


def read_application(settings: Settings, directory: Path, readings: Readings | None = None) -> Application:
    """The settings' Compose files, relative to ``directory``, as one application.

    Raises:
        ComposeError: a file is missing or wrong; every finding has the line of its key, where there is one.
    """
    try:
        return load_application(
            files=settings.compose_files,
            directory=directory,
            profiles=settings.profiles,
            project_name=settings.project_name,
            variables=settings.variables,
            secret_names=settings.secrets,
            strict_variables=settings.platform != "compose",  # a blank is never what was meant in a cloud
            empty=settings.share,  # a stack may be there for others alone
            readings=readings,
        )
    except ComposeError as error:
        files = [(directory / file).resolve() for file in settings.compose_files]
        raise ComposeError(*with_lines(error.diagnostics, files, directory)) from None
