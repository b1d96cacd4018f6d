"""A creation that was under way when its run was killed, as Pulumi's state keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Resource = Mapping[str, Any]
"""An entry of the state: https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/core.go"""

PHYSICAL = ("name", "namePrefix", "identifierPrefix", "clusterIdentifier", "replicationGroupId", "creationToken")
"""Inputs that AWS knows a resource by."""


@dataclass(frozen=True, slots=True)
class Pending:
    """``resource`` is what the state is to have of it, but for its id and its outputs."""

    resource: Resource

    @property
    def type(self) -> str:
        return str(self.resource["type"])

    @property
    def urn(self) -> str:
        return str(self.resource["urn"])

    @property
    def name(self) -> str:
        return self.urn.rpartition("::")[2]

    @property
    def inputs(self) -> Mapping[str, Any]:
        return self.resource.get("inputs") or {}

    @property
    def physical(self) -> str:
        """The name that AWS was asked for; empty where it takes none."""
        return next((str(self.inputs[key]) for key in PHYSICAL if isinstance(self.inputs.get(key), str)), "")

    def __str__(self) -> str:
        return f"{self.type} {self.name}" + (f" ({self.physical})" if self.physical else "")


def creations(operations: Iterable[Mapping[str, Any]]) -> list[Pending]:
    """Those of a deployment's ``pending_operations`` that create, each once: a refresh keeps them, beside new ones."""
    found = {item["resource"]["urn"]: Pending(item["resource"]) for item in operations if item["type"] == "creating"}
    return list(found.values())
