"""Secrets and volumes of a task definition, which a Compose file declares for all of its services.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Volume.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from berth.draft.containers import Part
from berth.untyped import inside

TMPFS = 64
"""MiB that a tmpfs has where nothing is said."""


def read_secrets(definition: Mapping[str, Any], arn: str) -> tuple[Part, dict[str, Any]]:
    """The variables of a container that carry secrets, and what the file declares for them. ``arn`` is the service's:
    a parameter's name alone is one of its region and account."""
    variables: dict[str, str] = {}
    declared: dict[str, Any] = {}
    for item in definition.get("secrets") or ():
        key = re.sub(r"[^a-z0-9_.-]", "_", str(item["name"]).lower())
        variables[item["name"]] = key
        declared[key] = {"external": True, "name": _reference(item["valueFrom"], arn)}
    return Part(extension={"secret_environment": variables} if variables else {}), declared


def _reference(text: str, arn: str) -> str:
    if text.startswith("arn:"):
        return text
    partition, _, region, account = arn.split(":")[1:5]
    return f"arn:{partition}:ssm:{region}:{account}:parameter/{text.lstrip('/')}"


def read_mounts(definition: Mapping[str, Any], task: Mapping[str, Any]) -> tuple[Part, dict[str, Any]]:
    """What a container mounts, and the volumes that the file declares for it."""
    volumes = {volume["name"]: volume for volume in task.get("volumes") or ()}
    mounts: list[str] = []
    tmpfs: list[str] = []
    notes: list[str] = []
    declared: dict[str, Any] = {}
    for item in definition.get("mountPoints") or ():
        name, path = item["sourceVolume"], item["containerPath"]
        volume = volumes.get(name, {})
        system = inside(volume, "efsVolumeConfiguration")
        if system:
            declared[name] = {"external": True, "name": _efs(system)}
            mounts.append(f"{name}:{path}{':ro' if item.get('readOnly') else ''}")
            if system.get("transitEncryption") != "ENABLED":
                notes.append(f"volume {name}: is mounted with encryption in transit, and by the task's role")
        elif _empty(volume):
            tmpfs.append(path)
            notes.append(
                f"volume {name}: is {TMPFS} MiB of memory here, not of the task's disk, for this container alone"
            )
        else:
            kinds = ", ".join(key for key in volume if key != "name") or "no volume of this name"
            notes.append(f"volume {name} at {path}: {kinds} has no equivalent on Fargate")
    keys = {"volumes": mounts} if mounts else {}
    return Part(keys={**keys, **({"tmpfs": tmpfs} if tmpfs else {})}, notes=tuple(notes)), declared


def _efs(system: Mapping[str, Any]) -> str:
    """As Berth names what exists: ``fs-…:fsap-…`` or ``fs-…:/path``."""
    point = inside(system, "authorizationConfig").get("accessPointId")
    path = system.get("rootDirectory") or "/"
    return f"{system['fileSystemId']}{f':{point}' if point else f':{path}' if path != '/' else ''}"


def _empty(volume: Mapping[str, Any]) -> bool:
    """A volume of the task, gone with it."""
    return set(volume) <= {"name", "host"} and not inside(volume, "host").get("sourcePath") and bool(volume)
