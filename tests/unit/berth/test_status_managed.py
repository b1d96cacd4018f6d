"""Databases and caches of a stack: asked for in the state, found by AWS."""

from __future__ import annotations

import io
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from berth.components.aws_access import AwsAccess
from berth.components.cache import Cache, CacheArgs
from berth.components.database import Database, DatabaseArgs
from berth.status import run as command
from berth.status.asked import INSTANCE, REPLICATION_GROUP, AskedEcs, AskedManaged, asked
from berth.status.managed import managed_statuses
from berth.status.model import ServiceStatus
from tests.unit.components.build import build
from tests.unit.recorder import Recorder

HOST = {"Address": "one-db.example.us-east-1.rds.amazonaws.com", "Port": 5432}
DB = {
    "DBInstanceStatus": "available",
    "DBInstanceClass": "db.t4g.micro",
    "EngineVersion": "16.4",
    "Endpoint": HOST,
}
GROUP = {
    "Status": "available",
    "CacheNodeType": "cache.t4g.micro",
    "MemberClusters": ["one-001", "one-002"],
    "NodeGroups": [{"PrimaryEndpoint": {"Address": "one.cache.amazonaws.com", "Port": 6379}}],
}
ASKED_DB = AskedManaged(by="rds", id="shop-db-1", engine="postgres", version="16", size="db.t4g.micro")
ASKED_CACHE = AskedManaged(
    by="elasticache", id="shop-cache-1", engine="valkey", version="8.0", size="cache.t4g.micro", nodes=2
)


class Gone(Exception):
    pass


class FakeAws:
    """RDS and ElastiCache with one of each, or none; ``asked`` are the names that were looked for."""

    def __init__(self, database: Mapping[str, Any] | None = None, group: Mapping[str, Any] | None = None) -> None:
        self.database, self.group = database, group
        self.asked: list[str] = []
        names = ("DBInstanceNotFoundFault", "ReplicationGroupNotFoundFault", "CacheClusterNotFoundFault")
        self.exceptions = SimpleNamespace(**dict.fromkeys(names, Gone))

    def describe_db_instances(self, *, DBInstanceIdentifier: str) -> Any:
        self.asked.append(DBInstanceIdentifier)
        if self.database is None:
            raise Gone
        return {"DBInstances": [self.database]}

    def describe_replication_groups(self, *, ReplicationGroupId: str) -> Any:
        self.asked.append(ReplicationGroupId)
        if self.group is None:
            raise Gone
        return {"ReplicationGroups": [self.group]}

    def describe_cache_clusters(self, *, CacheClusterId: str) -> Any:
        self.asked.append(CacheClusterId)
        return {"CacheClusters": [{"EngineVersion": "8.0.1"}]}


def statuses(monkeypatch: pytest.MonkeyPatch, fake: FakeAws, **managed: AskedManaged) -> list[ServiceStatus]:
    monkeypatch.setattr(AwsAccess, "client", lambda _self, _service: fake)
    return managed_statuses(AwsAccess(region="us-east-1"), AskedEcs(cluster=None, tasks={}, managed=managed))


def resource(kind: str, name: str, **more: Any) -> dict[str, Any]:
    return {"urn": f"urn:pulumi:prod::berth::x${kind}::{name}", "type": kind, "inputs": {}, "outputs": {}, **more}


def state() -> list[dict[str, Any]]:
    database = resource("berth:components:Database", "shop-prod-db")
    cache = resource("berth:components:Cache", "shop-prod-cache")
    return [
        resource("berth:platforms:EcsApplication", "shop-prod"),
        database,
        cache,
        resource("berth:components:Database", "shop-prod-archive"),
        resource(
            "aws:rds/instance:Instance",
            "shop-prod-db",
            parent=database["urn"],
            inputs={"engine": "postgres", "engineVersion": "16", "instanceClass": "db.t4g.micro"},
            outputs={"identifier": "shop-db-1"},
        ),
        resource(
            "aws:elasticache/replicationGroup:ReplicationGroup",
            "shop-prod-cache-of-a-short-name",
            parent=cache["urn"],
            inputs={
                "engine": "valkey",
                "engineVersion": "8.0",
                "nodeType": "cache.t4g.micro",
                "numCacheClusters": 2,
            },
            outputs={"replicationGroupId": "shop-cache-1"},
        ),
    ]


def test_the_state_says_which_there_are_to_be() -> None:
    wanted = asked(state())
    assert isinstance(wanted, AskedEcs)
    assert wanted.managed == {"archive": AskedManaged(by="rds"), "cache": ASKED_CACHE, "db": ASKED_DB}


