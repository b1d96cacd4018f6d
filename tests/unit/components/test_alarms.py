"""Which alarms there are, when each goes off, and who hears of it."""

from __future__ import annotations

from typing import Any

import pytest

from berth.components.alarms import Alarms, AlarmsArgs, Thresholds
from berth.components.watched import Watched, WatchedService
from tests.unit.components.build import Built, build

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
BALANCER = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/shop/0123456789abcdef"
GROUP = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef"
TOPIC = "arn:aws:sns:us-east-1:123456789012:ops"


def service(**args: Any) -> WatchedService:
    return WatchedService(**{"name": "web-1", "desired_count": 2, "sized": True, **args})


def alarms(watched: Watched, **args: Any) -> Built:
    return build(lambda opts: {"arns": Alarms("shop", AlarmsArgs(watched=watched, topic_arn=TOPIC, **args), opts).arns})


def test_fewer_tasks_than_asked_for_are_told_without_container_insights():
    built = alarms(Watched(cluster_name="shop-c", services={"web": service()}), tags={"team": "a"})
    inputs = dict(built.inputs(ALARM, "shop-web-tasks"))
    assert "fewer tasks run than the 2" in inputs.pop("alarmDescription")
    # The samples of one minute are the running tasks, and a service without any has no metric:
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cloudwatch-metrics.html
    assert inputs == {
        "namespace": "AWS/ECS",
        "metricName": "CPUUtilization",
        "dimensions": {"ClusterName": "shop-c", "ServiceName": "web-1"},
        "statistic": "SampleCount",
        "comparisonOperator": "LessThanThreshold",
        "threshold": 2,
        "period": 60,
        "evaluationPeriods": 5,
        "datapointsToAlarm": 5,
        "treatMissingData": "breaching",
        "alarmActions": [TOPIC],
        "okActions": [TOPIC],
        "tags": {"team": "a"},
    }
    assert len(built.values["arns"]) == len(built.names(ALARM)) == 3


def test_a_service_that_is_to_have_no_tasks_may_have_none():
    built = alarms(Watched(cluster_name="c", services={"web": service(desired_count=0)}))
    assert built.names(ALARM) == ["shop-web-cpu", "shop-web-memory"]


def test_percentages_are_of_tasks_that_have_a_size_and_of_all_instances_together():
    watched = Watched(cluster_name="c", services={"web": service(sized=False)}, instances=True)
    built = alarms(watched, thresholds=Thresholds(cpu=70, memory=80))
    assert built.names(ALARM) == ["shop-cpu", "shop-memory", "shop-web-tasks"]
    memory = built.inputs(ALARM, "shop-memory")
    assert (memory["metricName"], memory["dimensions"]) == ("MemoryUtilization", {"ClusterName": "c"})
    assert (memory["threshold"], memory["period"] * memory["evaluationPeriods"]) == (80, 900)
    assert built.inputs(ALARM, "shop-cpu")["threshold"] == 70


def test_errors_are_counted_by_target_group_and_of_the_load_balancer_itself():
    watched = Watched(
        cluster_name="c", services={"web": service(target_group_arns={"80": GROUP})}, load_balancer_arn=BALANCER
    )
    built = alarms(watched, thresholds=Thresholds(errors=3))
    # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
    balancer = {"LoadBalancer": "app/shop/0123456789abcdef"}
    errors, unhealthy = built.inputs(ALARM, "shop-web-errors"), built.inputs(ALARM, "shop-web-unhealthy")
    for found, metric, dimensions in (
        (errors, "HTTPCode_Target_5XX_Count", {**balancer, "TargetGroup": "targetgroup/web/0123456789abcdef"}),
        (unhealthy, "UnHealthyHostCount", {**balancer, "TargetGroup": "targetgroup/web/0123456789abcdef"}),
        (built.inputs(ALARM, "shop-errors"), "HTTPCode_ELB_5XX_Count", balancer),
    ):
        assert (found["namespace"], found["metricName"]) == ("AWS/ApplicationELB", metric)
        assert found["dimensions"] == dimensions
        assert found["treatMissingData"] == "notBreaching"
    assert (errors["statistic"], errors["threshold"], errors["period"]) == ("Sum", 3, 300)
    assert (unhealthy["statistic"], unhealthy["threshold"], unhealthy["evaluationPeriods"]) == ("Maximum", 1, 5)


def test_alarms_of_several_ports_are_told_apart():
    groups = {"80": GROUP, "9000": GROUP.replace("web", "admin")}
    watched = Watched(cluster_name="c", services={"web": service(target_group_arns=groups)}, load_balancer_arn=BALANCER)
    names = set(alarms(watched).names(ALARM))
    assert {"shop-web-errors-80", "shop-web-errors-9000", "shop-web-unhealthy-80", "shop-web-unhealthy-9000"} <= names


def test_services_that_are_called_like_a_resource_have_alarms_of_their_own():
    names = ("errors", "cpu", "instances", "volumes", "web", "web-80")
    watched = Watched(
        cluster_name="c",
        services={name: service(target_group_arns={"80": GROUP, "81": GROUP}) for name in names},
        instances=True,
        load_balancer_arn=BALANCER,
        file_system_ids={"volumes": "fs-1"},
        bursting_ids={"fs-2": "fs-2"},
    )
    found = alarms(watched).names(ALARM)
    assert len(set(found)) == len(found)


def test_a_file_system_is_watched_by_what_can_run_out_of_it():
    watched = Watched(cluster_name="c", services={}, file_system_ids={"volumes": "fs-1"}, bursting_ids={"fs-2": "fs-2"})
    built = alarms(watched, thresholds=Thresholds(burst_credits=5))
    own, other = built.inputs(ALARM, "shop-io-volumes"), built.inputs(ALARM, "shop-credits-fs-2")
    # https://docs.aws.amazon.com/efs/latest/ug/efs-metrics.html
    assert (own["namespace"], own["metricName"], own["dimensions"]) == (
        "AWS/EFS",
        "PercentIOLimit",
        {"FileSystemId": "fs-1"},
    )
    assert (own["comparisonOperator"], own["threshold"]) == ("GreaterThanOrEqualToThreshold", 95)
    assert (other["metricName"], other["comparisonOperator"], other["threshold"]) == (
        "BurstCreditBalance",
        "LessThanThreshold",
        5,
    )
    assert other["treatMissingData"] == "notBreaching"


@pytest.mark.parametrize("stem", ["cpu", "memory"])
def test_an_alarm_ends_with_a_notice_too(stem: str):
    inputs = alarms(Watched(cluster_name="c", services={"web": service()})).inputs(ALARM, f"shop-web-{stem}")
    assert inputs["okActions"] == inputs["alarmActions"] == [TOPIC]
