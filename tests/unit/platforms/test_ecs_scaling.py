"""``x-berth.scaling``: how many tasks there are first and at most, and what does not fit."""

from __future__ import annotations

from typing import Any

import pytest

from berth.compose.extension import ServiceExtension
from berth.compose.model import Deploy, Mount, Resources
from berth.compose.operation import Deployment, Scaling, ScheduledBounds
from berth.diagnostics import Diagnostic, Severity
from berth.platforms.ecs.plan import plan_service
from berth.platforms.ecs.rules import check
from berth.platforms.ecs.sizes import MIB
from berth.settings import Settings
from tests.unit.applications import application, service

FARGATE = Settings(platform="ecs-fargate")
EC2 = Settings(platform="ecs-ec2")
FITTING = Deploy(limits=Resources(cpus=0.25, memory=448 * MIB))
WEB: dict[str, Any] = {"ports": [{"target": 80, "published": 8080}], "deploy": FITTING}


def scaled(settings: Settings = FARGATE, *, fields: dict[str, Any] | None = None, **scaling: Any) -> list[Diagnostic]:
    extension = ServiceExtension(scaling=Scaling(**{"max": 4, "cpu": 60, **scaling}))
    return check(application(service(**{**WEB, "extension": extension, **(fields or {})})), settings, stack="prod")


def planned(replicas: int | None, **scaling: Any) -> int:
    """The planned count where the file says ``replicas``, or nothing."""
    said = {} if replicas is None else {"deploy": {"replicas": replicas}}
    web = service(deploy=Deploy(replicas=replicas or 1), extension=ServiceExtension(scaling=Scaling(**scaling)))
    return plan_service(application(web, raw={"services": {"web": said}}), "web", FARGATE).replicas


def test_the_first_count_is_the_files_or_else_the_fewest() -> None:
    assert planned(3, min=2, max=4, cpu=60) == 3
    assert planned(None, min=2, max=4, cpu=60) == 2


def test_scaling_that_fits_has_no_findings() -> None:
    day = ScheduledBounds(when="cron(0 8 ? * MON-FRI *)", timezone="Europe/Berlin", min=2)
    assert scaled(min=1, memory=70, requests=1000, schedule=(day,)) == []
    for when in ("rate(1 day)", "rate(12 hours)", "at(2027-01-31T08:00:00)"):
        assert scaled(schedule=(ScheduledBounds(when=when, max=0, min=0),)) == []


@pytest.mark.parametrize(
    ("scaling", "key", "words"),
    [
        ({"min": 5}, "x-berth.scaling.min", "5 is more than max, 4"),
        ({"cpu": None}, "x-berth.scaling", "but not when"),
        ({"schedule": (ScheduledBounds(when="0 8 * * *", min=1),)}, "x-berth.scaling.schedule.0.when", "AWS has six"),
        (
            {"schedule": (ScheduledBounds(when="cron(0 8 * * MON)", min=1),)},
            "x-berth.scaling.schedule.0.when",
            "AWS has six",
        ),
        (
            {"schedule": (ScheduledBounds(when="rate(1 day)", timezone="Berlin", min=1),)},
            "x-berth.scaling.schedule.0.timezone",
            "no such time zone",
        ),
        ({"schedule": (ScheduledBounds(when="rate(1 day)"),)}, "x-berth.scaling.schedule.0", "changes nothing"),
        (
            {"schedule": (ScheduledBounds(when="rate(1 day)", min=3, max=2),)},
            "x-berth.scaling.schedule.0.min",
            "3 is more than max, 2",
        ),
    ],
)
def test_what_does_not_fit_names_its_key(scaling: dict[str, Any], key: str, words: str) -> None:
    (finding,) = scaled(**scaling)
    assert (finding.key, finding.severity) == (key, Severity.ERROR)
    assert words in f"{finding.message} {finding.advice}"


