"""Engine and version by an image's name, and the families of AWS's parameter groups."""

from __future__ import annotations

import pytest

from berth.compose.extension import Managed
from berth.compose.model import Build, Service
from berth.platforms.ecs.managed.engines import Product, product


def told(image: str | None, by: str = "rds", **managed: str) -> Product | str:
    build = None if image else Build(context="/")
    return product(Service(name="db", image=image, build=build), Managed(by=by, **managed))


@pytest.mark.parametrize(
    ("image", "engine", "version", "family"),
    [
        ("postgres:16-alpine", "postgres", "16", "postgres16"),
        ("postgres:16.4", "postgres", "16", "postgres16"),  # RDS need not have an image's minor version
        ("public.ecr.aws/docker/library/postgres:17-bookworm", "postgres", "17", "postgres17"),
        ("registry.example:5000/team/postgresql:15.2.0-debian-11-r0", "postgres", "15", "postgres15"),
        ("postgis/postgis:16-3.4", "postgres", "16", "postgres16"),
        ("postgres:16@sha256:" + "a" * 64, "postgres", "16", "postgres16"),
        ("mysql:8.4.2", "mysql", "8.4", "mysql8.4"),
        ("mariadb:10.11", "mariadb", "10.11", "mariadb10.11"),
    ],
)
def test_a_database(image: str, engine: str, version: str, family: str) -> None:
    assert told(image) == Product(engine=engine, version=version, family=family)


@pytest.mark.parametrize(
    ("image", "engine", "version", "family"),
    [
        ("redis:7-alpine", "redis", "7.1", "redis7"),
        ("redis:6.2", "redis", "6.2", "redis6.x"),
        ("redis:7.2.4", "valkey", "7.2", "valkey7"),  # ElastiCache's Redis ends at 7.1; Valkey 7.2 is its twin
        ("valkey/valkey:8.0", "valkey", "8.0", "valkey8"),
    ],
)
def test_a_cache(image: str, engine: str, version: str, family: str) -> None:
    assert told(image, "elasticache") == Product(engine=engine, version=version, family=family)


@pytest.mark.parametrize(
    ("image", "by", "message"),
    [
        ("postgres", "rds", "does not tell the version"),
        ("postgres:latest", "rds", "does not tell the version"),
        ("postgres:bookworm", "rds", "does not tell the version"),
        ("mysql:8", "rds", "several versions"),
        ("timescale/timescaledb:2.14-pg16", "rds", "does not tell the engine"),
        ("redis:7", "rds", "has no redis"),
        ("redis:8", "elasticache", "has no redis 8"),
        ("redis:7.4", "elasticache", "has no redis 7.4"),
        (None, "rds", "a build does not tell the engine"),
    ],
)
def test_what_is_not_told_is_a_sentence(image: str | None, by: str, message: str) -> None:
    found = told(image, by)
    assert isinstance(found, str)
    assert message in found


def test_the_field_wins_over_the_image_and_a_minor_version_there_is_meant() -> None:
    assert told(None, engine="postgres", version="17") == Product(engine="postgres", version="17", family="postgres17")
    exact = told("postgres:16", version="16.4")
    assert exact == Product(engine="postgres", version="16.4", family="postgres16", exact=True)


def test_the_field_may_name_a_version_that_is_newer_than_berth() -> None:
    found = told(None, "elasticache", engine="valkey", version="8.9")
    assert found == Product(engine="valkey", version="8.9", family="valkey8")
    assert "has no valkey 9" in str(told(None, "elasticache", engine="valkey", version="9.0"))


def test_a_build_needs_both() -> None:
    assert told(None, engine="postgres") == "a build does not tell the version of postgres"
