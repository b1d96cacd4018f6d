"""Databases and caches in place of containers, computed by hand from AWS's prices of us-east-1."""

from __future__ import annotations

from typing import Any

import pytest

from berth.cost.estimate import estimate
from berth.settings import Settings
from tests.unit.applications import application, service
from tests.unit.berth.cost.test_estimate import LIMITED, costs, prod


def database(engine: str = "postgres", **fields: Any) -> Any:
    password = {"POSTGRES_PASSWORD": {"value": "a-long-password", "sensitive": True}}
    return service(
        "db",
        image=f"{engine}:17" if engine == "postgres" else f"{engine}:8.0",
        deploy=LIMITED,
        environment=password,
        extension={"managed": "rds"},
        mounts=[{"type": "volume", "source": "data", "target": "/data"}],
        **fields,
    )


def cache(image: str = "valkey/valkey:8") -> Any:
    return service("cache", image=image, deploy=LIMITED, extension={"managed": "elasticache"})


SHOP = application(service("web", deploy=LIMITED), database(), cache(), volumes={"data": {"name": "data"}})


def test_a_database_is_an_instance_with_storage_and_no_task() -> None:
    found = estimate(SHOP, prod())
    named = costs(found)
    assert named["db: db.t4g.micro, Amazon RDS for PostgreSQL 17"] == 11.68  # 730 x 0.016
    assert named["db: 20 GB of storage"] == 2.30  # 20 x 0.115
    assert named["shared: private hosted zone"] == 0.50
    assert not [name for name in named if name.startswith("db: ") and ("vCPU" in name or "secret" in name)]
    assert not [rate for rate in found.rates if "EFS" in rate.what]
    (backups,) = [rate for rate in found.rates if rate.what == "of db's backups"]
    assert (backups.unit_price, backups.free, backups.service) == (0.095, 20, "db")


def test_two_zones_are_two_of_both_and_a_saving() -> None:
    found = estimate(SHOP, prod(database_multi_zone=True, database_storage=100, cache_replicas=2))
    named = costs(found)
    assert named["db: 2 x db.t4g.micro, Amazon RDS for PostgreSQL 17"] == 23.36
    assert named["db: 2 x 100 GB of storage"] == 23.00
    assert named["cache: 3 x cache.t4g.micro, Amazon ElastiCache for Valkey 8.1"] == 28.03  # 3 x 730 x 0.0128
    less = {saving.setting: round(saving.monthly, 2) for saving in found.savings}
    assert less["databaseMultiZone: false"] == 23.18  # 11.68 + 11.50
    assert less["cacheReplicas: 0"] == 18.69


def test_insights_of_seven_days_cost_nothing_and_are_said() -> None:
    plain, watched = (estimate(SHOP, prod(database_insights=chosen)) for chosen in (False, True))
    assert plain.monthly == watched.monthly
    assert any("Performance Insights" in item.note for item in watched.items)
    assert "of db's backups" not in [rate.what for rate in estimate(SHOP, prod(database_backup_days=0)).rates]


def test_redis_costs_more_than_valkey_and_a_snapshot_is_a_rate() -> None:
    found = estimate(application(cache("redis:7")), prod(protect_data=True))
    assert costs(found)["cache: cache.t4g.micro, Amazon ElastiCache for Redis 7.1"] == 11.68
    assert [rate.unit_price for rate in found.rates if "snapshots" in rate.what] == [0.085]


def test_the_legacy_free_tier_has_750_hours_of_one_database_in_one_zone() -> None:
    (hours,) = [item for item in estimate(SHOP, Settings(platform="ecs-ec2")).items if "db.t4g" in item.what]
    assert (hours.monthly, hours.monthly_beyond_free) == (pytest.approx(11.68), 0)
    double = estimate(SHOP, Settings(platform="ecs-ec2", database_multi_zone=True))
    (hours,) = [item for item in double.items if "db.t4g" in item.what]
    assert hours.monthly_beyond_free == pytest.approx(23.36)


def test_as_a_container_it_is_a_task_with_a_volume() -> None:
    found = estimate(SHOP, prod(managed_services=False))
    assert "db: 0.5 vCPU" in costs(found)
    assert "on EFS (data)" in [rate.what for rate in found.rates]
    assert "shared: private hosted zone" not in costs(found)


def test_the_zone_of_an_existing_vpc_is_paid_where_it_was_made() -> None:
    network = {"vpc_id": "vpc-1", "public_subnet_ids": ("a", "b"), "private_subnet_ids": ("c", "d")}
    found = estimate(SHOP, prod(**network, private_zone_id="Z1"))
    assert "shared: private hosted zone" not in costs(found)


def test_a_class_or_a_region_that_the_table_does_not_have_is_said_and_not_summed() -> None:
    large = estimate(SHOP, prod(database_class="db.r9g.huge", region="eu-west-1"))
    unknown = {item.what for item in large.items if item.unit_price is None}
    assert unknown == {
        "db.r9g.huge, Amazon RDS for PostgreSQL 17",
        "cache.t4g.micro, Amazon ElastiCache for Valkey 8.1",
    }
    assert [rate.what for rate in large.rates if rate.unit_price is None] == ["of db's backups"]