def test_replicas_lie_within() -> None:
    web = service(
        **{**WEB, "deploy": FITTING.model_copy(update={"replicas": 9})},
        extension=ServiceExtension(scaling=Scaling(max=4, cpu=60)),
    )
    app = application(web, raw={"services": {"web": {"deploy": {"replicas": 9}}}})
    (finding,) = check(app, FARGATE, stack="prod")
    assert finding.key == "deploy.replicas"
    assert "1 to 4" in finding.message


def test_requests_need_a_load_balancer_that_counts_them() -> None:
    (lost,) = [item for item in scaled(EC2, cpu=None, requests=100, max=1) if item.key.endswith("requests")]
    assert lost.severity is Severity.WARNING
    assert "berth:ingress" in lost.advice
    (none,) = scaled(requests=100, fields={"ports": [], "expose": [80]})
    assert (none.key, none.severity) == ("x-berth.scaling.requests", Severity.ERROR)


def test_requests_and_blue_green_do_not_go_together() -> None:
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html"""
    extension = ServiceExtension(scaling=Scaling(max=4, requests=9), deployment=Deployment(strategy="blue_green"))
    (finding,) = scaled(fields={"extension": extension})
    assert (finding.key, finding.severity) == ("x-berth.scaling.requests", Severity.ERROR)


def test_a_percentage_of_no_cpu_is_a_warning() -> None:
    (finding,) = scaled(EC2, max=1)
    assert (finding.key, finding.severity) == ("x-berth.scaling.cpu", Severity.WARNING)
    reserved = Deploy(reservations=Resources(cpus=0.25))
    assert scaled(EC2, max=1, fields={"deploy": reserved}) == []


def test_two_tasks_that_write_to_one_volume_are_a_warning() -> None:
    data = Mount(type="volume", source="data", target="/data")
    found = [item for item in scaled(fields={"mounts": (data,)}) if item.key == "x-berth.scaling.max"]
    assert [item.severity for item in found] == [Severity.WARNING]


def test_a_service_that_runs_once_does_not_scale() -> None:
    job = service("job", extension=ServiceExtension(scaling=Scaling(max=2, cpu=60)))
    web = service("web", depends_on={"job": {"condition": "service_completed_successfully"}})
    assert [item.key for item in check(application(job, web), FARGATE, stack="prod")] == ["x-berth.scaling"]


def test_tasks_that_find_no_place_at_their_most_are_a_warning_with_the_arithmetic() -> None:
    """A t3.micro has 918 MiB for tasks, and each of these takes 400 and 64 for the Service Connect proxy."""
    half = Deploy(limits=Resources(memory=400 * MIB))
    fields = {"deploy": half, "ports": [], "expose": [80]}
    (finding,) = scaled(EC2, cpu=None, memory=70, max=3, fields=fields)
    assert (finding.key, finding.severity) == ("berth:instanceMaximum", Severity.WARNING)
    assert "1392 MiB" in finding.message
    assert "1 x t3.micro has 918" in finding.message
    growing = Settings(platform="ecs-ec2", instance_maximum=3)
    assert scaled(growing, cpu=None, memory=70, max=3, fields=fields) == []


def test_cpus_that_tasks_find_no_place_with_at_their_most_are_a_warning() -> None:
    reserved = {"deploy": Deploy(reservations=Resources(cpus=1, memory=64 * MIB)), "ports": [], "expose": [80]}
    (finding,) = scaled(EC2, max=3, fields=reserved)
    assert (finding.key, finding.severity) == ("berth:instanceMaximum", Severity.WARNING)
    assert "need 3072 CPU units, but 1 x t3.micro has 2048" in finding.message


def test_a_published_port_is_there_once_an_instance() -> None:
    small = Deploy(limits=Resources(memory=100 * MIB))
    (finding,) = scaled(EC2, cpu=None, memory=70, max=3, fields={"deploy": small})
    assert finding.key == "x-berth.scaling.max"
    assert "port 8080" in finding.message
    assert "no more than 1 of 3" in finding.message
