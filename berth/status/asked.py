"""What Pulumi's state says was asked for.

The state names types and inputs of Berth's own components, and is the only place that knows of a job that has ended
and of a service whose deployment failed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from berth.deployed import Resource
from berth.untyped import inside

ROOT, APPLICATION = "pulumi:pulumi:Stack", "berth:platforms:EcsApplication"
DEFINED, JOB = "berth:components:TaskDefinition", "berth:components:Job"
ECS_SERVICE, TASK = "aws:ecs/service:Service", "aws:ecs/taskDefinition:TaskDefinition"
RUN, SCALED = "pulumi-python:dynamic/berth:RunOnce", "aws:appautoscaling/target:Target"
SCHEDULE = "aws:scheduler/schedule:Schedule"
CLUSTERS = ("aws:ecs/cluster:Cluster", "berth:components:Cluster")
"""The stack's own; and the component, which alone is there where the cluster is another's."""
DATABASE, CACHE = "berth:components:Database", "berth:components:Cache"
INSTANCE, REPLICATION_GROUP = "aws:rds/instance:Instance", "aws:elasticache/replicationGroup:ReplicationGroup"
COMPOSE_UP, COMPOSE_SERVICE = "pulumi-python:dynamic/berth:ComposeUp", "berth:components:ComposeService"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedTask:
    """One service of a stack on ECS; empty names are of what no deployment has made so far.

    ``fewest`` and ``most`` tasks are asked for: the same number unless it scales by itself.
    ``schedule`` is the expression by which EventBridge Scheduler starts it; empty of what runs all the time.
    ``completed`` is when a service that runs once last has, with ``completed_definition``.
    """

    runs_once: bool = False
    schedule: str = ""
    task_definition: str = ""
    ecs_service: str = ""
    fewest: int = 1
    most: int = 1
    completed: datetime | None = None
    completed_definition: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedManaged:
    """One service that AWS runs; without an id it was not made so far. ``size`` is a class or a type of node."""

    by: Literal["rds", "elasticache"]
    id: str = ""
    engine: str = ""
    version: str = ""
    size: str = ""
    nodes: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedEcs:
    """``cluster`` is its ARN; None where not even that was made."""

    cluster: str | None
    tasks: Mapping[str, AskedTask]
    managed: Mapping[str, AskedManaged] = field(default_factory=dict[str, AskedManaged])


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedCompose:
    """``replicas`` and ``runs_once`` are of each service that is to have containers."""

    project: str
    replicas: Mapping[str, int]
    runs_once: frozenset[str] = field(default_factory=frozenset[str])


def urls(resources: Sequence[Resource]) -> dict[str, str]:
    """Each published service's URL, an output of the stack."""
    root = next((item for item in resources if item["type"] == ROOT), None)
    return dict(inside(root, "outputs", "urls"))


def asked(resources: Sequence[Resource]) -> AskedEcs | AskedCompose | None:
    """What the stack was asked to run; None where no deployment came so far."""
    by_type: dict[str, dict[str, Resource]] = {}
    for item in resources:
        by_type.setdefault(item["type"], {})[_name(item)] = item
    if COMPOSE_UP in by_type:
        return _compose(next(iter(by_type[COMPOSE_UP].items())), by_type.get(COMPOSE_SERVICE, {}))
    if APPLICATION in by_type:
        return _ecs(next(iter(by_type[APPLICATION])), by_type)
    return None


def _compose(up: tuple[str, Resource], services: Mapping[str, Resource]) -> AskedCompose:
    name, resource = up
    inputs = resource["inputs"]
    goals: Mapping[str, str] = inputs["goals"]
    return AskedCompose(
        project=inputs["project_name"],
        replicas={service: _replicas(services.get(f"{name}-{service}", {}).get("inputs") or {}) for service in goals},
        runs_once=frozenset(service for service, goal in goals.items() if goal == "completed"),
    )


