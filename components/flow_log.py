"""A VPC's flow logs: who talked to whom, and what security groups refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from berth.components.logs import LogGroup, LogGroupArgs
from berth.components.role import Role, RoleArgs, Statement

SECONDS = 600
"""One line for each ten minutes of a connection; the other choice, 60, makes ten times as much to pay for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowLogArgs:
    """``retention_days`` is one of CloudWatch's (components/logs.py)."""

    vpc_id: pulumi.Input[str]
    retention_days: int = 30
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


class FlowLog(pulumi.ComponentResource):
    """All of a VPC's traffic in a log group of its own. CloudWatch bills it by size."""

    log_group_name: pulumi.Output[str]

    def __init__(self, name: str, args: FlowLogArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("berth:components:FlowLog", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        logs = LogGroup(f"{name}-flow", LogGroupArgs(retention_days=args.retention_days, tags=args.tags), child)
        role = Role(
            f"{name}-flow",
            RoleArgs(
                service="vpc-flow-logs.amazonaws.com",
                statements=[delivery(logs.arn)],
                description=f"Writes the flow logs of {name}",
                tags=args.tags,
            ),
            child,
        )
        aws.ec2.FlowLog(
            name,
            vpc_id=args.vpc_id,
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_destination=logs.arn,
            iam_role_arn=role.arn,
            max_aggregation_interval=SECONDS,
            tags={**args.tags, "Name": name},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[role]),
        )
        self.log_group_name = logs.name
        self.register_outputs({"log_group_name": self.log_group_name})


def delivery(log_group_arn: pulumi.Input[str]) -> Statement:
    """What the service asks of its role, for this one group and its streams; it makes no group.

    https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/logs/iam-access-control-overview-cwl.html
    """
    return Statement(
        actions=("logs:CreateLogStream", "logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:PutLogEvents"),
        resources=(pulumi.Output.concat(log_group_arn, ":*"),),
    )
