"""A CloudWatch dashboard of an application: what runs, how much of it is used, and what goes wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from berth.components.container_json import canonical
from berth.components.naming import short_name
from berth.components.watched import (
    Metric,
    Watched,
    lines,
    of_file_systems,
    of_instances,
    of_load_balancer,
    of_services,
    of_targets,
    running_tasks,
)

MAXIMUM_NAME = 255
"""https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html"""
WIDTH = 24
HEIGHT = 6
LOG_GROUPS = 50
"""Log groups that one query reads:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatchlogs_limits.html"""
ALARMS = 100
"""Alarms that one widget shows:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html"""

Widget = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardArgs:
    """``alarm_arns`` are shown first. Its log query runs, and costs, only while somebody looks."""

    watched: Watched
    region: str
    alarm_arns: Sequence[pulumi.Input[str]] = ()


class Dashboard(pulumi.ComponentResource):
    """A dashboard named ``<project>-<name>``: names are the account's, whatever the region. ``url``: the console's."""

    name: pulumi.Output[str]
    url: pulumi.Output[str]

    def __init__(self, name: str, args: DashboardArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("berth:components:Dashboard", name, None, opts)
        dashboard = aws.cloudwatch.Dashboard(
            name,
            dashboard_name=dashboard_name(f"{pulumi.get_project()}-{name}"),
            dashboard_body=pulumi.Output.from_input(body(args)).apply(canonical),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.name = dashboard.dashboard_name
        console = f"https://{args.region}.console.aws.amazon.com/cloudwatch/home?region={args.region}"
        self.url = pulumi.Output.concat(console, "#dashboards/dashboard/", self.name)
        self.register_outputs({"name": self.name, "url": self.url})


def dashboard_name(name: str) -> str:
    """Letters, digits, ``-`` and ``_``: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html"""
    return short_name(re.sub(r"[^A-Za-z0-9_-]", "-", name), MAXIMUM_NAME)


def body(args: DashboardArgs) -> dict[str, Any]:
    """The dashboard as AWS words it, with outputs in it; a graph that would have no line is left out."""
    watched = args.watched
    graphs = [
        _graph(
            args, "CPU, percent", [*of_services(watched, "CPUUtilization"), *of_instances(watched, "CPUUtilization")]
        ),
        _graph(
            args,
            "Memory, percent",
            [*of_services(watched, "MemoryUtilization"), *of_instances(watched, "MemoryUtilization")],
        ),
        _graph(args, "Running tasks", running_tasks(watched)),
        _graph(args, "Requests a minute", of_targets(watched, "RequestCount", "Sum")),
        _graph(
            args,
            "Answers with 5xx a minute",
            [
                *of_targets(watched, "HTTPCode_Target_5XX_Count", "Sum"),
                *of_load_balancer(watched, "HTTPCode_ELB_5XX_Count"),
            ],
        ),
        _graph(args, "Seconds until an answer, 95th percentile", of_targets(watched, "TargetResponseTime", "p95")),
        _graph(args, "Volumes: percent of the I/O limit", of_file_systems(watched.file_system_ids, "PercentIOLimit")),
        _graph(args, "Volumes: burst credits, bytes", of_file_systems(watched.bursting_ids, "BurstCreditBalance")),
    ]
    return {"widgets": _placed(_alarms(args), [graph for graph in graphs if graph], _errors(args))}


def _placed(first: Sequence[Widget], graphs: Sequence[Widget], last: Sequence[Widget]) -> list[Widget]:
    """Two graphs a row, between widgets of the whole width."""
    placed: list[Widget] = []
    y = 0
    for widget in first:
        placed.append({**widget, "x": 0, "y": y, "width": WIDTH, "height": HEIGHT})
        y += HEIGHT
    for index, widget in enumerate(graphs):
        x = index % 2 * (WIDTH // 2)
        placed.append({**widget, "x": x, "y": y + index // 2 * HEIGHT, "width": WIDTH // 2, "height": HEIGHT})
    y += -(-len(graphs) // 2) * HEIGHT
    for widget in last:
        placed.append({**widget, "x": 0, "y": y, "width": WIDTH, "height": HEIGHT})
        y += HEIGHT
    return placed


def _graph(args: DashboardArgs, title: str, metrics: Sequence[Metric]) -> Widget | None:
    if not metrics:
        return None
    return {
        "type": "metric",
        "properties": {
            "title": title,
            "region": args.region,
            "view": "timeSeries",
            "stacked": False,
            "period": 60,  # the running tasks' samples are counted by the minute
            "metrics": list(lines(metrics)),
            "yAxis": {"left": {"min": 0}},
        },
    }


def _alarms(args: DashboardArgs) -> list[Widget]:
    if not args.alarm_arns:
        return []
    return [{"type": "alarm", "properties": {"title": "Alarms", "alarms": list(args.alarm_arns)[:ALARMS]}}]


def _errors(args: DashboardArgs) -> list[Widget]:
    groups = list(args.watched.log_group_names)[:LOG_GROUPS]
    if not groups:
        return []
    sources = pulumi.Output.all(*groups).apply(
        lambda known: " | ".join(f"SOURCE '{name}'" for name in sorted(set(known)))
    )
    query = pulumi.Output.concat(
        sources,
        " | fields @timestamp, @logStream, @message | filter @message like /(?i)error|exception|fatal|panic/"
        " | sort @timestamp desc | limit 50",
    )
    return [
        {
            "type": "log",
            "properties": {
                "title": "Lines that look like errors",
                "region": args.region,
                "view": "table",
                "query": query,
            },
        }
    ]
