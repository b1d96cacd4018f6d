"""Alarms, dashboards, Container Insights and keys."""

from __future__ import annotations

from typing import Any

import pytest

from berth.components.alarms import Thresholds, alarms
from berth.components.watched import Watched, WatchedService
from berth.compose.model import Application
from berth.cost.estimate import estimate
from berth.cost.model import Assumptions, Plan
from berth.cost.prices import read_prices
from berth.cost.watching import alarm_metrics, watched_metrics
from berth.platforms.ecs.plan import plan_application
from berth.settings import Settings
from tests.unit.applications import application, service
from tests.unit.berth.cost.test_estimate import LIMITED, SMALL, costs, prod

VOLUME = {"type": "volume", "source": "data", "target": "/data"}
SHOP = application(
    service("web", ports=[{"target": 80, "published": 80}, {"target": 81, "published": 8081}], deploy=LIMITED),
    service("db", deploy=LIMITED, mounts=[VOLUME]),
    service("report", deploy=LIMITED, extension={"schedule": "rate(1 hour)"}),
    volumes={"data": {"name": "data"}},
)


def plan(app: Application, settings: Settings) -> Plan:
    prices = read_prices("us-east-1")
    services = plan_application(app, settings)
    return Plan(application=app, settings=settings, services=services, prices=prices, assumptions=Assumptions())


def deployed(groups: dict[str, tuple[str, ...]], **about: Any) -> Watched:
    services = {
        name: WatchedService(
            name=name,
            desired_count=1,
            sized=about.pop("sized", False) if len(groups) == 1 else about.get("sized", False),
            target_group_arns={port: f"arn:aws:x:y:z:targetgroup/{port}/1" for port in ports},
        )
        for name, ports in groups.items()
    }
    about.pop("sized", None)
    return Watched(cluster_name="shop", services=services, **about)


def test_as_many_metrics_are_counted_as_the_component_makes_alarms() -> None:
    volumes = {"file_system_ids": {"volumes": "fs-1"}}
    for settings, watched in (
        (prod(), deployed({"web": ("80", "8081"), "db": ()}, sized=True, load_balancer_arn="arn:lb", **volumes)),
        (Settings(platform="ecs-ec2"), deployed({"web": (), "db": ()}, instances=True, **volumes)),
        (Settings(platform="ecs-ec2", volume_storage="instance"), deployed({"web": (), "db": ()}, instances=True)),
    ):
        assert watched_metrics(plan(SHOP, settings)) == len(alarms(watched, Thresholds())), settings.platform


def test_ten_metrics_of_alarms_are_free() -> None:
    found = estimate(SHOP, prod(alarms=True, alarm_emails=("a@example.com",)))
    # 2 of running tasks, 4 of CPU and memory, 4 of two target groups, 1 of the load balancer, 1 of the file system
    (item,) = [item for item in found.items if item.what == "alarms"]
    assert (item.quantity, item.monthly) == (2, pytest.approx(0.20))
    assert "12 metrics" in item.note
    assert costs(found)["shared: key of the alarms' topic"] == 1.00
    assert [rate.unit_price for rate in found.rates if rate.what == "from alarms"] == [2.00]


def test_an_existing_topic_has_its_own_key() -> None:
    topic = "arn:aws:sns:us-east-1:123456789012:on-call"
    assert "shared: key of the alarms' topic" not in costs(estimate(SHOP, prod(alarms=True, alarm_topic_arn=topic)))


def test_deployments_and_scaling_have_alarms_of_their_own() -> None:
    extension = {
        "scaling": {"max": 4, "cpu": 60, "requests": 100},
        "deployment": {"strategy": "blue_green", "error_percent": 5},
    }
    web = service("web", ports=[{"target": 80, "published": 80}], deploy=LIMITED, extension=extension)
    # requests and errors of two target groups; two alarms for each of two aims
    assert alarm_metrics(plan(application(web), prod())) == 4 + 4
    grows = Settings(platform="ecs-ec2", instance_maximum=3)
    assert alarm_metrics(plan(SMALL, grows)) == 2
    assert alarm_metrics(plan(SMALL, grows.model_copy(update={"instance_spot": 50}))) == 4


def rates(**settings: Any) -> dict[str, tuple[float | None, str, float]]:
    found = estimate(SHOP, prod(**settings))
    return {rate.what: (rate.unit_price, rate.unit, rate.free) for rate in found.rates}


def test_dashboards_and_insights_are_rates_beyond_what_is_free() -> None:
    assert rates(dashboard=True)["of the account's, of which this stack has one"] == (3.00, "dashboard", 3)
    assert rates(container_insights="enabled")["of Container Insights"] == (0.30, "metric", 10)
    enhanced = rates(container_insights="enhanced")
    assert enhanced["of Container Insights with enhanced observability"] == (0.07, "metric", 0)
    cluster = "arn:aws:ecs:us-east-1:123456789012:cluster/shared"
    assert rates(container_insights="enabled", cluster_arn=cluster).keys() == rates().keys()


def test_a_budget_and_a_web_acl_that_exists_add_nothing() -> None:
    plain = estimate(SHOP, prod())
    acl = "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/shop/1"
    for more in ({"monthly_budget": 50, "alarm_emails": ("a@example.com",)}, {"web_acl_arn": acl}):
        assert estimate(SHOP, prod(**more)).monthly == plain.monthly


def test_backups_keys_and_flow_logs_are_rates() -> None:
    key = "arn:aws:kms:us-east-1:123456789012:key/abc"
    found = rates(backup=True, kms_key_arn=key, flow_logs=True)
    assert found["of EFS's backups"] == (0.05, "GB-month", 0)
    assert found["read from EFS"] == (0.03, "GB", 0)
    assert found["written to EFS"] == (0.06, "GB", 0)
    assert found["to your key"] == (0.03, "10,000 requests", 2)
    assert found["of logs and flow logs"] == (0.50, "GB", 5)
