"""What tasks run on."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field, model_validator

from berth.settings.group import Group

DEFAULT_TYPES = {"x86_64": "t3.micro", "arm64": "t4g.micro"}
"""CPU architecture -> the instance type where none is set: both in AWS's free tier.
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-free-tier-usage.html"""


class ComputeSettings(Group):
    """What tasks run on: instances, or Fargate. ``instance_type`` follows the CPU architecture where none is set."""

    instance_type: str = ""
    instance_count: int = Field(default=1, ge=1, le=100)
    instance_maximum: int = Field(default=0, ge=0, le=1000)
    instance_spot: int = Field(default=0, ge=0, le=99)
    spot_instance_types: tuple[str, ...] = ()
    instance_attributes: Mapping[str, str] = {}
    disk_size: int = Field(default=30, ge=30, le=16384)
    fargate_spot: int = Field(default=0, ge=0, le=100)
    cluster_arn: str | None = None

    @property
    def most_instances(self) -> int:
        """How many instances there are at most, Spot ones included."""
        most = max(self.instance_maximum, self.instance_count)
        return most * 2 if self.instance_spot else most

    @property
    def spot(self) -> bool:
        """Whether AWS may stop some of the tasks with two minutes' notice."""
        return bool(self.fargate_spot or self.instance_spot)

    @model_validator(mode="after")
    def _instances(self) -> ComputeSettings:
        if 0 < self.instance_maximum < self.instance_count:
            raise ValueError(f"instanceMaximum: is below instanceCount, {self.instance_count}")
        if self.instance_spot and not self.instance_maximum:
            raise ValueError("instanceSpot: needs instanceMaximum, up to which Spot instances come as tasks need them")
        if self.spot_instance_types and not self.instance_spot:
            raise ValueError("spotInstanceTypes: needs instanceSpot, the percentage of tasks on Spot instances")
        return self
