"""Service Connect, as far as names go: each alias of a service is a name of its containers in a Docker network.

Each namespace has its network, and only the tasks of its services are in it. Unlike AWS's, a name is known at once,
also to tasks that started before it, and without regard to health.
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectConfiguration.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ministack.services import ecs

Handler = Callable[[dict[str, Any]], Any]
_configurations: dict[tuple[str, str], Mapping[str, Any]] = {}


def install() -> None:
    """Make CreateService and UpdateService remember their ``serviceConnectConfiguration``, and show it."""
    ecs._create_service = _remembering(ecs._create_service, "serviceName")
    ecs._update_service = _remembering(ecs._update_service, "service")
    ecs._ACTION_MAP.update(CreateService=ecs._create_service, UpdateService=ecs._update_service)


def aliases(cluster: str, group: str, definition: Mapping[str, Any]) -> list[str]:
    """The names of one container of a task in ``group`` (``service:NAME``).

    Raises:
        ValueError: an alias has another port than the container; a name alone can't stand for the proxy.
    """
    found: list[str] = []
    ports = {item.get("name"): item["containerPort"] for item in definition.get("portMappings") or ()}
    configuration = _configuration(cluster, group)
    for entry in configuration.get("services") or () if configuration.get("enabled", True) else ():
        for alias in entry.get("clientAliases") or ():
            if entry["portName"] not in ports:
                continue
            if alias["port"] != ports[entry["portName"]]:
                raise ValueError(f"the emulator has no proxy: the alias {alias} has not its container's port")
            found.append(alias.get("dnsName") or entry["portName"])
    return list(dict.fromkeys(found))


def namespace(cluster: str, group: str) -> str | None:
    """The namespace of a task in ``group``; None for a task that no service with Service Connect has made."""
    found = _configuration(cluster, group)
    return str(found.get("namespace") or cluster) if found.get("enabled", bool(found)) else None


def _configuration(cluster: str, group: str) -> Mapping[str, Any]:
    return _configurations.get((cluster, group.removeprefix("service:")), {}) if group.startswith("service:") else {}


def _remembering(handler: Handler, name_key: str) -> Handler:
    def handle(data: dict[str, Any]) -> Any:
        cluster = ecs._resolve_cluster_name(data.get("cluster", "default"))
        name = str(data.get(name_key, "")).rpartition("/")[2]
        if cluster and "serviceConnectConfiguration" in data:
            _configurations[cluster, name] = data["serviceConnectConfiguration"]
        elif cluster and name_key == "serviceName":
            _configurations.pop((cluster, name), None)
        response = handler(data)
        service = ecs._services.get(f"{cluster}/{name}")
        if service and (cluster, name) in _configurations:
            for deployment in service["deployments"]:
                if deployment["status"] == "PRIMARY":
                    deployment["serviceConnectConfiguration"] = _configurations[cluster, name]
        return response

    return handle
