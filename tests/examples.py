"""The examples as their pages deploy them: the settings that lie beside each Compose file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from berth.rehearsal.workspace import ROOT

EXAMPLES = ROOT / "examples"
PREFIX = "berth:"


def settings_files() -> dict[str, Path]:
    """Stack -> its settings file, of every example that brings some."""
    return {path.name.split(".")[1]: path for path in sorted(EXAMPLES.rglob("Pulumi.*.yaml"))}


def settings_of(stack: str) -> dict[str, Any]:
    """A stack's settings, without ``berth:``."""
    config = yaml.safe_load(settings_files()[stack].read_text())["config"]
    return {name.removeprefix(PREFIX): value for name, value in config.items()}
