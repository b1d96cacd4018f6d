"""What the services of a file share: names, and the networks that keep them apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from compose.support.rule import Rule

Found = tuple[str, Rule]
"""A key's path in the file, and its rule."""


def check_names(raw: Mapping[str, Any]) -> Iterator[Found]:
    """A ``name`` of the user's own; Compose itself fills in the project's name and the key."""
    for part in ("networks", "volumes", "secrets", "configs"):
        for key, declared in sorted((raw.get(part) or {}).items()):
            name = (declared or {}).get("name")
            if name and name != f"{raw.get('name')}_{key}" and not declared.get("external"):
                yield f"{part}.{key}.name", Rule("adapted", f"AWS resources are named after the stack, not {name!r}")


def check_networks(raw: Mapping[str, Any]) -> Iterator[Found]:
    """On an instance every container is on the one Docker bridge; one finding says all that is lost by it."""
    networks = raw.get("networks") or {}
    services = (raw.get("services") or {}).values()
    members = [set(service["networks"]) for service in services if service.get("networks")]
    lost = []
    if any(not (first & second) for first, second in combinations(members, 2)):
        lost.append(f"{', '.join(sorted(networks))} do not keep services apart")
    internal = [name for name, declared in sorted(networks.items()) if (declared or {}).get("internal")]
    if internal:
        lost.append(f"`internal` does not cut {', '.join(internal)} off from outside")
    if lost:
        message = f"services on an instance share its network: {', and '.join(lost)}"
        yield "networks", Rule("adapted", message, "On ecs-fargate each network is a security group of its own.")
