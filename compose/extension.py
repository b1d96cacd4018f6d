"""The ``x-berth`` fields of a Compose file: what a Compose file has no words for.

Docker Compose passes over ``x-`` keys, so a file that has them still runs everywhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError


class Extension(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Ingress(Extension):
    """How requests from outside reach a service through a load balancer: by HTTP, or as they come (tcp, udp, tls)."""

    port: int | None = Field(default=None, ge=1, le=65535, description="Container port; default: the first of `ports`.")
    protocol: Literal["http", "tcp", "udp", "tls"] = Field(
        default="http",
        description="`http` shares a listener by host and path; the others have the published port for themselves.",
    )
    host: str | None = Field(default=None, description="Host name of the requests, for example shop.example.com.")
    path: str = Field(default="/", pattern="^/", description="Path prefix of the requests; `/` takes all.")
    health_path: str = Field(default="/", pattern="^/", description="Path that answers 200 to 399 in good health.")
    priority: int | None = Field(
        default=None,
        ge=1,
        le=50000,
        description="The rule's place on a listener that others use too, the lowest first; default: by host and path.",
    )

    @model_validator(mode="after")
    def _of_its_protocol(self) -> Ingress:
        """Paths and rules are HTTP's own."""
        fields = sorted(self.model_fields_set & {"path", "health_path", "priority"})
        if self.protocol != "http" and fields:
            text = f"{' and '.join(fields)}: HTTP has it, {self.protocol} has not; leave it out"
            raise PydanticCustomError("protocol", text)
        return self


def _listed(value: Any) -> Any:
    """One way in is a list of one."""
    if value is None:
        return ()
    return (value,) if isinstance(value, Mapping | Ingress) else value


Ingresses = Annotated[
    tuple[Ingress, ...], BeforeValidator(_listed, json_schema_input_type=Ingress | tuple[Ingress, ...] | None)
]


class ServiceExtension(Extension):
    """``services.<name>.x-berth``."""

    ingress: Ingresses = Field(
        default=(), description="Publish through a load balancer: one way in, or a list of them."
    )
    secret_environment: Mapping[str, str] = Field(
        default={}, description="Environment variables that carry a secret: variable -> key under `secrets`."
    )
    override: Mapping[str, Any] = Field(
        default={}, description="Merged last into the ECS container definition, in AWS's own words."
    )


class VolumeExtension(Extension):
    """``volumes.<name>.x-berth``."""

    uid: int | None = Field(default=None, ge=0, description="Every access runs as this user id (EFS access point).")
    gid: int | None = Field(default=None, ge=0, description="Every access runs as this group id (EFS access point).")


def key_of(location: Sequence[str | int], data: Any) -> str:
    """Where an error is, as ``data`` spells it: ``ingress.port`` where one way in stands for a list of one."""
    parts = []
    for part in location:
        if isinstance(part, int) and not isinstance(data, list):
            continue
        parts.append(str(part))
        data = data[part] if isinstance(part, int) else data.get(part) if isinstance(data, Mapping) else None
    return ".".join(parts)


def schema() -> str:
    """The JSON schema of ``x-berth``, by where it stands."""
    parts = {"service": ServiceExtension, "volume": VolumeExtension}
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "x-berth",
        "oneOf": [{"$ref": f"#/$defs/{name}"} for name in parts],
        "$defs": {},
    }
    for name, model in parts.items():
        described = model.model_json_schema(ref_template="#/$defs/{model}")
        whole["$defs"] |= {**described.pop("$defs", {}), name: described}
    return json.dumps(whole, indent=2) + "\n"
