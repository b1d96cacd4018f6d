"""Volumes, databases and secrets."""

from __future__ import annotations

from typing import Literal

from settings.group import Group


class DataSettings(Group):
    """What must not be lost, or not be seen: volumes, databases and secrets."""

    protect_data: bool = False
    volume_storage: Literal["efs", "instance"] = "efs"
    remove_volumes: bool = False
