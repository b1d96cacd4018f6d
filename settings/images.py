"""How images are made, and for which CPU."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from berth.settings.group import Group

Architecture = Literal["x86_64", "arm64"]


class ImageSettings(Group):
    """How images are made, and for which CPU."""

    image_builder: Literal["buildkit", "daemon"] = "buildkit"
    build_args: Mapping[str, str] = {}
    cpu_architecture: Architecture = "x86_64"
    init_image: str = "public.ecr.aws/docker/library/busybox:1.37"

    @property
    def docker_platform(self) -> str:
        """The image platform that the CPU architecture asks for."""
        return "linux/arm64" if self.cpu_architecture == "arm64" else "linux/amd64"
