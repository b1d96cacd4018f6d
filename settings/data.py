"""Volumes, secrets, and the key that encrypts them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, field_validator

from berth.settings.group import Group

IDLE_DAYS = (0, 1, 7, 14, 30, 60, 90, 180, 270, 365)
"""0 is never: https://docs.aws.amazon.com/efs/latest/ug/API_LifecyclePolicy.html"""

KEY = r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]+"
"""The ARN of a key itself: a role's policy is not matched by that of an alias."""


class Rotation(Group):
    """How a secret gets a new value: by a function that exists already, every ``days``.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotationRulesType.html
    """

    lambda_arn: str = Field(pattern=r"^arn:aws[a-z-]*:lambda:")
    days: int = Field(default=30, ge=1, le=1000)


class DataSettings(Group):
    """What must not be lost, or not be seen: volumes and secrets."""

    protect_data: bool = False
    retain_volumes: bool = False
    volume_storage: Literal["efs", "instance"] = "efs"
    volume_idle_days: int = 30
    remove_volumes: bool = False
    backup: bool | None = None
    kms_key_arn: str | None = Field(default=None, pattern=f"^{KEY}$")
    secret_rotation: Mapping[str, Rotation] = {}

    @property
    def backs_up(self) -> bool:
        """Whether AWS Backup keeps copies of the volumes; by default where data is protected."""
        return self.protect_data if self.backup is None else self.backup

    @field_validator("volume_idle_days")
    @classmethod
    def _offered(cls, days: int) -> int:
        if days not in IDLE_DAYS:
            raise ValueError(f"must be one of {', '.join(map(str, IDLE_DAYS))}")
        return days
