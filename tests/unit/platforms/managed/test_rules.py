"""What of a stack does not fit its managed services."""

from __future__ import annotations

from typing import Any

import pytest

from berth.compose.extension import ServiceExtension
from berth.compose.model import Application, FileObject, Variable
from berth.diagnostics import Diagnostic
from berth.platforms.ecs.managed.choice import containers_only, managed_services, with_names
from berth.platforms.ecs.rules import check
from berth.settings import Settings
from tests.unit.applications import application, service

EXISTING = {"vpc_id": "vpc-1", "public_subnet_ids": ("subnet-1", "subnet-2"), "private_subnet_ids": ("subnet-3",)}


def database(**fields: Any) -> Any:
    return service(
        "db",
        **{
            "image": "postgres:14",
            "environment": {"POSTGRES_PASSWORD": Variable(value="secret-enough", sensitive=True)},
            "extension": ServiceExtension(managed="rds"),
            **fields,
        },
    )


def found(app: Application, settings: Settings) -> list[Diagnostic]:
    return [item for item in check(app, settings, stack="prod") if "fargate" not in item.message.lower()]


def keys(app: Application, **settings: Any) -> list[str]:
    return [item.key for item in found(app, Settings(**{"platform": "ecs-fargate", **settings}))]


def test_a_database_that_fits_has_no_findings() -> None:
    assert keys(application(database())) == []
    assert keys(application(database()), platform="ecs-ec2") == []


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"platform": "ecs-ec2", "zones": 1}, "berth:zones"),
        ({"platform": "ecs-ec2", **EXISTING}, "berth:publicSubnetIds"),
        ({**EXISTING, "private_subnet_ids": ("subnet-3", "subnet-4")}, "berth:privateZoneId"),
    ],
)
def test_what_the_stack_lacks(settings: dict[str, Any], key: str) -> None:
    assert keys(application(database()), **settings) == [key]


def test_a_stack_that_runs_containers_lacks_nothing() -> None:
    assert keys(application(database()), platform="ecs-ec2", zones=1, managed_services=False) == []


def test_what_a_command_says_in_units_of_its_own_the_field_says_in_awss() -> None:
    command = ("postgres", "-c", "vacuum_buffer_usage_limit=2MB")
    assert keys(application(database(command=command))) == ["command"]
    managed = {"by": "rds", "parameters": {"vacuum_buffer_usage_limit": "2048"}}
    extension = ServiceExtension(managed=managed)
    assert keys(application(database(command=command, extension=extension))) == []


def test_resolvers_of_ones_own_do_not_know_it() -> None:
    assert keys(application(database(), service("web", dns=("192.0.2.1",))), platform="ecs-ec2") == ["dns"]


def test_a_name_has_no_dot() -> None:
    assert "networks" in keys(application(database(networks={"default": {"aliases": ("db.local",)}})))


def test_this_machine_runs_its_container() -> None:
    app = application(database())
    assert managed_services(app, Settings()) == {}
    assert containers_only(app, Settings()) is app


def test_what_shares_a_network_waits_and_on_instances_completes_names() -> None:
    app = application(database(), service("web"), service("other", networks={"else": {}}))
    made = with_names(app, Settings(platform="ecs-ec2"), "shop.internal")
    assert set(made.services) == {"web", "other"}
    assert set(made.services["web"].depends_on) == {"db"}
    assert made.services["web"].dns_search == ("shop.internal",)
    assert (dict(made.services["other"].depends_on), made.services["other"].dns_search) == ({}, ())
    assert with_names(app, Settings(platform="ecs-fargate"), "shop.internal").services["web"].dns_search == ()


@pytest.mark.parametrize("name", ["passwrd", "outside"])
def test_a_rotation_that_no_secret_answers_to(name: str) -> None:
    secrets = {
        "password": FileObject(name="password", content="x"),
        "outside": FileObject(name="outside", external=True),
    }
    rotation = {name: {"lambdaArn": "arn:aws:lambda:eu-west-1:123456789012:function:f"}}
    assert keys(application(service(), secrets=secrets), secret_rotation=rotation) == [f"berth:secretRotation.{name}"]
