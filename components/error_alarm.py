"""A CloudWatch alarm on the share of requests that a service answers with an error of its own (5xx)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

PERIOD = 60
"""Seconds: a load balancer's metrics come by the minute.
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorAlarmArgs:
    """Alarm above ``percent`` of the requests of ``target_groups``, counted together, which lie behind
    ``load_balancer``; both by the suffixes of their ARNs. ``minutes`` is for how long.

    Raises:
        ValueError: no target group, or a percentage that is none.
    """

    percent: float
    load_balancer: pulumi.Input[str]
    target_groups: Sequence[pulumi.Input[str]]
    minutes: int = 2
    tags: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        if not self.target_groups:
            raise ValueError("target_groups: an alarm needs one or more")
        if not 0 < self.percent <= 100:
            raise ValueError(f"percent must be above 0 and at most 100 (got {self.percent:g})")


class ErrorAlarm(pulumi.ComponentResource):
    """``alarm_name`` is what a deployment watches. Without requests it is quiet."""

    alarm_name: pulumi.Output[str]

    def __init__(self, name: str, args: ErrorAlarmArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("berth:components:ErrorAlarm", name, None, opts)
        alarm = aws.cloudwatch.MetricAlarm(
            name,
            alarm_description=f"More than {args.percent:g} % of the requests to {name} are answered with 5xx",
            comparison_operator="GreaterThanThreshold",
            threshold=args.percent,
            evaluation_periods=args.minutes,
            datapoints_to_alarm=args.minutes,
            treat_missing_data="notBreaching",
            metric_queries=_queries(args),
            tags=dict(args.tags),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.alarm_name = alarm.name
        self.register_outputs({"alarm_name": self.alarm_name})


def _queries(args: ErrorAlarmArgs) -> list[aws.cloudwatch.MetricAlarmMetricQueryArgs]:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html"""
    numbers = range(len(args.target_groups))
    errors = " + ".join(f"FILL(errors{number}, 0)" for number in numbers)
    requests = " + ".join(f"FILL(requests{number}, 0)" for number in numbers)
    return [
        aws.cloudwatch.MetricAlarmMetricQueryArgs(
            id="percent",
            expression=f"IF(({requests}) > 0, 100 * ({errors}) / ({requests}), 0)",
            label="Requests answered with 5xx, in percent",
            return_data=True,
        ),
        *(
            aws.cloudwatch.MetricAlarmMetricQueryArgs(
                id=f"{prefix}{number}",
                metric=aws.cloudwatch.MetricAlarmMetricQueryMetricArgs(
                    namespace="AWS/ApplicationELB",
                    metric_name=metric,
                    dimensions={"LoadBalancer": args.load_balancer, "TargetGroup": args.target_groups[number]},
                    period=PERIOD,
                    stat="Sum",
                ),
            )
            for number in numbers
            for prefix, metric in (("errors", "HTTPCode_Target_5XX_Count"), ("requests", "RequestCount"))
        ),
    ]
