"""The ``x-berth`` fields of a Compose file: what a Compose file has no words for.

Docker Compose passes over ``x-`` keys, so a file that has them still runs everywhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from berth.compose.operation import Deployment, Scaling
from berth.untyped import is_list, mapping


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
            raise PydanticCustomError("protocol", "{said}", {"said": text})
        return self


def _listed(value: Any) -> Any:
    """One way in is a list of one."""
    if value is None:
        return ()
    return (value,) if isinstance(value, Mapping | Ingress) else value


Ingresses = Annotated[
    tuple[Ingress, ...], BeforeValidator(_listed, json_schema_input_type=Ingress | tuple[Ingress, ...] | None)
]


class Managed(Extension):
    """A service of AWS in place of the container. What its image does not tell, it says itself."""

    by: Literal["rds", "elasticache"] = Field(description="Amazon RDS for databases, Amazon ElastiCache for caches.")
    engine: Literal["postgres", "mysql", "mariadb", "redis", "valkey"] | None = Field(
        default=None, description="The engine; default: what the image's name says."
    )
    version: str | None = Field(
        default=None,
        pattern=r"^\d+(\.\d+){0,2}$",
        description="The engine's version, for example 16, or 16.4 for that one alone; default: the image's tag.",
    )
    parameters: Mapping[str, str] = Field(
        default={}, description="Parameters of the parameter group, in AWS's own words and units."
    )


class Schedule(Extension):
    """When a service runs, by EventBridge Scheduler."""

    expression: str = Field(description="cron(0 3 * * ? *), rate(6 hours) or at(2030-01-31T03:00:00).")
    timezone: str = Field(default="UTC", description="IANA time zone of the expression, for example Europe/Berlin.")
    enabled: bool = Field(default=True, description="Whether it runs by itself; `python -m berth run` does anyway.")
    window: int = Field(default=0, ge=0, le=1440, description="Minutes within which AWS may choose when to start.")
    retries: int = Field(default=3, ge=0, le=185, description="How often a start that failed is tried again.")
    retry_for: int = Field(
        default=3600, ge=60, le=86400, description="Seconds after which a start is not tried any more."
    )
    dead_letter_queue: str | None = Field(
        default=None, pattern=r"^arn:aws[a-z-]*:sqs:", description="ARN of an SQS queue for starts that were given up."
    )


def _as_schedule(given: Any) -> Any:
    return {"expression": given} if isinstance(given, str) else given


class ServiceExtension(Extension):
    """``services.<name>.x-berth``."""

    ingress: Ingresses = Field(
        default=(), description="Publish through a load balancer: one way in, or a list of them."
    )
    scaling: Scaling | None = Field(default=None, description="How many tasks run on ECS, by load and by the clock.")
    deployment: Deployment = Field(default=Deployment(), description="How ECS deploys a new version.")
    schedule: Annotated[
        Schedule | None, BeforeValidator(_as_schedule, json_schema_input_type=str | Schedule | None)
    ] = Field(default=None, description="Run by this schedule, instead of all the time: cron(…), rate(…) or at(…).")
    secret_environment: Mapping[str, str] = Field(
        default={}, description="Environment variables that carry a secret: variable -> key under `secrets`."
    )
    managed: Literal["rds", "elasticache"] | Managed | None = Field(
        default=None, description="AWS runs it, on AWS: the name, the port and the password stay."
    )
    override: Mapping[str, Any] = Field(
        default={}, description="Merged last into the ECS container definition, in AWS's own words."
    )

    @property
    def managed_by(self) -> Managed | None:
        """``managed`` in its long form."""
        return Managed(by=self.managed) if isinstance(self.managed, str) else self.managed


class VolumeExtension(Extension):
    """``volumes.<name>.x-berth``."""

    uid: int | None = Field(default=None, ge=0, description="Every access runs as this user id (EFS access point).")
    gid: int | None = Field(default=None, ge=0, description="Every access runs as this group id (EFS access point).")
    root_access: bool = Field(
        default=False, description="A container's root is root on this existing EFS, whose policy squashes others."
    )


def key_of(location: Sequence[str | int], data: Any) -> str:
    """Where an error is, as ``data`` spells it: ``ingress.port`` where one way in stands for a list of one."""
    parts: list[str] = []
    for part in location:
        if isinstance(part, int) and not is_list(data):
            continue
        parts.append(str(part))
        data = data[part] if isinstance(part, int) else mapping(data).get(part)
    return ".".join(parts)


def schema() -> str:
    """The JSON schema of ``x-berth``, by where it stands."""
    parts = {"service": ServiceExtension, "volume": VolumeExtension}
    definitions: dict[str, Any] = {}
    for name, model in parts.items():
        described = model.model_json_schema(ref_template="#/$defs/{model}")
        definitions |= {**described.pop("$defs", {}), name: described}
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "x-berth",
        "oneOf": [{"$ref": f"#/$defs/{name}"} for name in parts],
        "$defs": definitions,
    }
    return json.dumps(whole, indent=2) + "\n"
