"""A Compose file for a service and its task definition: each container is one, as Berth runs one a task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from berth.draft.containers import Part, read_container
from berth.draft.front import Front, read_front
from berth.draft.scaling import read_scaling
from berth.draft.storage import read_mounts, read_secrets
from berth.importing.live import Live
from berth.platforms.ecs.sizes import SERVICE_CONNECT_MEMORY
from berth.untyped import inside, is_list, is_mapping

CONDITIONS = {
    "START": "service_started",
    "HEALTHY": "service_healthy",
    "COMPLETE": "service_completed_successfully",
    "SUCCESS": "service_completed_successfully",
}
"""https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html"""

GROUPS = 2
"""Of the five security groups of a task Berth needs three: two for ways in, and one for the services of the file."""

READ_HERE = frozenset(
    {"name", "cpu", "memory", "memoryReservation", "essential", "dependsOn", "secrets", "mountPoints"}
)
RUNNING = frozenset(
    (
        *("taskDefinitionArn", "containerDefinitions", "family", "taskRoleArn", "executionRoleArn", "networkMode"),
        *("revision", "volumes", "status", "requiresAttributes", "compatibilities", "runtimePlatform", "cpu", "memory"),
        *("requiresCompatibilities", "registeredAt", "registeredBy", "deregisteredAt", "deleteRequestedAt"),
    )
)
"""Keys of a task definition that other parts read, or that only say what it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """``main`` is the service that stands for the ECS service; each of ``notes`` begins with what it is about."""

    document: Mapping[str, Any]
    main: str
    notes: tuple[str, ...]


def draft_compose(live: Live, front: Front, *, name: str) -> Draft:
    """What to write for ``live``."""
    everything = live.definition["containerDefinitions"]
    definitions = [item for item in everything if "firelensConfiguration" not in item] or everything
    routers = [item for item in everything if item not in definitions]
    main = _main(live, definitions)
    services: dict[str, Any] = {}
    notes = [f"{item['name']}: a log router; Berth adds its own, of `berth:logRouterImage`" for item in routers]
    secrets: dict[str, Any] = {}
    volumes: dict[str, Any] = {}
    for definition in sorted(definitions, key=lambda item: item["name"] != main):
        service = str(definition["name"])
        secret, declared_secrets = read_secrets(definition, live.arn)
        mount, declared_volumes = read_mounts(definition, live.definition)
        parts = [*read_container(definition, READ_HERE), secret, mount]
        parts.append(_size(live, definition, alone=len(definitions) == 1, main=service == main))
        parts.append(_dependencies(definition, {item["name"] for item in definitions}))
        if service == main:
            ways = read_front(live, front)
            parts += [_service(live), ways, read_scaling(live, routed="ingress" in ways.extension)]
        else:
            notes.append(
                f"{service}: a task of its own here. It has another address than {main} (`localhost` is not shared), "
                "and its own number, roles and security groups; what must stay together belongs into one image"
            )
        services[service] = _merge(parts)
        notes += [f"{service}: {note}" for part in parts for note in part.notes]
        secrets |= declared_secrets
        volumes |= declared_volumes
    notes += [f"{key}: {live.definition[key]} has no equivalent" for key in _others(live)]
    if role := str(live.definition.get("taskRoleArn") or ""):
        notes.append(
            f"taskRoleArn: {role.rpartition('/')[2]} may do what the containers ask of AWS. Berth's role of a task may "
            "nothing of the kind: give it what is needed by the policies of buckets, queues and tables"
        )
    networks: dict[str, Any] = {"default": {}} if live.security_groups else {}
    networks |= {_network(group): {"external": True, "name": group} for group in live.security_groups[:GROUPS]}
    notes += [
        f"securityGroups: {group} is one too many, as Berth adds its own" for group in live.security_groups[GROUPS:]
    ]
    document = {"name": name, "services": services, "secrets": secrets, "volumes": volumes, "networks": networks}
    for service in services.values():
        joined: dict[str, Any] = {**{network: {} for network in networks}, **service.pop("networks", {})}
        service |= {"networks": joined} if joined else {}
    return Draft(
        document=_escaped({key: item for key, item in document.items() if item}), main=main, notes=tuple(notes)
    )


