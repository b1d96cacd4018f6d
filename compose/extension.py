"""The ``x-berth`` fields of a Compose file: what a Compose file has no words for.

Docker Compose passes over ``x-`` keys, so a file that has them still runs everywhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from compose.operation import Deployment, Scaling


class Extension(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Ingress(Extension):
    """How requests from outside reach a service through the load balancer."""

    port: int | None = Field(default=None, ge=1, le=65535, description="Container port; default: the first of `ports`.")
    host: str | None = Field(default=None, description="Host name of the requests, for example shop.example.com.")
    path: str = Field(default="/", pattern="^/", description="Path prefix of the requests; `/` takes all.")
    health_path: str = Field(default="/", pattern="^/", description="Path that answers 200 to 399 in good health.")


class ServiceExtension(Extension):
    """``services.<name>.x-berth``."""

    ingress: Ingress | None = Field(
        default=None, description="Publish through the shared load balancer (ports 80 and 443)."
    )
    scaling: Scaling | None = Field(default=None, description="How many tasks run on ECS, by load and by the clock.")
    deployment: Deployment = Field(default=Deployment(), description="How ECS deploys a new version.")
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
