"""A container definition of ECS as Docker's options.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from typing import Any

import docker

from berth.untyped import inside

NANOSECONDS = 1_000_000_000
Definition = Mapping[str, Any]


def options(definition: Definition, volumes: Mapping[str, str]) -> dict[str, Any]:
    """What ``containers.run`` takes; ``volumes`` is the task's volumes, name -> Docker volume or host path."""
    linux = inside(definition, "linuxParameters")
    capabilities = inside(linux, "capabilities")
    found = {
        "entrypoint": definition.get("entryPoint"),
        "command": definition.get("command"),
        "user": definition.get("user"),
        "working_dir": definition.get("workingDirectory"),
        "hostname": definition.get("hostname"),
        "read_only": definition.get("readonlyRootFilesystem"),
        "privileged": definition.get("privileged"),
        "tty": definition.get("pseudoTerminal"),
        "stdin_open": definition.get("interactive"),
        "init": linux.get("initProcessEnabled"),
        "shm_size": _mib(linux.get("sharedMemorySize")),
        "tmpfs": {item["containerPath"]: _tmpfs(item) for item in linux.get("tmpfs") or ()},
        "cap_add": capabilities.get("add"),
        "cap_drop": capabilities.get("drop"),
        "ulimits": [
            docker.types.Ulimit(name=item["name"], soft=item["softLimit"], hard=item["hardLimit"])
            for item in definition.get("ulimits") or ()
        ],
        "sysctls": {item["namespace"]: item["value"] for item in definition.get("systemControls") or ()},
        "extra_hosts": {item["hostname"]: item["ipAddress"] for item in definition.get("extraHosts") or ()},
        "mem_limit": _mib(definition.get("memory")),
        "mem_reservation": _mib(definition.get("memoryReservation")),
        "healthcheck": health_check(definition.get("healthCheck")),
        "volumes": [_mount(item, volumes) for item in definition.get("mountPoints") or ()],
    }
    return {name: value for name, value in found.items() if value}


def port_bindings(definition: Definition, network_mode: str) -> dict[str, list[int | None]]:
    """Container port -> host ports in bridge mode; host port 0 is any free one. In awsvpc nothing is published."""
    found: dict[str, list[int | None]] = {}
    if network_mode != "awsvpc":
        for item in definition.get("portMappings") or ():
            port = f"{item['containerPort']}/{item.get('protocol', 'tcp')}"
            found.setdefault(port, []).append(item.get("hostPort") or None)
    return found


def health_check(check: Mapping[str, Any] | None) -> dict[str, Any]:
    """Only a definition's own check counts, never the image's. The defaults:
    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
    """
    if not check:
        return {"test": ["NONE"]}
    return {
        "test": check["command"],
        "interval": (check.get("interval") or 30) * NANOSECONDS,
        "timeout": (check.get("timeout") or 5) * NANOSECONDS,
        "retries": check.get("retries") or 3,
        "start_period": (check.get("startPeriod") or 0) * NANOSECONDS,
    }


def own_directory(client: docker.DockerClient, volume: str, image: str, creation: Mapping[str, Any]) -> None:
    """Give a new volume's root the owner and mode that an EFS access point creates its directory with.

    https://docs.aws.amazon.com/efs/latest/ug/efs-access-points.html
    """
    entry = tarfile.TarInfo("volume")  # Docker keeps the owner of an entry, but not that of "."
    entry.type = tarfile.DIRTYPE
    entry.uid, entry.gid = int(creation["OwnerUid"]), int(creation["OwnerGid"])
    entry.mode = int(str(creation["Permissions"]), 8)
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        tar.addfile(entry)
    helper = client.containers.create(image, entrypoint=["true"], volumes=[f"{volume}:/volume:nocopy"])
    try:
        helper.put_archive("/", archive.getvalue())
    finally:
        helper.remove(force=True)


def mode(item: Mapping[str, Any]) -> str:
    """Docker's word for a mount point's, or a volumesFrom's, ``readOnly``."""
    return "ro" if item.get("readOnly") else "rw"


def _mount(point: Mapping[str, Any], volumes: Mapping[str, str]) -> str:
    # An ECS volume starts empty; Docker would fill it from the image.
    source = volumes[point["sourceVolume"]]
    return f"{source}:{point['containerPath']}:{mode(point)}" + ("" if source.startswith("/") else ",nocopy")


def _tmpfs(item: Mapping[str, Any]) -> str:
    return ",".join([f"size={item['size']}m", *(item.get("mountOptions") or ())])


def _mib(size: int | None) -> str | None:
    return f"{size}m" if size else None
