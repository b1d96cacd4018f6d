"""Secrets in plain variables are found before there is a plan."""

from __future__ import annotations

from berth.compose.extension import ServiceExtension
from berth.compose.model import Variable
from berth.platforms.ecs.rules import check
from berth.settings import Settings
from tests.unit.applications import application, service


def found(variable: Variable, **fields: object) -> list[tuple[str, str]]:
    app = application(service(environment={"DB_PASSWORD": variable}, **fields))
    findings = check(app, Settings(platform="ecs-fargate"), stack="prod")
    return [(item.key, item.severity) for item in findings if item.key.startswith("environment")]


def test_a_secret_in_a_plain_variable_is_a_warning() -> None:
    assert found(Variable(value="hunter2")) == [("environment.DB_PASSWORD", "warning")]
    assert found(Variable(value="")) == []


def test_what_goes_through_secrets_manager_is_none() -> None:
    assert found(Variable(value="hunter2", sensitive=True)) == []
    extension = ServiceExtension(secret_environment={"DB_PASSWORD": "db"})
    assert found(Variable(value="for-this-machine"), extension=extension) == []


def test_the_value_is_not_in_the_message() -> None:
    app = application(service(environment={"URL": Variable(value="postgres://shop:hunter2@db/shop")}))
    (finding,) = check(app, Settings(platform="ecs-fargate"), stack="prod")
    assert "a URL with a password" in finding.message
    assert "hunter2" not in str(finding)