def _network(group: str) -> str:
    return f"existing-{group.removeprefix('sg-')[:8]}"


def _main(live: Live, definitions: list[Mapping[str, Any]]) -> str:
    """The container that takes requests; else the first essential one."""
    balanced = {item.container for item in live.load_balancers}
    names = [item["name"] for item in definitions]
    essential = [item["name"] for item in definitions if item.get("essential", True)]
    return str(next((name for name in names if name in balanced), (essential or names)[0]))


def _merge(parts: list[Part]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    extension: dict[str, Any] = {}
    for part in parts:
        for into, more in ((merged, part.keys), (extension, part.extension)):
            for key, value in more.items():
                old = into.get(key)
                if is_mapping(old):
                    into[key] = {**old, **value}
                else:
                    into[key] = [*old, *value] if is_list(old) else value
    return {**merged, **({"x-berth": extension} if extension else {})}


def _size(live: Live, definition: Mapping[str, Any], *, alone: bool, main: bool) -> Part:
    """Limits from which Berth plans the task's size again: it adds the Service Connect proxy's memory."""
    task = live.definition
    cpu = definition.get("cpu") or (task.get("cpu") if main else 0)
    memory = definition.get("memory") or definition.get("memoryReservation") or (task.get("memory") if main else 0)
    notes: list[str] = []
    if alone:
        cpu, memory = task.get("cpu") or cpu, task.get("memory") or memory
        if limit := definition.get("memory"):
            notes.append(f"memory: its own limit of {limit} MiB is the task's here")
    limits: dict[str, str] = {}
    if cpu:
        limits["cpus"] = f"{int(cpu) / 1024:g}"
    if memory:
        limits["memory"] = f"{max(1, int(memory) - SERVICE_CONNECT_MEMORY)}M"
    return Part(keys={"deploy": {"resources": {"limits": limits}}} if limits else {}, notes=tuple(notes))


def _dependencies(definition: Mapping[str, Any], names: set[str]) -> Part:
    found: dict[str, Any] = {}
    notes: list[str] = []
    for item in definition.get("dependsOn") or ():
        if item["containerName"] not in names:
            continue
        found[item["containerName"]] = {"condition": CONDITIONS[item["condition"]]}
        if item["condition"] == "COMPLETE":
            notes.append(f"dependsOn: {item['containerName']} must end with exit code 0 here")
    return Part(keys={"depends_on": found} if found else {}, notes=tuple(notes))


def _service(live: Live) -> Part:
    """How many, and how a deployment goes."""
    deploy: dict[str, Any] = {"replicas": live.desired_count}
    configuration = inside(live.service, "deploymentConfiguration")
    notes: list[str] = []
    bounds = configuration.get("minimumHealthyPercent", 100), configuration.get("maximumPercent", 200)
    update: dict[str, Any] = {"order": "stop-first" if bounds[0] == 0 and bounds[1] <= 100 else "start-first"}
    if bounds not in ((100, 200), (0, 100)):
        notes.append(f"deploymentConfiguration: {bounds[0]} to {bounds[1]} % of the tasks; Berth has {update['order']}")
    breaker = inside(configuration, "deploymentCircuitBreaker")
    if breaker.get("enable") and not breaker.get("rollback"):
        update["failure_action"] = "pause"
    deployment: dict[str, Any] = {}
    alarms = inside(configuration, "alarms")
    if alarms.get("enable") and alarms.get("alarmNames"):
        deployment["alarms"] = list(alarms["alarmNames"])
    if configuration.get("strategy", "ROLLING") != "ROLLING":
        notes.append(
            f"deploymentConfiguration.strategy: {configuration['strategy']}; import it as rolling, see scaling.md"
        )
    return Part(
        keys={"deploy": {**deploy, "update_config": update}},
        extension={"deployment": deployment} if deployment else {},
        notes=tuple(notes),
    )


def _others(live: Live) -> list[str]:
    return [key for key, value in live.definition.items() if key not in RUNNING and value]


def _escaped(value: Any) -> Any:
    """A dollar of AWS's is no variable of Compose's."""
    if is_mapping(value):
        return {key: _escaped(item) for key, item in value.items()}
    if is_list(value):
        return [_escaped(item) for item in value]
    return value.replace("$", "$$") if isinstance(value, str) else value
