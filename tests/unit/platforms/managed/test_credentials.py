"""User, database and password by the variables of the engines' images."""

from __future__ import annotations

from typing import Any

import pytest

from berth.compose.extension import ServiceExtension
from berth.compose.model import Grant, Service, Variable
from berth.platforms.ecs.managed.credentials import Credentials, Password, credentials, password_problem, user_problem

FILE = Password(secret="pw")


def given(engine: str, extension: dict[str, Any] | None = None, **environment: str) -> Credentials:
    service = Service(
        name="db",
        environment={key: Variable(value=value) for key, value in environment.items()},
        secrets=(Grant(source="pw", target="/run/secrets/pw"), Grant(source="root", target="/run/secrets/root")),
        extension=ServiceExtension(**(extension or {})),
    )
    return credentials(service, engine)


def test_postgres() -> None:
    found = given("postgres", POSTGRES_USER="shop", POSTGRES_PASSWORD_FILE="/run/secrets/pw")
    assert found == Credentials(user="shop", database="shop", password=FILE)
    named = given("postgres", POSTGRES_USER="shop", POSTGRES_DB="orders", POSTGRES_PASSWORD_FILE="/run/secrets/pw")
    assert named.database == "orders"


def test_postgres_has_a_user_and_a_database_by_default() -> None:
    found = given("postgres", POSTGRES_PASSWORD="plain")
    assert found == Credentials(user="postgres", database=None, password=Password(variable="POSTGRES_PASSWORD"))


def test_a_secret_as_a_variable() -> None:
    found = given("postgres", {"secret_environment": {"POSTGRES_PASSWORD": "pw"}})
    assert found.password == FILE


@pytest.mark.parametrize(("engine", "prefix"), [("mysql", "MYSQL"), ("mariadb", "MARIADB"), ("mariadb", "MYSQL")])
def test_mysql_and_mariadb(engine: str, prefix: str) -> None:
    variables = {f"{prefix}_DATABASE": "orders", f"{prefix}_USER": "shop", f"{prefix}_PASSWORD_FILE": "/run/secrets/pw"}
    assert given(engine, **variables) == Credentials(user="shop", database="orders", password=FILE)
    both = given(engine, **variables, **{f"{prefix}_ROOT_PASSWORD_FILE": "/run/secrets/root"})
    assert both.lost == (f"{prefix}_ROOT_PASSWORD_FILE",)


def test_mysql_with_root_alone() -> None:
    found = given("mysql", MYSQL_ROOT_PASSWORD_FILE="/run/secrets/root")
    assert found == Credentials(user="root", database=None, password=Password(secret="root"))


@pytest.mark.parametrize(
    "variables", [{}, {"POSTGRES_PASSWORD_FILE": "/else/where"}, {"POSTGRES_HOST_AUTH_METHOD": "trust"}]
)
def test_no_password(variables: dict[str, str]) -> None:
    assert given("postgres", **variables).password is None


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ("hunter22", True),
        ("short", False),
        ("with blank", False),
        ('a/b@c"ddd', False),
        ("p" * 41, True),
        ("ümlauts!", False),
    ],
)
def test_a_password_that_rds_takes(value: str, good: bool) -> None:
    assert (password_problem(value, "mysql") is None) is good


def test_a_password_is_not_in_what_is_said_of_it() -> None:
    assert "sh/rt" not in str(password_problem("sh/rt", "postgres"))
    assert "41 characters" in str(password_problem("p" * 42, "mysql"))


@pytest.mark.parametrize(("user", "good"), [("shop", True), ("postgres", True), ("admin", False), ("my-app", False)])
def test_a_user_that_rds_makes(user: str, good: bool) -> None:
    assert (user_problem(user, "postgres") is None) is good
