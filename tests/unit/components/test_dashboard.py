"""The dashboard's one JSON text: the same for the same application, and without graphs that would be empty."""

from __future__ import annotations

import json
from typing import Any

from berth.components.dashboard import Dashboard, DashboardArgs, dashboard_name
from berth.components.watched import Watched, WatchedService
from tests.unit.components.build import Built, build

DASHBOARD = "aws:cloudwatch/dashboard:Dashboard"
BALANCER = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shop/01"
GROUP = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/02"


def built(watched: Watched, **args: Any) -> Built:
    def make(opts: Any) -> dict[str, Any]:
        made = Dashboard("shop-prod", DashboardArgs(watched=watched, **args), opts)
        return {"name": made.name, "url": made.url}

    return build(make)


def dashboard(watched: Watched, **args: Any) -> list[dict[str, Any]]:
    text = built(watched, region="eu-west-1", **args).inputs(DASHBOARD)["dashboardBody"]
    content = json.loads(text)
    assert text == json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return content["widgets"]


def full(**more: Any) -> Watched:
    services = {
        "api": WatchedService(name="api-1", desired_count=1, sized=True),
        "web": WatchedService(name="web-1", desired_count=2, sized=True, target_group_arns={"80": GROUP}),
    }
    return Watched(cluster_name="c", services=services, load_balancer_arn=BALANCER, **more)


def graph(widgets: list[dict[str, Any]], title: str) -> dict[str, Any]:
    (found,) = [item["properties"] for item in widgets if item["properties"]["title"] == title]
    return found


def test_the_name_is_the_accounts_and_has_what_aws_allows():
    made = built(full(), region="eu-west-1")
    assert made.inputs(DASHBOARD)["dashboardName"] == made.values["name"] == "berth-shop-prod"
    assert made.values["url"] == (
        "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#dashboards/dashboard/berth-shop-prod"
    )
    assert dashboard_name("a.b c") == "a-b-c"


def test_every_service_is_a_line_of_the_graphs():
    widgets = dashboard(full())
    dimensions = ["ClusterName", "c", "ServiceName"]
    assert graph(widgets, "CPU, percent")["metrics"] == [
        ["AWS/ECS", "CPUUtilization", *dimensions, "api-1", {"label": "api", "stat": "Average"}],
        ["AWS/ECS", "CPUUtilization", *dimensions, "web-1", {"label": "web", "stat": "Average"}],
    ]
    running = graph(widgets, "Running tasks")
    assert running["period"] == 60  # at a longer one, samples are more than tasks
    assert [line[-1] for line in running["metrics"]] == [
        {"label": "api", "stat": "SampleCount"},
        {"label": "web", "stat": "SampleCount"},
    ]
    assert running["region"] == "eu-west-1"


def test_requests_errors_and_latency_are_of_what_the_load_balancer_reaches():
    widgets = dashboard(full())
    target = ["LoadBalancer", "app/shop/01", "TargetGroup", "targetgroup/web/02"]
    assert graph(widgets, "Requests a minute")["metrics"] == [
        ["AWS/ApplicationELB", "RequestCount", *target, {"label": "web", "stat": "Sum"}]
    ]
    assert [line[1] for line in graph(widgets, "Answers with 5xx a minute")["metrics"]] == [
        "HTTPCode_Target_5XX_Count",
        "HTTPCode_ELB_5XX_Count",
    ]
    latency = graph(widgets, "Seconds until an answer, 95th percentile")["metrics"]
    assert latency == [["AWS/ApplicationELB", "TargetResponseTime", *target, {"label": "web", "stat": "p95"}]]


def test_what_there_is_not_has_no_graph():
    services = {"api": WatchedService(name="api-1", desired_count=1, sized=False)}
    widgets = dashboard(Watched(cluster_name="c", services=services, instances=True))
    assert [item["properties"]["title"] for item in widgets] == ["CPU, percent", "Memory, percent", "Running tasks"]
    instances = graph(widgets, "Memory, percent")["metrics"][-1]
    assert instances == [
        "AWS/ECS",
        "MemoryUtilization",
        "ClusterName",
        "c",
        {"label": "instances", "stat": "Average"},
    ]


def test_file_systems_alarms_and_lines_that_look_like_errors():
    watched = full(file_system_ids={"volumes": "fs-1"}, bursting_ids={"fs-2": "fs-2"}, log_group_names=["/b", "/a"])
    widgets = dashboard(watched, alarm_arns=["arn:1", "arn:2"])
    assert (widgets[0]["type"], widgets[0]["properties"]["alarms"]) == ("alarm", ["arn:1", "arn:2"])
    assert widgets[-1]["type"] == "log"
    assert widgets[-1]["properties"]["query"].startswith("SOURCE '/a' | SOURCE '/b' | fields @timestamp")
    assert graph(widgets, "Volumes: percent of the I/O limit")["metrics"][0][:4] == [
        "AWS/EFS",
        "PercentIOLimit",
        "FileSystemId",
        "fs-1",
    ]
    assert graph(widgets, "Volumes: burst credits, bytes")["metrics"][0][3] == "fs-2"


def test_no_widget_lies_over_another_and_none_beyond_the_24_columns():
    widgets = dashboard(full(file_system_ids={"v": "fs-1"}, log_group_names=["/a"]), alarm_arns=["arn:1"])
    taken: set[tuple[int, int]] = set()
    for item in widgets:
        cells = {
            (x, y)
            for x in range(item["x"], item["x"] + item["width"])
            for y in range(item["y"], item["y"] + item["height"])
        }
        assert not cells & taken
        taken |= cells
    assert max(x for x, _ in taken) == 23
