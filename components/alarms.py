"""CloudWatch alarms of an application: what people should hear of while nobody looks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from berth.components.naming import autonamed
from berth.components.watched import (
    Metric,
    Watched,
    of_file_systems,
    of_instances,
    of_load_balancer,
    of_services,
    of_targets,
    running_tasks,
)

MAXIMUM_NAME = 255
"""https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"""
AT_LEAST, BELOW = "GreaterThanOrEqualToThreshold", "LessThanThreshold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """``cpu``, ``memory`` and ``file_system_io`` are percent, held for 15 minutes; ``errors`` are answers with a status
    of 5xx in five minutes; ``burst_credits`` is bytes."""

    cpu: int = 90
    memory: int = 90
    errors: int = 10
    file_system_io: int = 95
    burst_credits: int = 192_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmsArgs:
    """``topic_arn`` hears of each alarm, and of its end."""

    watched: Watched
    topic_arn: pulumi.Input[str]
    thresholds: Thresholds = field(default_factory=Thresholds)
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Goes off where ``metric`` was beyond ``threshold`` for all of ``periods``, ``period`` seconds each.

    ``missing`` is what no data counts as: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
    """

    name: str
    metric: Metric
    text: str
    threshold: int
    comparison: str = AT_LEAST
    period: int = 300
    periods: int = 3
    missing: str = "missing"


class Alarms(pulumi.ComponentResource):
    """``arns`` are those of all alarms, in the order of ``alarms``."""

    arns: Sequence[pulumi.Output[str]]

    def __init__(self, name: str, args: AlarmsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("berth:components:Alarms", name, None, opts)
        self.arns = [self._alarm(name, alarm, args).arn for alarm in alarms(args.watched, args.thresholds)]
        self.register_outputs({"arns": self.arns})

    def _alarm(self, name: str, alarm: Alarm, args: AlarmsArgs) -> aws.cloudwatch.MetricAlarm:
        return aws.cloudwatch.MetricAlarm(
            autonamed(f"{name}-{alarm.name}", MAXIMUM_NAME),
            alarm_description=alarm.text,
            namespace=alarm.metric.namespace,
            metric_name=alarm.metric.name,
            dimensions=dict(alarm.metric.dimensions),
            statistic=alarm.metric.statistic,
            comparison_operator=alarm.comparison,
            threshold=alarm.threshold,
            period=alarm.period,
            evaluation_periods=alarm.periods,
            datapoints_to_alarm=alarm.periods,
            treat_missing_data=alarm.missing,
            alarm_actions=[args.topic_arn],
            ok_actions=[args.topic_arn],
            tags=dict(args.tags),
            opts=pulumi.ResourceOptions(parent=self),
        )


def alarms(watched: Watched, thresholds: Thresholds) -> list[Alarm]:
    """Every alarm of what is watched."""
    return [
        *_tasks(watched),
        *_utilization(watched, thresholds),
        *_requests(watched, thresholds),
        *_file_systems(watched, thresholds),
    ]


def _tasks(watched: Watched) -> Iterator[Alarm]:
    """Fewer tasks than asked for, for five minutes: ECS sends nothing of a service without any."""
    for metric in running_tasks(watched):
        wanted = watched.services[metric.label].desired_count
        if wanted:
            yield Alarm(
                name=f"{metric.label}-tasks",
                metric=metric,
                text=f"{metric.label}: fewer tasks run than the {wanted} that are asked for",
                threshold=wanted,
                comparison=BELOW,
                period=60,
                periods=5,
                missing="breaching",
            )


def _utilization(watched: Watched, thresholds: Thresholds) -> Iterator[Alarm]:
    for metric_name, label, limit in (
        ("CPUUtilization", "CPU", thresholds.cpu),
        ("MemoryUtilization", "memory", thresholds.memory),
    ):
        of_sized = [item for item in of_services(watched, metric_name) if watched.services[item.label].sized]
        named = [(f"{item.label}-{label.lower()}", item) for item in of_sized]
        named += [(label.lower(), item) for item in of_instances(watched, metric_name)]
        for name, metric in named:
            yield Alarm(
                name=name,
                metric=metric,
                text=f"{metric.label}: {limit} % of the {label} or more are used, for 15 minutes",
                threshold=limit,
            )


def _requests(watched: Watched, thresholds: Thresholds) -> Iterator[Alarm]:
    errors = thresholds.errors
    for metric in of_targets(watched, "HTTPCode_Target_5XX_Count", "Sum"):
        yield Alarm(
            name=_name(metric, "errors"),
            metric=metric,
            text=f"{metric.label}: {errors} answers or more had a status of 5xx, in five minutes",
            threshold=errors,
            periods=1,
            missing="notBreaching",  # a metric of nothing but errors
        )
    for metric in of_targets(watched, "UnHealthyHostCount", "Maximum"):
        yield Alarm(
            name=_name(metric, "unhealthy"),
            metric=metric,
            text=f"{metric.label}: a task fails the load balancer's health check, for five minutes",
            threshold=1,
            period=60,
            periods=5,
            missing="notBreaching",
        )
    for metric in of_load_balancer(watched, "HTTPCode_ELB_5XX_Count"):
        yield Alarm(
            name="errors",
            metric=metric,
            text=f"The load balancer itself gave {errors} answers with 5xx or more in five minutes: "
            "no task was there, or none answered",
            threshold=errors,
            periods=1,
            missing="notBreaching",
        )


def _file_systems(watched: Watched, thresholds: Thresholds) -> Iterator[Alarm]:
    for metric in of_file_systems(watched.file_system_ids, "PercentIOLimit"):
        yield Alarm(
            name=f"io-{metric.label}",
            metric=metric,
            text=f"The file system has {thresholds.file_system_io} % of its I/O limit in use or more, for 15 minutes",
            threshold=thresholds.file_system_io,
            missing="notBreaching",
        )
    for metric in of_file_systems(watched.bursting_ids, "BurstCreditBalance"):
        yield Alarm(
            name=f"credits-{metric.label}",
            metric=metric,
            text=f"The file system {metric.label} has little burst credit left; without any it is slow",
            threshold=thresholds.burst_credits,
            comparison=BELOW,
            missing="notBreaching",  # one with elastic throughput has no such metric
        )


def _name(metric: Metric, kind: str) -> str:
    """``web-errors``, or with the port of several ``web-errors-80``, which is no other service's."""
    service, _, port = metric.label.partition(" ")
    return "-".join([service, kind, *([port] if port else [])])