def test_the_components_leave_such_a_state() -> None:
    shared = {"subnet_ids": ["subnet-1", "subnet-2"], "security_group_ids": ["sg-1"]}
    database = DatabaseArgs(
        engine="postgres", version="16", family="postgres16", user="shop", password="hunter22", database=None, **shared
    )
    cache = CacheArgs(engine="valkey", version="8.0", family="valkey8", replicas=1, **shared)
    outputs = {"identifier": "shop-db-1"}, {"replicationGroupId": "shop-cache-1"}
    recorder = Recorder(outputs=dict(zip((INSTANCE, REPLICATION_GROUP), outputs, strict=True)))

    def make(opts: Any) -> dict[str, Any]:
        Database("shop-prod-db", database, opts)
        Cache("shop-prod-cache", cache, opts)
        return {}

    parents = {INSTANCE: "shop-prod-db", REPLICATION_GROUP: "shop-prod-cache"}
    made = [
        resource(
            item.type,
            item.name,
            inputs=item.inputs,
            outputs=recorder.outputs.get(item.type, {}),
            parent=f"urn::{parents.get(item.type)}",
        )
        for item in build(make, recorder).recorder.resources
    ]
    wanted = asked([resource("berth:platforms:EcsApplication", "shop-prod"), *made])
    assert isinstance(wanted, AskedEcs)
    assert wanted.managed == {"cache": ASKED_CACHE, "db": ASKED_DB}


def test_what_is_as_it_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeAws(DB, GROUP)
    cache, database = statuses(monkeypatch, fake, db=ASKED_DB, cache=ASKED_CACHE)
    assert fake.asked == ["shop-cache-1", "one-001", "shop-db-1"]
    assert database == ServiceStatus(
        name="db",
        desired=1,
        running=1,
        deployment="available",
        revision="db.t4g.micro",
        image="postgres 16.4",
        endpoint="one-db.example.us-east-1.rds.amazonaws.com:5432",
    )
    assert (cache.running, cache.desired, cache.image) == (2, 2, "valkey 8.0.1")
    assert (cache.endpoint, cache.problem) == ("one.cache.amazonaws.com:6379", "")


@pytest.mark.parametrize(
    ("found", "problem"),
    [
        ({"DBInstanceStatus": "storage-full"}, "it is storage-full"),
        ({"DBInstanceStatus": "creating", "Endpoint": None}, "it is creating"),
        ({"DBInstanceStatus": "backing-up"}, ""),
        ({"EngineVersion": "15.8"}, "it runs version 15.8, not 16 that was asked for"),
        ({"EngineVersion": "160.1"}, "it runs version 160.1, not 16 that was asked for"),
        ({"DBInstanceClass": "db.t4g.small"}, "it is a db.t4g.small, not a db.t4g.micro that was asked for"),
    ],
)
def test_what_is_not(monkeypatch: pytest.MonkeyPatch, found: Any, problem: str) -> None:
    (status,) = statuses(monkeypatch, FakeAws({**DB, **found}), db=ASKED_DB)
    assert status.problem == problem
    assert status.running == (0 if problem.startswith("it is ") and "db." not in problem else 1)


def test_a_node_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    (status,) = statuses(monkeypatch, FakeAws(group={**GROUP, "MemberClusters": ["one-001"]}), cache=ASKED_CACHE)
    assert (status.running, status.problem) == (1, "1 of 2 nodes are there")


def test_one_that_is_gone_or_was_never_made(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeAws()
    found = statuses(monkeypatch, fake, a=ASKED_DB, b=ASKED_CACHE, c=AskedManaged(by="rds"))
    assert [item.problem.partition(";")[0] for item in found] == ["it is gone", "it is gone", "it was not made"]
    assert len(fake.asked) == 2


def test_the_command_lists_them_among_the_services(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AwsAccess, "client", lambda _self, _service: FakeAws(DB, GROUP))
    monkeypatch.setattr(command, "read_state", lambda _stack: state())
    monkeypatch.setattr(command, "read_access", lambda _stack: AwsAccess(region="us-east-1"))
    output = io.StringIO()
    assert command.status("prod", Console(file=output, width=200)) == 1
    lines = output.getvalue().splitlines()
    assert [line.split()[1] for line in lines if line[:1] in "✓✗"] == ["archive", "cache", "db"]
    (database,) = (line for line in lines if line.startswith("✓ db"))
    assert database.split()[2:] == ["1", "of", "1", "run", "available", "db.t4g.micro", "postgres", "16.4"]
    assert "    one-db.example.us-east-1.rds.amazonaws.com:5432" in lines
