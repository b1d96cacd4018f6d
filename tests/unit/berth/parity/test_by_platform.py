"""Differences that a platform makes; each has the platform's own reason."""

from __future__ import annotations

from typing import Any

import pytest

from berth.parity import stacks
from tests.unit.berth.parity.checkout import DEV, LOCAL, PROD, Checkout, difference

HEALTH = {"test": ["CMD", "true"], "timeout": "5s"}


def case(name: str, attributes: dict[str, Any], place: tuple[str, str], values: tuple[Any, Any, Any], why: str) -> Any:
    return pytest.param(attributes, place, values, why, id=name)


@pytest.mark.parametrize(
    ("attributes", "place", "values", "why"),
    [
        case(
            "a health check below ECS's limits",
            {"healthcheck": {**HEALTH, "interval": "1s"}},
            ("healthcheck", "interval"),
            ("1 s", "5 s", "5 s"),
            "ECS takes 5 to 300, so 1 becomes 5",
        ),
        case(
            "a part of a second",
            {"healthcheck": {**HEALTH, "interval": "7500ms"}},
            ("healthcheck", "interval"),
            ("7.5 s", "8 s", "8 s"),
            "ECS counts whole s",
        ),
        case(
            "a long stop",
            {"stop_grace_period": "5m"},
            ("stop_grace_period", ""),
            ("300 s", "120 s", "120 s"),
            "120 s at",
        ),
        case(
            "an unsaid stop",
            {"stop_grace_period": None},
            ("stop_grace_period", ""),
            ("10 s", "30 s", "30 s"),
            "Docker waits 10 s by itself, and ECS 30 s",
        ),
        case(
            "scaling",
            {"x-berth": {"scaling": {"min": 2, "max": 5, "memory": 70}}},
            ("replicas", ""),
            ("1", "2 to 5, first 2", "2 to 5, first 2"),
            "x-berth.scaling",
        ),
        case("an unsaid restart", {"restart": None}, ("restart", ""), ("no", "always", "always"), "starts it again"),
        case(
            "a restart on failure",
            {"restart": "on-failure"},
            ("restart", ""),
            ("on-failure", "always", "always"),
            "however it ended",
        ),
        case("memory unsaid", {}, ("resources", "memory reserved"), (None, "128 MiB", None), "reserves 128 MiB"),
        case("a task's size", {}, ("resources", "cpus"), (None, None, "0.25"), "the smallest that fits"),
        case(
            "a task's size with a limit",
            {"mem_limit": "100m"},
            ("resources", "task memory"),
            (None, None, "512 MiB"),
            "run as Fargate's 0.25 vCPU with 512 MiB",
        ),
        case(
            "CPUs that an instance does not limit",
            {"cpus": 0.5, "mem_limit": "512m"},
            ("resources", "cpus"),
            ("0.5", None, "0.5"),
            "an instance does not limit CPUs",
        ),
        case(
            "a part of a MiB",
            {"mem_limit": 100000000},
            ("resources", "memory limit"),
            ("95.3674 MiB", "96 MiB", "96 MiB"),
            "whole MiB",
        ),
        case(
            "a shared listener",
            {"ports": ["8080:80"], "x-berth": {"ingress": {"path": "/a"}}},
            ("published", "80/tcp"),
            ("8080", "8080", "80, path /a"),
            "shared port",
        ),
        case(
            "a port beside the shared listener's, and of its number",
            {"ports": ["8080:80", "443:90"], "x-berth": {"ingress": {}}},
            ("published", "90/tcp"),
            ("443", "443", None),
            "has the load balancer's port 443",
        ),
        case(
            "a second rule of one listener",
            {"ports": ["8080:80"], "x-berth": {"ingress": [{"path": "/a"}, {"path": "/b"}]}},
            ("published", "80/tcp"),
            ("8080", "8080", "80, path /a and 80, path /b"),
            "shared port",
        ),
        case(
            "a port that a Network Load Balancer opens, and nobody else",
            {"expose": ["5432"], "x-berth": {"ingress": {"protocol": "tcp", "port": 5432}}},
            ("published", "5432/tcp"),
            (None, None, "5432"),
            "Network Load Balancer",
        ),
        case(
            "a database's port, which no load balancer for HTTP takes",
            {"ports": ["5432:5432"]},
            ("published", "5432/tcp"),
            ("5432", "5432", None),
            "takes HTTP only",
        ),
        case("a free port", {"ports": ["80"]}, ("published", "80/tcp"), ("a free port", None, None), "firewall"),
        case(
            "one of a range",
            {"ports": ["8000-8010:80"]},
            ("published", "80/tcp"),
            ("8000-8010", "8000", "8000"),
            "8000 it is",
        ),
        case("no port", {"image": "own:1"}, ("names", "web"), ("yes", None, None), "names a service's ports"),
        case("a container's name", {"container_name": "www"}, ("names", "www"), ("yes", None, None), "named after"),
        case("a host name", {"hostname": "www"}, ("options", "hostname"), ("www", "www", None), "Fargate sets"),
        case("a tmpfs", {"tmpfs": "/tmp"}, ("volumes", "/tmp, size"), (None, "64 MiB", "64 MiB"), "it gets 64 MiB"),
        case(
            "a raw override",
            {"x-berth": {"override": {"user": "9"}}},
            ("user", ""),
            ("the image's own", "9", "9"),
            "x-berth.override",
        ),
        case(
            "a raw override of what ECS changes, too",
            {"restart": "always", "stop_grace_period": "5m", "x-berth": {"override": {"stopTimeout": 7}}},
            ("stop_grace_period", ""),
            ("300 s", "7 s", "7 s"),
            "x-berth.override",
        ),
    ],
)
def test_it_says_why(
    checkout: Checkout, attributes: dict[str, Any], place: tuple[str, str], values: tuple[Any, ...], why: str
) -> None:
    comparison = checkout.web(**attributes).compare(local=LOCAL, dev=DEV, prod=PROD)
    found = difference(comparison, *place)
    assert tuple(found.values.values()) == values
    assert found.kind == "by platform"
    assert any(why in cause.text for cause in found.causes), found.causes
    assert comparison.count("unexplained") == 0


