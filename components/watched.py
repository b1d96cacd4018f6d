"""What of an application CloudWatch measures, as its metrics name it: for alarms and dashboards alike.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
https://docs.aws.amazon.com/efs/latest/ug/efs-metrics.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pulumi


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedService:
    """``name`` is the ECS service's; ``target_group_arns`` are by a label, most often the listener's port.

    ``sized``: its tasks have a size that they can't exceed (Fargate), so that a percentage of it says something. On
    instances it is one of what was reserved, which tasks may exceed for ever.
    """

    name: pulumi.Input[str]
    desired_count: int
    sized: bool
    target_group_arns: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """``services`` are by the name that people know. ``file_system_ids`` have elastic or provisioned throughput;
    ``bursting_ids`` may live on burst credits. ``instances``: the cluster has some."""

    cluster_name: pulumi.Input[str]
    services: Mapping[str, WatchedService]
    instances: bool = False
    load_balancer_arn: pulumi.Input[str] | None = None
    file_system_ids: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    bursting_ids: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    log_group_names: Sequence[pulumi.Input[str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One line of a graph. ``dimensions`` is the metric's whole identity; ``statistic`` may be a percentile."""

    label: str
    namespace: str
    name: str
    dimensions: Mapping[str, pulumi.Input[str]]
    statistic: str = "Average"


def of_services(watched: Watched, name: str, statistic: str = "Average") -> list[Metric]:
    """A metric of each service."""
    return [
        Metric(
            label=label,
            namespace="AWS/ECS",
            name=name,
            dimensions={"ClusterName": watched.cluster_name, "ServiceName": service.name},
            statistic=statistic,
        )
        for label, service in sorted(watched.services.items())
    ]


def of_instances(watched: Watched, name: str) -> list[Metric]:
    """A metric of all instances together; ECS has it of clusters with instances alone."""
    if not watched.instances:
        return []
    return [Metric(label="instances", namespace="AWS/ECS", name=name, dimensions={"ClusterName": watched.cluster_name})]


def running_tasks(watched: Watched) -> list[Metric]:
    """Each service's running tasks: a sample of each comes in a minute, and none where no task runs.

    It needs no Container Insights, and the metric's usual resolution of 60 s ("Service RUNNING task count"):
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cloudwatch-metrics.html
    """
    return of_services(watched, "CPUUtilization", "SampleCount")


def of_targets(watched: Watched, name: str, statistic: str) -> list[Metric]:
    """A metric of each target group: of a service with several, the label says which."""
    return [
        Metric(
            label=label if len(service.target_group_arns) == 1 else f"{label} {port}",
            namespace="AWS/ApplicationELB",
            name=name,
            dimensions={"LoadBalancer": dimension(watched.load_balancer_arn), "TargetGroup": dimension(arn)},
            statistic=statistic,
        )
        for label, service in sorted(watched.services.items())
        for port, arn in sorted(service.target_group_arns.items())
        if watched.load_balancer_arn is not None
    ]


def of_load_balancer(watched: Watched, name: str) -> list[Metric]:
    """A sum of what the load balancer itself did."""
    if watched.load_balancer_arn is None:
        return []
    return [
        Metric(
            label="load balancer",
            namespace="AWS/ApplicationELB",
            name=name,
            dimensions={"LoadBalancer": dimension(watched.load_balancer_arn)},
            statistic="Sum",
        )
    ]


def of_file_systems(ids: Mapping[str, pulumi.Input[str]], name: str, statistic: str = "Average") -> list[Metric]:
    """A metric of each file system."""
    return [
        Metric(
            label=label, namespace="AWS/EFS", name=name, dimensions={"FileSystemId": identifier}, statistic=statistic
        )
        for label, identifier in sorted(ids.items())
    ]


def dimension(arn: pulumi.Input[str] | None) -> pulumi.Output[str]:
    """``app/NAME/ID`` of a load balancer's ARN, ``targetgroup/NAME/ID`` of a target group's."""
    return pulumi.Output.from_input(arn).apply(
        lambda known: str(known).rpartition(":")[2].removeprefix("loadbalancer/")
    )


def lines(metrics: Sequence[Metric]) -> Iterator[list[object]]:
    """Metrics in the words of a dashboard:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html"""
    for metric in metrics:
        dimensions = [part for key, value in sorted(metric.dimensions.items()) for part in (key, value)]
        yield [metric.namespace, metric.name, *dimensions, {"label": metric.label, "stat": metric.statistic}]
