"""What ECS itself demands of a task definition, as a pure check of what the program asks for.

Written from AWS's references, and not from the program, which has checks of its own:
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any

NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
"""Containers, volumes and families."""

PORT_NAME = re.compile(r"[a-z0-9_][a-z0-9_-]{0,63}")
"""https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html"""

FARGATE_MEMORY: Mapping[int, Iterable[int]] = {
    256: (512, 1024, 2048),
    512: range(1024, 4096 + 1, 1024),
    1024: range(2048, 8192 + 1, 1024),
    2048: range(4096, 16384 + 1, 1024),
    4096: range(8192, 30720 + 1, 1024),
    8192: range(16384, 61440 + 1, 4096),
    16384: range(32768, 122880 + 1, 8192),
}
"""CPU units -> MiB: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html"""

CAPABILITIES = """
ALL AUDIT_CONTROL AUDIT_WRITE BLOCK_SUSPEND CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID IPC_LOCK IPC_OWNER KILL
LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN NET_BIND_SERVICE NET_BROADCAST NET_RAW SETFCAP SETGID
SETPCAP SETUID SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO SYS_RESOURCE SYS_TIME
SYS_TTY_CONFIG SYSLOG WAKE_ALARM
"""
"""https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_KernelCapabilities.html"""

ULIMITS = """
core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack
"""
"""https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Ulimit.html"""

SYSTEM_CONTROL = re.compile(r"net\..+|fs\.mqueue\..+|kernel\.(msg(max|mnb|mni)|sem|shm(all|max|mni|_rmid_forced))")
"""https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_SystemControl.html"""

LOG_DRIVERS = {
    "ecs-fargate": {"awslogs", "splunk", "awsfirelens"},
    "ecs-ec2": {"awslogs", "fluentd", "gelf", "json-file", "journald", "syslog", "splunk", "awsfirelens"},
}
"""https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html"""

CONTAINERS, BYTES = 10, 65_536
"""https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html"""

SMALLEST_MEMORY = 6
"""MiB: Docker's own minimum, which ECS's reference repeats."""


def violations(task: Mapping[str, Any], platform: str) -> list[str]:
    """Why ECS would refuse a task definition, one line each; ``task`` has the inputs of the resource."""
    containers: Sequence[Mapping[str, Any]] = json.loads(task["containerDefinitions"])
    found = [*_task(task, containers, platform), *_order(containers)]
    for container in containers:
        fargate = platform == "ecs-fargate"
        checks = (_names, _ports, _memory, _health, _linux, _environment, _mounts)
        lines = [line for check in checks for line in check(container, fargate)]
        lines += [] if container["logConfiguration"]["logDriver"] in LOG_DRIVERS[platform] else ["log driver"]
        found += [f"{container['name']}: {line}" for line in lines]
    return found


def _task(task: Mapping[str, Any], containers: Sequence[Mapping[str, Any]], platform: str) -> Iterator[str]:
    size = len(task["containerDefinitions"].encode())
    if not NAME.fullmatch(task["family"]):
        yield f"family {task['family']!r}"
    if not 1 <= len(containers) <= CONTAINERS:
        yield f"{len(containers)} containers"
    if size > BYTES:
        yield f"{size} bytes"
    if not any(container["essential"] for container in containers):
        yield "no container is essential"
    repeated = [name for name, count in Counter(item["name"] for item in containers).items() if count > 1]
    if repeated:
        yield f"containers with one name: {repeated}"
    volumes = [volume["name"] for volume in task.get("volumes") or ()]
    if len(set(volumes)) != len(volumes) or not all(NAME.fullmatch(name) for name in volumes):
        yield f"volumes {volumes}"
    lost = {mount["sourceVolume"] for item in containers for mount in item["mountPoints"]} - set(volumes)
    if lost:
        yield f"mounted, but not a volume: {sorted(lost)}"
    ports = Counter(mapping["name"] for item in containers for mapping in item["portMappings"] if "name" in mapping)
    if any(count > 1 for count in ports.values()):
        yield f"port names {ports}"
    if platform == "ecs-fargate":
        cpu, memory = int(task["cpu"]), int(task["memory"])
        if memory not in FARGATE_MEMORY.get(cpu, ()):
            yield f"Fargate has no {cpu} units with {memory} MiB"
        if sum(item.get("memoryReservation") or item.get("memory") or 0 for item in containers) > memory:
            yield f"the containers reserve more than {memory} MiB"
        if any((item.get("memory") or 0) > memory for item in containers):
            yield f"a container has more than {memory} MiB"
        if task["networkMode"] != "awsvpc" or task["requiresCompatibilities"] != ["FARGATE"]:
            yield "network mode"


def _order(containers: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html"""
    by_name = {container["name"]: container for container in containers}
    graph = {}
    for name, container in by_name.items():
        graph[name] = [item["containerName"] for item in container.get("dependsOn", ())]
        for item in container.get("dependsOn", ()):
            other, condition = by_name.get(item["containerName"]), item["condition"]
            if other is None or condition not in ("START", "COMPLETE", "SUCCESS", "HEALTHY"):
                yield f"{name}: depends on {item}"
            elif condition in ("COMPLETE", "SUCCESS") and other["essential"]:
                yield f"{name}: {condition} of an essential container"
            elif condition == "HEALTHY" and "healthCheck" not in other:
                yield f"{name}: HEALTHY of a container without a health check"
    try:
        TopologicalSorter(graph).prepare()
    except CycleError:
        yield "the containers wait for each other"


