"""UpdateService changes what it is told to, and nothing else: the emulator passes over some of it, and forgets others.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
"""

from __future__ import annotations

from typing import Any

from ministack.services import ecs

from berth.untyped import inside

KEPT = ("enableECSManagedTags", "propagateTags", "placementConstraints", "serviceRegistries")
MERGED = "deploymentConfiguration"
"""Of which a part that is not given stays."""


def install() -> None:
    inner = ecs._update_service

    def update(data: dict[str, Any]) -> Any:
        found = _find(data)
        if found is None:
            return inner(data)
        if MERGED in data:
            data = {**data, MERGED: {**inside(found, MERGED), **inside(data, MERGED)}}
        answer = inner(data)
        found.update({key: data[key] for key in KEPT if key in data})
        return answer

    ecs._update_service = ecs._ACTION_MAP["UpdateService"] = update


def _find(data: dict[str, Any]) -> dict[str, Any] | None:
    """The service as the emulator keeps it."""
    name = str(data.get("service", "")).rpartition("/")[2]
    return ecs._services.get(f"{ecs._resolve_cluster_name(data.get('cluster', 'default'))}/{name}")
