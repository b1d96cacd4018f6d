"""What AWS runs in place of a container: told as such, and no fact of a container is claimed to be equal."""

from __future__ import annotations

from typing import Any

from tests.unit.berth.parity.checkout import DEV, LOCAL, PROD, Checkout, difference

DATABASE: dict[str, Any] = {
    "image": "postgres:16",
    "environment": {"POSTGRES_PASSWORD": "secret-enough"},
    "networks": {"default": {"aliases": ["database"]}},
    "x-berth": {"managed": "rds"},
}
WEB = {"image": "nginx:1.29", "restart": "always", "depends_on": {"db": {"condition": "service_healthy"}}}


def test_the_service_differs_with_its_reason_and_its_names_and_port_are_equal(checkout: Checkout) -> None:
    comparison = checkout.services(db=DATABASE).compare(local=LOCAL, prod=PROD)
    found = difference(comparison, "service", service="db")
    assert found.values == {"local": "yes", "prod": "Amazon RDS for PostgreSQL 16"}
    assert found.kind == "by platform"
    assert "x-berth.managed" in found.causes[0].text
    assert dict(comparison.equal["db"]) == {"ports": 1, "names": 2}
    assert comparison.count("unexplained") == 0


def test_two_containers_are_still_compared(checkout: Checkout) -> None:
    dev = {**DEV, "managedServices": False}
    comparison = checkout.services(db=DATABASE).compare(local=LOCAL, dev=dev, prod=PROD)
    assert difference(comparison, "service", service="db").values["dev"] == "yes"
    assert comparison.equal["db"]["image"] == 1
    assert comparison.count("unexplained") == 0


def test_who_depends_on_it_waits_as_the_file_says(checkout: Checkout) -> None:
    comparison = checkout.services(db=DATABASE, web=WEB).compare(local=LOCAL, prod=PROD)
    assert comparison.equal["web"]["depends_on"] == 1
    assert comparison.count("unexplained") == 0
