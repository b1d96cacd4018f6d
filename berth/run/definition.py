"""A deployed task definition as that of a one-off task: another command, no ports, and held until it was looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from berth.platforms.ecs.sizes import HELPER_MEMORY

KEPT = (
    *("taskRoleArn", "executionRoleArn", "networkMode", "volumes", "placementConstraints", "cpu", "memory"),
    *("requiresCompatibilities", "runtimePlatform", "ephemeralStorage", "pidMode", "ipcMode", "proxyConfiguration"),
)
"""What RegisterTaskDefinition takes of what DescribeTaskDefinition shows, beside the containers:
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html"""


def one_off(definition: Mapping[str, Any], container: str, command: Sequence[str], *, image: str) -> dict[str, Any]:
    """The request that registers it, in the family ``FAMILY-run``.

    ``command`` replaces the container's own where it has any words. A host's ports stay with the running tasks. As a
    service starts an ended task again, a keeper of ``image`` holds it until the exit code was read.
    """
    names = {item["name"] for item in definition["containerDefinitions"]}
    containers = [_changed(item, container, command) for item in definition["containerDefinitions"]]
    if f"{container}-keeper" not in names:
        containers.append(_keeper(f"{container}-keeper", image, definition))
    kept = {key: definition[key] for key in KEPT if definition.get(key)}
    return {"family": f"{definition['family']}-run", "containerDefinitions": containers, **kept}


def _changed(item: Mapping[str, Any], container: str, command: Sequence[str]) -> dict[str, Any]:
    if item["name"] != container:
        return dict(item)
    changed: dict[str, Any] = {**item, "essential": False, "portMappings": []}
    changed.pop("healthCheck", None)  # it is that of the service's own command
    return {**changed, "command": list(command)} if command else changed


def _keeper(name: str, image: str, definition: Mapping[str, Any]) -> dict[str, Any]:
    keeper = {
        "name": name,
        "image": image,
        "essential": True,
        "entryPoint": ["sh", "-c"],
        "command": ["trap 'exit 0' TERM; sleep 86400 & wait"],
    }
    if definition.get("memory"):  # the task has a size, which containers may use up
        return keeper
    return {**keeper, "memoryReservation": HELPER_MEMORY}
