"""What to deploy, and where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from berth.settings.group import Group

POLICY = r"arn:aws[a-z-]*:iam::\d{12}:policy/[\w+=,.@/-]+"

Platform = Literal["compose", "ecs-ec2", "ecs-fargate"]


class ApplicationSettings(Group):
    """What to deploy, and where. ``aws_endpoint`` is the AWS emulator of a rehearsal, or another endpoint."""

    platform: Platform = "compose"
    compose_files: tuple[str, ...] = ("compose.yaml",)
    profiles: tuple[str, ...] = ()
    project_name: str | None = None
    variables: Mapping[str, str] = {}
    secrets: Mapping[str, str] = Field(default={}, repr=False)
    region: str = "us-east-1"
    tags: Mapping[str, str] = {}
    permissions_boundary_arn: str | None = Field(default=None, pattern=f"^{POLICY}$")
    environments_boundary_arn: str | None = Field(default=None, pattern=f"^{POLICY}$")
    aws_endpoint: str | None = None
