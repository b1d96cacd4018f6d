"""The stack's settings: what differs between environments, read once into one typed, validated object.

Each field is declared in ``Pulumi.yaml`` too, with its description, so that ``pulumi config`` knows it;
a test keeps the two lists equal.
"""

from __future__ import annotations

import collections.abc
import difflib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from diagnostics import Diagnostic, SettingsError

Platform = Literal["compose", "ecs-ec2", "ecs-fargate"]
Architecture = Literal["x86_64", "arm64"]


class Settings(BaseModel):
    """One environment. Sizes are MiB (memory) and GiB (disk); field names are camelCase in stack files."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)

    # What to deploy, and where.
    platform: Platform = "compose"
    compose_files: tuple[str, ...] = ("compose.yaml",)
    profiles: tuple[str, ...] = ()
    project_name: str | None = None
    variables: Mapping[str, str] = {}
    secrets: Mapping[str, str] = Field(default={}, repr=False)
    region: str = "us-east-1"
    protect_data: bool = False
    tags: Mapping[str, str] = {}

    # Images.
    image_builder: Literal["buildkit", "daemon"] = "buildkit"
    build_args: Mapping[str, str] = {}
    cpu_architecture: Architecture = "x86_64"
    init_image: str = "public.ecr.aws/docker/library/busybox:1.37"

    # Network.
    vpc_id: str | None = None
    public_subnet_ids: tuple[str, ...] = ()
    private_subnet_ids: tuple[str, ...] = ()
    vpc_cidr: str = "10.0.0.0/16"
    zones: int = Field(default=2, ge=1, le=6)
    nat_gateways: Literal["none", "one", "zone"] = "one"
    endpoints: Literal["gateway", "interface"] = "gateway"

    # Compute.
    instance_type: str = "t3.micro"
    instance_count: int = Field(default=1, ge=1, le=100)
    instance_attributes: Mapping[str, str] = {}
    disk_size: int = Field(default=30, ge=30, le=16384)
    fargate_spot: int = Field(default=0, ge=0, le=100)
    volume_storage: Literal["efs", "instance"] = "efs"

    # Ingress.
    ingress: Literal["alb", "instance"] | None = None
    domain: str | None = None
    hosted_zone_id: str | None = None
    certificate_arn: str | None = None

    # Operation.
    log_retention_days: int = 30
    log_router_image: str = "public.ecr.aws/aws-observability/aws-for-fluent-bit:stable"
    enable_exec: bool = False
    deploy_timeout: int = Field(default=900, ge=30)
    remove_volumes: bool = False

    # The AWS emulator of a rehearsal, or another endpoint.
    aws_endpoint: str | None = None

    @property
    def docker_platform(self) -> str:
        """The image platform that the CPU architecture asks for."""
        return "linux/arm64" if self.cpu_architecture == "arm64" else "linux/amd64"

    @property
    def load_balanced(self) -> bool:
        """Whether an Application Load Balancer takes the requests; by default on Fargate only."""
        return (self.ingress or ("instance" if self.platform == "ecs-ec2" else "alb")) == "alb"

    @model_validator(mode="after")
    def _consistent(self) -> Settings:
        if self.domain and not (self.hosted_zone_id or self.certificate_arn):
            raise ValueError("domain: needs hostedZoneId (for a certificate by ACM) or certificateArn")
        if self.vpc_id and not self.public_subnet_ids:
            raise ValueError("vpcId: needs publicSubnetIds (and privateSubnetIds on ecs-fargate)")
        if self.public_subnet_ids and not self.vpc_id:
            raise ValueError("publicSubnetIds: needs vpcId")
        if self.platform == "ecs-fargate" and self.ingress == "instance":
            raise ValueError("ingress: ecs-fargate has no instance to publish ports on; use alb, or leave it out")
        if self.load_balanced and self.platform == "ecs-ec2" and self.zones < 2 and not self.vpc_id:
            raise ValueError("zones: a load balancer needs two zones or more")
        if self.platform == "ecs-fargate" and self.zones < 2 and not self.vpc_id:
            raise ValueError("zones: ecs-fargate needs two zones or more, as a load balancer does")
        return self


def setting_names() -> tuple[str, ...]:
    """Every setting's name as a stack file spells it."""
    return tuple(to_camel(name) for name in Settings.model_fields)


def parse_settings(values: Mapping[str, Any], *, stack: str) -> Settings:
    """The settings of ``stack`` from plain values by camelCase name.

    Raises:
        SettingsError: one finding for each unknown or malformed setting.
    """
    file = f"Pulumi.{stack}.yaml"
    allowed = setting_names()
    findings = [
        Diagnostic(
            file=file,
            key=f"berth:{name}",
            message="no such setting",
            advice=_suggestion(name, allowed),
        )
        for name in values
        if name not in allowed
    ]
    known = {name: value for name, value in values.items() if name in allowed}
    try:
        settings = Settings.model_validate(known)
    except ValidationError as error:
        findings += [_malformed(file, detail) for detail in error.errors()]
        raise SettingsError(*findings) from None
    if findings:
        raise SettingsError(*findings)
    return settings


def _suggestion(name: str, allowed: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(name, allowed, n=1)
    hint = f"Did you mean {close[0]!r}? " if close else ""
    return f"{hint}Allowed: {', '.join(sorted(allowed))}."


def _malformed(file: str, detail: Mapping[str, Any]) -> Diagnostic:
    path = [str(part) for part in detail["loc"]]
    if not path:  # the cross-field check names its setting first
        key, _, message = str(detail["ctx"]["error"]).partition(": ")
        return Diagnostic(file=file, key=f"berth:{key}", message=message)
    got = detail["input"] if path[0] != "secrets" else "[secret]"
    return Diagnostic(file=file, key=f"berth:{'.'.join(path)}", message=f"{detail['msg']} (got {got!r})")


def read_settings() -> Settings:
    """The running stack's settings, from its Pulumi configuration.

    Raises:
        SettingsError: see ``parse_settings``.
    """
    import pulumi  # here, as the commands that only look at settings do without an SDK that takes a second to load
    from pulumi.runtime.config import get_config_env

    prefix = f"{pulumi.get_project()}:"
    values = {}
    for key, text in get_config_env().items():
        if key.startswith(prefix):
            name = key.removeprefix(prefix)
            if text != "":  # an empty default in Pulumi.yaml: not set
                values[name] = _plain(name, text)
    return parse_settings(values, stack=pulumi.get_stack())


def project_directory() -> Path:
    """The folder of ``Pulumi.yaml``: relative paths in the settings start there."""
    return Path.cwd()  # where Pulumi starts the program


def _plain(name: str, text: str) -> Any:
    """Pulumi hands every value over as text; those of lists and maps are JSON."""
    field = next((field for key, field in Settings.model_fields.items() if to_camel(key) == name), None)
    if field is None or get_origin(field.annotation) not in (tuple, Mapping, collections.abc.Mapping):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text
