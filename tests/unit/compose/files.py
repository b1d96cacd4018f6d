"""Compose files of a test, loaded as the program loads them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from berth.compose.loader import load_application
from berth.compose.model import Application
from berth.diagnostics import ComposeError, Diagnostic


def load(directory: Path, text: str | None = None, **arguments: Any) -> Application:
    """The application of ``compose.yaml`` with this text, by the real ``docker compose``."""
    if text is not None:
        (directory / "compose.yaml").write_text(text)
    return load_application(
        **{
            "files": ["compose.yaml"],
            "directory": directory,
            "profiles": (),
            "project_name": "shop",
            "variables": {},
            "secret_names": [],
            "strict_variables": True,
            **arguments,
        }
    )


def complaint(directory: Path, text: str | None = None, **arguments: Any) -> Diagnostic:
    """The one finding that stops the file from loading."""
    with pytest.raises(ComposeError) as caught:
        load(directory, text, **arguments)
    (finding,) = caught.value.diagnostics
    return finding
