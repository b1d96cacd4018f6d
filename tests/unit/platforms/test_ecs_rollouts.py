"""How a service is deployed: strategy, alarms, and the times of a task's start and end."""

from __future__ import annotations

from typing import Any

import pytest

from berth.compose.extension import ServiceExtension
from berth.compose.model import Deploy, Mount, Resources
from berth.compose.operation import Deployment
from berth.diagnostics import Diagnostic, Severity
from berth.platforms.ecs.ingress import plan_routes
from berth.platforms.ecs.plan import Rollout, plan_service
from berth.platforms.ecs.rollouts import bake_time, draining, grace_period, two_groups
from berth.platforms.ecs.rules import check
from berth.platforms.ecs.sizes import MIB
from berth.settings import Settings
from tests.unit.applications import application, service

FARGATE = Settings(platform="ecs-fargate")
EC2 = Settings(platform="ecs-ec2")
WEB: dict[str, Any] = {
    "ports": [{"target": 80, "published": 8080}],
    "deploy": Deploy(limits=Resources(cpus=0.25, memory=448 * MIB)),
}


def deployed(**deployment: Any) -> ServiceExtension:
    return ServiceExtension(deployment=Deployment(**deployment))


def found(settings: Settings = FARGATE, fields: dict[str, Any] | None = None, **deployment: Any) -> list[Diagnostic]:
    web = service(**{**WEB, "extension": deployed(**deployment), **(fields or {})})
    return check(application(web), settings, stack="prod")


@pytest.mark.parametrize(
    ("check", "seconds"),
    [
        (None, 60),
        ({"interval": 5, "retries": 3, "start_period": 0}, 60),
        ({"interval": 30, "retries": 3, "start_period": 0}, 90),
        ({"interval": 10, "retries": 5, "start_period": 120}, 170),
    ],
)
def test_the_load_balancer_waits_until_the_containers_check_has_had_its_say(
    check: dict[str, Any] | None, seconds: int
) -> None:
    """Compose's check is unhealthy after start_period and ``retries`` failures, an ``interval`` after one another:
    https://docs.docker.com/reference/dockerfile/#healthcheck"""
    assert grace_period(service(healthcheck=check and {"test": ("CMD", "x"), **check})) == seconds


@pytest.mark.parametrize(("stop", "seconds"), [(None, 30), (1.5, 2), (90, 90), (7200, 3600)])
def test_a_request_has_as_long_as_the_program_has_to_stop(stop: float | None, seconds: int) -> None:
    """0 to 3,600 s: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html"""
    assert draining(service(stop_grace_period=stop), FARGATE) == seconds


@pytest.mark.parametrize(("stop", "seconds"), [(None, 30), (60, 60), (100, 20), (300, 0)])
def test_on_spot_both_fit_into_two_minutes(stop: float | None, seconds: int) -> None:
    spot = Settings(platform="ecs-fargate", fargate_spot=50)
    assert draining(service(stop_grace_period=stop), spot) == seconds


def test_on_spot_a_shorter_delay_is_told() -> None:
    spot = Settings(platform="ecs-fargate", fargate_spot=50)
    (finding,) = found(spot, {"stop_grace_period": 100})
    assert (finding.key, finding.severity) == ("stop_grace_period", Severity.WARNING)
    assert "20 s" in finding.message
    assert found(spot, {"stop_grace_period": 60}) == []


def test_blue_green_has_two_groups_and_a_bake_time_on_fargate_alone() -> None:
    web = service(extension=deployed(strategy="blue_green"))
    assert (two_groups(web, FARGATE), bake_time(web, FARGATE)) == (True, 5)
    assert (two_groups(web, EC2), bake_time(web, EC2)) == (False, None)
    assert bake_time(service(extension=deployed(strategy="blue_green", bake_time=0)), FARGATE) == 0
    prepared = service(extension=deployed(strategy="prepared"))
    assert (two_groups(prepared, FARGATE), bake_time(prepared, FARGATE)) == (True, None)
    assert (two_groups(service(), FARGATE), bake_time(service(), FARGATE)) == (False, None)


def test_its_rule_stands_before_the_one_whose_place_it_takes() -> None:
    (rolling,) = plan_routes(application(service(**WEB)), FARGATE)
    (other,) = plan_routes(application(service(**WEB, extension=deployed(strategy="prepared"))), FARGATE)
    assert other.priority == rolling.priority - 1


def test_both_versions_run_at_once_although_it_writes_to_a_volume() -> None:
    data = Mount(type="volume", source="data", target="/data")
    web = service(mounts=(data,), extension=deployed(strategy="blue_green"))
    plan = plan_service(application(web), "web", FARGATE)
    assert plan.rollout == Rollout(minimum_healthy=100, maximum=200, rollback=True)
    warnings = [item for item in found(fields={"mounts": (data,)}, strategy="blue_green") if "volume" in item.message]
    assert [item.severity for item in warnings] == [Severity.WARNING]


@pytest.mark.parametrize(
    ("settings", "fields", "deployment", "key", "severity"),
    [
        (FARGATE, {}, {"bake_time": 5}, "x-berth.deployment.bake_time", Severity.ERROR),
        (FARGATE, {"ports": []}, {"strategy": "blue_green"}, "x-berth.deployment.strategy", Severity.ERROR),
        (FARGATE, {"ports": []}, {"error_percent": 5}, "x-berth.deployment.error_percent", Severity.ERROR),
        (EC2, {}, {"error_percent": 5}, "x-berth.deployment.error_percent", Severity.WARNING),
        (EC2, {}, {"strategy": "blue_green"}, "x-berth.deployment.strategy", Severity.WARNING),
        (
            FARGATE,
            {"deploy": WEB["deploy"].model_copy(update={"update_order": "stop-first"})},
            {"strategy": "blue_green"},
            "deploy.update_config.order",
            Severity.ERROR,
        ),
    ],
)
def test_what_does_not_fit_is_told(
    settings: Settings, fields: dict[str, Any], deployment: dict[str, Any], key: str, severity: Severity
) -> None:
    own = {"image": "own/app", **fields} if fields.get("ports") == [] else fields
    (finding,) = found(settings, own, **deployment)
    assert (finding.key, finding.severity) == (key, severity)
    assert finding.advice


def test_what_fits_has_no_findings() -> None:
    assert found(strategy="blue_green", bake_time=10, alarms=("errors",), error_percent=5) == []
    assert (
        found(fields={"ports": [], "expose": [80]}, strategy="blue_green") == []
    )  # Service Connect moves its requests


def test_a_service_that_runs_once_is_not_deployed() -> None:
    job = service("job", extension=deployed(alarms=("a",)))
    web = service("web", depends_on={"job": {"condition": "service_completed_successfully"}})
    assert [item.key for item in check(application(job, web), FARGATE, stack="prod")] == ["x-berth.deployment"]


def test_instances_that_come_and_go_have_no_address_for_published_ports() -> None:
    growing = Settings(platform="ecs-ec2", instance_maximum=3)
    (finding,) = found(growing)
    assert (finding.key, finding.severity) == ("berth:instanceMaximum", Severity.WARNING)
    assert found(Settings(platform="ecs-ec2", instance_maximum=3, ingress="alb")) == []
