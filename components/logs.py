"""A CloudWatch log group that outlives every revision of what writes to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827),
    *(2192, 2557, 2922, 3288, 3653),
)
"""Days that CloudWatch can keep log events:
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogGroupArgs:
    """``retention_days`` is one of RETENTION_DAYS. ``kms_key_id`` is a key's ARN, whose policy lets CloudWatch Logs
    use it: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html"""

    retention_days: int = 30
    kms_key_id: pulumi.Input[str] | None = None
    tags: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        if self.retention_days not in RETENTION_DAYS:
            allowed = ", ".join(map(str, RETENTION_DAYS))
            raise ValueError(f"retention_days must be one of {allowed} (got {self.retention_days})")


class LogGroup(pulumi.ComponentResource):
    """A log group named ``/ecs/<project>/<stack>/<name>-…``: a person finds it, and no other stack has it."""

    arn: pulumi.Output[str]
    name: pulumi.Output[str]

    def __init__(self, name: str, args: LogGroupArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("berth:components:LogGroup", name, None, opts)
        group = aws.cloudwatch.LogGroup(
            name,
            name_prefix=f"/ecs/{pulumi.get_project()}/{pulumi.get_stack()}/{name}-",
            retention_in_days=args.retention_days,
            kms_key_id=args.kms_key_id,
            tags=dict(args.tags),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.arn = group.arn
        self.name = group.name
        self.register_outputs({"arn": self.arn, "name": self.name})
