"""The engine and version that an image's name tells of, and what AWS calls them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from berth.compose.extension import Managed
from berth.compose.model import Service

ENGINES = {
    "rds": ("postgres", "mysql", "mariadb"),
    "elasticache": ("redis", "valkey"),
}
"""https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Welcome.html
https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html"""

PORTS = {"postgres": 5432, "mysql": 3306, "mariadb": 3306, "redis": 6379, "valkey": 6379}

PRODUCTS = {
    "postgres": "Amazon RDS for PostgreSQL",
    "mysql": "Amazon RDS for MySQL",
    "mariadb": "Amazon RDS for MariaDB",
    "redis": "Amazon ElastiCache for Redis",
    "valkey": "Amazon ElastiCache for Valkey",
}

REPOSITORIES = {"postgresql": "postgres", "postgis": "postgres", "redis-stack-server": "redis"}
"""Images of an engine by another name; of others the last part of the name is the engine's."""

CACHE_FAMILIES = {
    ("redis", "6.2"): "redis6.x",
    ("redis", "7.0"): "redis7",
    ("redis", "7.1"): "redis7",
    ("valkey", "7.2"): "valkey7",
    ("valkey", "8.0"): "valkey8",
    ("valkey", "8.1"): "valkey8",
}
"""The versions that ElastiCache has, each with its parameter group's family:
https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/supported-engine-versions.html"""

NEWEST = {"redis": {"6": "6.2", "7": "7.1"}, "valkey": {"7": "7.2", "8": "8.1"}}
"""The version of ElastiCache for a tag that names the major one alone."""

MAJOR_PARTS = {"postgres": 1, "mysql": 2, "mariadb": 2}
"""Numbers of a version up to which AWS upgrades of itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """``version`` is what AWS is asked for; ``exact``: this minor version alone. ``family``: of parameter groups."""

    engine: str
    version: str
    family: str
    exact: bool = False

    @property
    def port(self) -> int:
        return PORTS[self.engine]

    def __str__(self) -> str:
        return f"{PRODUCTS[self.engine]} {self.version}"


def product(service: Service, managed: Managed) -> Product | str:
    """What AWS runs for ``service``, or a sentence on what is not known of it."""
    engine = managed.engine or _engine(service.image)
    offered = ENGINES[managed.by]
    if engine is None:
        told = f"{service.image} does not tell the engine" if service.image else "a build does not tell the engine"
        return f"{told} ({', '.join(offered)})"
    if engine not in offered:
        return f"{managed.by} has no {engine} ({', '.join(offered)})"
    version = managed.version or _tagged(service.image)
    if version is None:
        told = f"the tag of {service.image} does not tell" if service.image else "a build does not tell"
        return f"{told} the version of {engine}"
    return _database(engine, version, managed) if managed.by == "rds" else _cache(engine, version, managed)


def _engine(image: str | None) -> str | None:
    """``registry.example:5000/team/postgres:16-alpine`` is postgres."""
    if image is None:
        return None
    name = _without_tag(image).rpartition("/")[2]
    known = REPOSITORIES.get(name, name)
    return known if known in PORTS else None


def _without_tag(image: str) -> str:
    path = image.partition("@")[0]
    head, slash, last = path.rpartition("/")
    return f"{head}{slash}{last.partition(':')[0]}"


def _tagged(image: str | None) -> str | None:
    tag = (image or "").partition("@")[0].rpartition("/")[2].partition(":")[2]
    match = re.match(r"\d+(\.\d+){0,2}(?![\w.])", tag)
    return match[0] if match else None


def _database(engine: str, version: str, managed: Managed) -> Product | str:
    """A minor version of an image need not be one of RDS: the major one is asked for, unless the file insists."""
    parts, count = version.split("."), MAJOR_PARTS[engine]
    if len(parts) < count:
        return f"{engine} {version} is several versions on RDS, like {version}.4"
    major = ".".join(parts[:count])
    exact = managed.version is not None and len(parts) > count
    return Product(engine=engine, version=version if exact else major, family=f"{engine}{major}", exact=exact)


def _cache(engine: str, version: str, managed: Managed) -> Product | str:
    """A version of the field may be newer than the table; AWS knows it or not."""
    minor = NEWEST[engine].get(version, ".".join(version.split(".")[:2]))
    if engine == "redis" and minor == "7.2":
        engine = "valkey"  # which began as this version of Redis, and has its protocol and its data
    family = CACHE_FAMILIES.get((engine, minor))
    if family is None and managed.version:
        family = next((name for name in CACHE_FAMILIES.values() if name == f"{engine}{minor.partition('.')[0]}"), None)
    if family is None:
        known = ", ".join(f"{name} {number}" for name, number in CACHE_FAMILIES)
        return f"ElastiCache has no {engine} {version} ({known})"
    return Product(engine=engine, version=minor, family=family)
