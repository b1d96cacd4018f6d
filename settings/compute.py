"""What tasks run on."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from settings.group import Group


class ComputeSettings(Group):
    """What tasks run on: instances, or Fargate."""

    instance_type: str = "t3.micro"
    instance_count: int = Field(default=1, ge=1, le=100)
    instance_attributes: Mapping[str, str] = {}
    disk_size: int = Field(default=30, ge=30, le=16384)
    fargate_spot: int = Field(default=0, ge=0, le=100)
    cluster_arn: str | None = None
