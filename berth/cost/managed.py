"""Databases on RDS and caches on ElastiCache, in place of a container, and the zone that has their names."""

from __future__ import annotations

from collections.abc import Iterator

from berth.cost.model import HOURS, Item, Plan, Rate
from berth.platforms.ecs.managed.choice import managed_services
from berth.platforms.ecs.managed.plans import ManagedPlan, plan_managed

FREE_DATABASES = ("db.t2.micro", "db.t3.micro", "db.t4g.micro")
"""In one zone: https://aws.amazon.com/rds/free/"""

FREE_CACHES = ("cache.t2.micro", "cache.t3.micro")
"""https://aws.amazon.com/elasticache/pricing/"""

FREE_HOURS = 750
"""Of an account made before 2025-07-15, in its first 12 months, for all databases together, and for all caches."""


def managed(plan: Plan) -> Iterator[Item | Rate]:
    settings = plan.settings
    chosen = managed_services(plan.application, settings)
    if not chosen:
        return
    free_database = FREE_HOURS if settings.database_class in FREE_DATABASES and not settings.database_multi_zone else 0
    free_cache = FREE_HOURS if settings.cache_node_type in FREE_CACHES else 0
    for name, service in chosen.items():
        made = plan_managed(plan.application, service)
        if made.credentials is not None:
            yield from _database(plan, name, made, free_database)
            free_database = max(0, free_database - HOURS)
        else:
            nodes = (1 + settings.cache_replicas) * HOURS
            yield from _cache(plan, name, made, min(free_cache, nodes))
            free_cache = max(0, free_cache - nodes)
    if not (plan.fargate and settings.vpc_id):  # there it is privateZoneId's
        yield plan.item("hosted_zone", 1, "private hosted zone")


def _database(plan: Plan, name: str, made: ManagedPlan, free: float) -> Iterator[Item | Rate]:
    """RDS grows the storage up to twice its size as it fills; seven days of Performance Insights cost nothing.

    Backups cost nothing up to the size of the storage: https://aws.amazon.com/rds/pricing/
    """
    settings = plan.settings
    copies = 2 if settings.database_multi_zone else 1
    count, zones = ("2 x ", "in two zones") if copies == 2 else ("", "")
    price, kind = f"rds_{made.product.engine} {settings.database_class}", settings.database_class
    insights = "Performance Insights free for seven days back" if settings.database_insights else ""
    note = ", ".join(filter(None, [zones, insights]))
    yield plan.item(price, copies * HOURS, f"{count}{kind}, {made.product}", service=name, free=free, note=note)
    stored = settings.database_storage
    grows = f"grows up to {2 * stored} GB as it fills"
    yield plan.item("rds_gb", copies * stored, f"{count}{stored} GB of storage", service=name, note=grows)
    if settings.database_backup_days:
        yield plan.rate("rds_backup_gb", f"of {name}'s backups", service=name, free=stored)


def _cache(plan: Plan, name: str, made: ManagedPlan, free: float) -> Iterator[Item | Rate]:
    settings = plan.settings
    nodes, kind = 1 + settings.cache_replicas, settings.cache_node_type
    count = f"{nodes} x " if nodes != 1 else ""
    price = f"cache_{made.product.engine} {kind}"
    yield plan.item(price, nodes * HOURS, f"{count}{kind}, {made.product}", service=name, free=free)
    if settings.protect_data:
        yield plan.rate("cache_backup_gb", f"of {name}'s snapshots", service=name)