def test_a_secret_as_a_variable(checkout: Checkout) -> None:
    more = {"secrets": {"key": {"file": "./key"}}}
    checkout.services(
        more, web={"image": "nginx:1.29", "secrets": ["key"], "x-berth": {"secret_environment": {"KEY": "key"}}}
    )
    found = difference(checkout.write("key", "opensesame").compare(local=LOCAL, prod=PROD), "variables", "KEY")
    assert (found.kind, found.values) == ("by platform", {"local": None, "prod": "[sensitive]"})
    assert "x-berth.secret_environment" in found.causes[0].text


def test_what_runs_once(checkout: Checkout) -> None:
    once = {"image": "own:1", "restart": "always", "ports": ["8080:80"], "healthcheck": HEALTH}
    waits = {
        "web": {"image": "nginx:1.29", "depends_on": {"once": {"condition": "service_healthy"}}},
        "api": {"image": "nginx:1.29", "depends_on": {"once": {"condition": "service_completed_successfully"}}},
    }
    found = checkout.services(once=once, **waits).compare(local=LOCAL, prod=PROD)
    assert found.count("unexplained") == 0
    assert difference(found, "published", "80/tcp", "once").values == {"local": "8080", "prod": None}
    assert difference(found, "restart", service="once").values == {"local": "always", "prod": "no"}
    assert difference(found, "depends_on", "once").values["prod"] == "service_completed_successfully"
    assert found.equal["api"]["depends_on"] == 1


def test_health_that_nobody_checks(checkout: Checkout) -> None:
    web = {"image": "nginx:1.29", "depends_on": {"db": {"condition": "service_healthy"}}}
    found = checkout.services(web=web, db={"image": "postgres:17"}).compare(local=LOCAL, dev=DEV)
    waits = difference(found, "depends_on", "db")
    assert waits.values == {"local": "service_healthy", "dev": "running"}
    assert (waits.kind, "running is enough" in waits.causes[0].text) == ("by platform", True)


def test_another_processor_than_the_stacks(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stacks.platform, "machine", lambda: "arm64")
    found = difference(checkout.web().compare(local=LOCAL, prod=PROD), "architecture")
    assert found.values == {"local": "linux/arm64", "prod": "linux/amd64"}
    assert (found.kind, found.causes[0].stack) == ("by platform", "local")


def test_what_no_fact_shows_is_told_by_the_platform_s_warning(checkout: Checkout) -> None:
    comparison = checkout.web(dns_search=None, cpu_shares=512).compare(local=LOCAL, dev=DEV)
    found = difference(comparison, "cpu_shares")
    assert found.values == {"local": "as in the file", "dev": "adapted"}
    assert found.causes[0].text == "CPUs are not shared out by it"


def test_what_is_adapted_everywhere_is_no_difference(checkout: Checkout) -> None:
    comparison = checkout.web(cpu_shares=512, restart="on-failure").compare(dev=DEV, prod=PROD)
    assert not [item for item in comparison.of("web") if item.aspect in ("cpu_shares", "restart")]
