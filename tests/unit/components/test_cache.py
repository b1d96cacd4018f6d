"""What is asked of ElastiCache."""

from __future__ import annotations

from typing import Any

from berth.components.cache import MAXIMUM_NAME, Cache, CacheArgs
from tests.unit.components.build import Built, build
from tests.unit.recorder import Recorder

CACHE = "aws:elasticache/replicationGroup:ReplicationGroup"
SUBNETS = "aws:elasticache/subnetGroup:SubnetGroup"
GROUP = "aws:elasticache/parameterGroup:ParameterGroup"


def cache(name: str = "shop-prod-cache", **args: Any) -> Built:
    def make(opts: Any) -> dict[str, Any]:
        made = Cache(
            name,
            CacheArgs(
                **{
                    "engine": "valkey",
                    "version": "8.0",
                    "family": "valkey8",
                    "subnet_ids": ["subnet-1", "subnet-2"],
                    "security_group_ids": ["sg-1"],
                    **args,
                }
            ),
            opts,
        )
        return {"host": made.host}

    return build(make, Recorder(outputs={CACHE: {"primaryEndpointAddress": "master.example"}}))


def test_one_node_takes_plain_connections_and_tls_and_is_encrypted_at_rest() -> None:
    built = cache()
    inputs = built.inputs(CACHE)
    assert (inputs["engine"], inputs["engineVersion"], inputs["nodeType"]) == ("valkey", "8.0", "cache.t4g.micro")
    assert inputs["atRestEncryptionEnabled"] is True
    assert (inputs["transitEncryptionEnabled"], inputs["transitEncryptionMode"]) == (True, "preferred")
    assert (inputs["numCacheClusters"], inputs["automaticFailoverEnabled"], inputs["multiAzEnabled"]) == (
        1,
        False,
        False,
    )
    assert inputs["snapshotRetentionLimit"] == 0
    assert inputs["replicationGroupId"] == built.inputs(CACHE)["subnetGroupName"] == "shop-prod-cache"
    assert built.values["host"] == "master.example"


def test_an_engine_without_preferred_has_no_tls() -> None:
    inputs = cache(tls=None, engine="redis", version="6.2", family="redis6.x").inputs(CACHE)
    assert inputs["transitEncryptionEnabled"] is False
    assert "transitEncryptionMode" not in inputs


def test_a_replica_takes_over() -> None:
    inputs = cache(replicas=1).inputs(CACHE)
    assert (inputs["numCacheClusters"], inputs["automaticFailoverEnabled"], inputs["multiAzEnabled"]) == (2, True, True)


def test_protected_it_keeps_snapshots() -> None:
    built = cache(protect=True)
    inputs = built.inputs(CACHE)
    assert (inputs["snapshotRetentionLimit"], inputs["finalSnapshotIdentifier"]) == (7, "shop-prod-cache-final")
    assert built.options[CACHE, "shop-prod-cache"].protect is True


def test_parameters_are_a_group_of_the_engines_family() -> None:
    built = cache(parameters={"maxmemory-policy": "allkeys-lru"})
    assert built.inputs(GROUP)["family"] == "valkey8"
    assert built.inputs(GROUP)["parameters"] == [{"name": "maxmemory-policy", "value": "allkeys-lru"}]
    assert built.inputs(CACHE)["parameterGroupName"] == "shop-prod-cache-valkey8"
    assert GROUP not in cache().types()


def test_a_long_name_leaves_room_for_autonaming() -> None:
    (name,) = cache(name="a-rather-long-application-prod-the_cache").names(SUBNETS)
    assert len(name) + 8 <= MAXIMUM_NAME
    assert "_" not in name
