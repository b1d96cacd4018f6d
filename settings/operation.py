"""Deployments and logs."""

from __future__ import annotations

from pydantic import Field

from berth.settings.group import Group


class OperationSettings(Group):
    """Deployments and logs."""

    log_retention_days: int = 30
    log_router_image: str = "public.ecr.aws/aws-observability/aws-for-fluent-bit:stable"
    enable_exec: bool = False
    deploy_timeout: int = Field(default=900, ge=30)
    deployment_alarms: tuple[str, ...] = ()