def _replicas(attributes: Mapping[str, Any]) -> int:
    """https://docs.docker.com/reference/compose-file/deploy/#replicas"""
    return int(attributes.get("scale", inside(attributes, "deploy").get("replicas", 1)))


def _ecs(prefix: str, by_type: Mapping[str, Mapping[str, Resource]]) -> AskedEcs:
    definitions, services, runs = (by_type.get(kind, {}) for kind in (TASK, ECS_SERVICE, RUN))
    jobs, schedules = by_type.get(JOB, {}), by_type.get(SCHEDULE, {})
    scaled = {
        item["inputs"].get("resourceId", "").rpartition("/")[2]: item for item in by_type.get(SCALED, {}).values()
    }
    tasks: dict[str, AskedTask] = {}
    for name in sorted(by_type.get(DEFINED, {})):  # the one part of a service that waits for no other service
        run, service = runs.get(name), services.get(name)
        ecs_service = service["outputs"]["name"] if service else ""
        fewest, most = _bounds(service, scaled.get(ecs_service))
        tasks[name.removeprefix(f"{prefix}-")] = AskedTask(
            runs_once=name in jobs,
            schedule=schedules[name]["inputs"]["scheduleExpression"] if name in schedules else "",
            task_definition=definitions[name]["outputs"]["arn"] if name in definitions else "",
            ecs_service=ecs_service,
            fewest=fewest,
            most=most,
            completed=_time(run.get("modified") or run.get("created")) if run else None,
            completed_definition=run["inputs"]["task_definition"] if run else "",
        )
    clusters = (inside(item, "outputs") for kind in CLUSTERS for item in inside(by_type, kind).values())
    cluster = _first(found["arn"] for found in clusters if "arn" in found)
    return AskedEcs(cluster=cluster, tasks=tasks, managed=_managed(prefix, by_type))


def _managed(prefix: str, by_type: Mapping[str, Mapping[str, Resource]]) -> dict[str, AskedManaged]:
    """By the components, which bear the services' names; what AWS made hangs below them."""
    found = {name.removeprefix(f"{prefix}-"): AskedManaged(by="rds") for name in by_type.get(DATABASE, {})}
    found |= {name.removeprefix(f"{prefix}-"): AskedManaged(by="elasticache") for name in by_type.get(CACHE, {})}
    for item in by_type.get(INSTANCE, {}).values():
        found[_service(prefix, item)] = AskedManaged(
            by="rds",
            id=item["outputs"]["identifier"],
            engine=item["inputs"]["engine"],
            version=item["inputs"]["engineVersion"],
            size=item["inputs"]["instanceClass"],
        )
    for item in by_type.get(REPLICATION_GROUP, {}).values():
        found[_service(prefix, item)] = AskedManaged(
            by="elasticache",
            id=item["outputs"]["replicationGroupId"],
            engine=item["inputs"]["engine"],
            version=item["inputs"]["engineVersion"],
            size=item["inputs"]["nodeType"],
            nodes=int(item["inputs"]["numCacheClusters"]),
        )
    return found


def _service(prefix: str, resource: Resource) -> str:
    return str(resource["parent"]).rpartition("::")[2].removeprefix(f"{prefix}-")


def _bounds(service: Resource | None, scaled: Resource | None) -> tuple[int, int]:
    if scaled is not None:
        return int(scaled["inputs"]["minCapacity"]), int(scaled["inputs"]["maxCapacity"])
    count = int(service["inputs"].get("desiredCount", 1)) if service else 1
    return count, count


def _name(resource: Resource) -> str:
    return str(resource["urn"]).rpartition("::")[2]


def _first(values: Iterable[str]) -> str | None:
    return next(iter(values), None)


def _time(text: str | None) -> datetime | None:
    """Pulumi writes RFC 3339 with more digits of a second than Python reads."""
    if not text:
        return None
    return datetime.fromisoformat(f"{text[:19]}+00:00")