def _names(container: Mapping[str, Any], fargate: bool) -> Iterator[str]:
    if not NAME.fullmatch(container["name"]):
        yield "name"
    if not container["image"]:
        yield "no image"
    hosts = [key for key in ("hostname", "extraHosts", "dnsServers", "links") if container.get(key)]
    if fargate and hosts:
        yield f"awsvpc has no {hosts}"


def _ports(container: Mapping[str, Any], fargate: bool) -> Iterator[str]:
    taken: set[tuple[int, str]] = set()
    for mapping in container["portMappings"]:
        port, host, protocol = mapping["containerPort"], mapping.get("hostPort", 0), mapping["protocol"]
        if not 1 <= port <= 65535 or not 0 <= host <= 65535 or protocol not in ("tcp", "udp"):
            yield f"port {mapping}"
        if fargate and host not in (0, port):
            yield f"awsvpc has no host port of its own: {mapping}"
        if "name" in mapping and not PORT_NAME.fullmatch(mapping["name"]):
            yield f"port name {mapping['name']!r}"
        if host and (host, protocol) in taken:
            yield f"host port {host} twice"
        taken.add((host, protocol))


def _memory(container: Mapping[str, Any], fargate: bool) -> Iterator[str]:
    limit, reservation = container.get("memory"), container.get("memoryReservation")
    if not fargate and not limit and not reservation:
        yield "no memory"
    if any(value is not None and value < SMALLEST_MEMORY for value in (limit, reservation)):
        yield f"less than {SMALLEST_MEMORY} MiB"
    if limit and reservation and reservation > limit:
        yield f"reserves {reservation} of {limit} MiB"
    if container["cpu"] < 0:
        yield "cpu"
    if not 0 <= container.get("stopTimeout", 30) <= 120:
        yield "stopTimeout"


def _health(container: Mapping[str, Any], fargate: bool) -> Iterator[str]:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html"""
    check = container.get("healthCheck")
    if check is None:
        return
    if len(check["command"]) < 2 or check["command"][0] not in ("CMD", "CMD-SHELL"):
        yield f"health check {check['command']}"
    for key, low, high in (("interval", 5, 300), ("timeout", 2, 60), ("retries", 1, 10), ("startPeriod", 0, 300)):
        value = check.get(key, low)
        if not isinstance(value, int) or not low <= value <= high:
            yield f"health check's {key} {value}"


def _linux(container: Mapping[str, Any], fargate: bool) -> Iterator[str]:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LinuxParameters.html"""
    linux = container.get("linuxParameters", {})
    added, dropped = (set(linux.get("capabilities", {}).get(key, ())) for key in ("add", "drop"))
    if not (added | dropped) <= set(CAPABILITIES.split()) or (fargate and not added <= {"SYS_PTRACE"}):
        yield f"capabilities {added} {dropped}"
    refused = [key for key in ("devices", "sharedMemorySize", "maxSwap", "swappiness") if linux.get(key) is not None]
    if fargate and (refused or container.get("privileged") or container.get("dockerSecurityOptions")):
        yield f"Fargate has no {refused or 'privileges'}"
    if any(item["size"] < 1 or not item["containerPath"].startswith("/") for item in linux.get("tmpfs", ())):
        yield f"tmpfs {linux['tmpfs']}"
    for limit in container.get("ulimits", ()):
        if limit["name"] not in ULIMITS.split() or limit["softLimit"] > limit["hardLimit"]:
            yield f"ulimit {limit}"
        if fargate and limit["name"] != "nofile":
            yield f"Fargate changes nofile only: {limit}"
    controls = [item["namespace"] for item in container["systemControls"]]
    if not all(SYSTEM_CONTROL.fullmatch(name) for name in controls):
        yield f"system controls {controls}"


def _environment(container: Mapping[str, Any], fargate: bool) -> Iterator[str]:
    names = [item["name"] for key in ("environment", "secrets") for item in container.get(key, ())]
    if not all(names) or any(count > 1 for count in Counter(names).values()):
        yield f"variables {names}"
    if not all(isinstance(item["value"], str) for item in container["environment"]):
        yield "a variable that is no text"
    if not all(item["valueFrom"].startswith("arn:") for item in container.get("secrets", ())):
        yield "a secret without an ARN"


def _mounts(container: Mapping[str, Any], fargate: bool) -> Iterator[str]:
    paths = [mount["containerPath"] for mount in container["mountPoints"]]
    paths += [mount["containerPath"] for mount in container.get("linuxParameters", {}).get("tmpfs", ())]
    if any(count > 1 for count in Counter(path.rstrip("/") for path in paths).values()):
        yield f"two mounts at one path: {paths}"
