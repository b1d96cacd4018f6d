"""What AWS runs in place of containers, and what that is short of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from berth.components.aws_access import AwsAccess
from berth.status.asked import AskedEcs, AskedManaged
from berth.status.model import ServiceStatus
from berth.untyped import mapping

SERVING = {"available", "backing-up", "snapshotting", "storage-optimization", "storage-config-upgrade"}
"""States in which it answers, and is as it was asked for:
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html
https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ReplicationGroup.html"""

Found = Mapping[str, Any]


def managed_statuses(access: AwsAccess, wanted: AskedEcs) -> list[ServiceStatus]:
    """Every database and cache of the stack, by name."""
    return [ASK[item.by](access, name, item) for name, item in sorted(wanted.managed.items())]


def _database(access: AwsAccess, name: str, asked: AskedManaged) -> ServiceStatus:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBInstances.html"""
    if not asked.id:
        return _missing(name, "it was not made; run `pulumi up`")
    client = access.client("rds")
    try:
        found = client.describe_db_instances(DBInstanceIdentifier=asked.id)["DBInstances"][0]
    except client.exceptions.DBInstanceNotFoundFault:
        return _missing(name, GONE)
    status = str(found["DBInstanceStatus"])
    return _status(
        name,
        asked,
        status=status,
        nodes=1,
        size=found["DBInstanceClass"],
        version=found["EngineVersion"],
        endpoint=_endpoint(found.get("Endpoint")),
    )


def _cache(access: AwsAccess, name: str, asked: AskedManaged) -> ServiceStatus:
    """https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeReplicationGroups.html"""
    if not asked.id:
        return _missing(name, "it was not made; run `pulumi up`")
    client = access.client("elasticache")
    try:
        found = client.describe_replication_groups(ReplicationGroupId=asked.id)["ReplicationGroups"][0]
    except client.exceptions.ReplicationGroupNotFoundFault:
        return _missing(name, GONE)
    members: list[str] = list(found.get("MemberClusters") or ())
    group = mapping(next(iter(found.get("NodeGroups") or ()), None))
    return _status(
        name,
        asked,
        status=str(found["Status"]),
        nodes=len(members),
        size=str(found.get("CacheNodeType") or ""),
        version=_cache_version(client, members),  # a group tells its engine, and each of its nodes the version
        endpoint=_endpoint(group.get("PrimaryEndpoint")),
    )


def _cache_version(client: Any, members: list[str]) -> str:
    if not members:
        return ""
    try:
        nodes = client.describe_cache_clusters(CacheClusterId=members[0])["CacheClusters"]
    except client.exceptions.CacheClusterNotFoundFault:  # it is being made
        return ""
    return str(nodes[0].get("EngineVersion") or "")


ASK: Mapping[str, Callable[[AwsAccess, str, AskedManaged], ServiceStatus]] = {"rds": _database, "elasticache": _cache}

GONE = "it is gone; run `pulumi refresh`, then `pulumi up`"


def _status(
    name: str, asked: AskedManaged, *, status: str, nodes: int, size: str, version: str, endpoint: str
) -> ServiceStatus:
    serving = status in SERVING
    return ServiceStatus(
        name=name,
        desired=asked.nodes,
        running=nodes if serving else 0,
        deployment=status,
        revision=size,
        image=" ".join(part for part in (asked.engine, version) if part),
        endpoint=endpoint,
        problem=_problem(asked, status, nodes, size, version),
    )


def _problem(asked: AskedManaged, status: str, nodes: int, size: str, version: str) -> str:
    """The first thing that is not as it was asked for."""
    if status not in SERVING:
        return f"it is {status}"
    if nodes != asked.nodes:
        return f"{nodes} of {asked.nodes} nodes are there"
    if size and asked.size and size != asked.size:
        return f"it is a {size}, not a {asked.size} that was asked for"
    if version and not _is_of(version, asked.version):
        return f"it runs version {version}, not {asked.version} that was asked for"
    return ""


def _is_of(version: str, asked: str) -> bool:
    """AWS has the newest of what was asked for: 16.4 of 16, 6.2 of ``6.x``."""
    wanted = asked.removesuffix(".x")
    return not wanted or version == wanted or version.startswith(f"{wanted}.")


def _endpoint(found: Found | None) -> str:
    return f"{found['Address']}:{found['Port']}" if found and found.get("Address") else ""


def _missing(name: str, problem: str) -> ServiceStatus:
    return ServiceStatus(name=name, desired=1, problem=problem)
