"""The stack's settings: what differs between environments, read once into one typed, validated object.

Each field is declared in ``Pulumi.yaml`` too, with its description, so that ``pulumi config`` knows it;
a test keeps the two lists equal.
"""

from berth.settings.application import Platform
from berth.settings.images import Architecture
from berth.settings.model import Settings, setting_names
from berth.settings.reading import attach_settings, parse_settings, project_directory, read_settings
from berth.settings.sharing import Shared

__all__ = [
    "Architecture",
    "Platform",
    "Settings",
    "Shared",
    "attach_settings",
    "parse_settings",
    "project_directory",
    "read_settings",
    "setting_names",
]
