"""The values that a container's ``secrets`` name, and the public parameters that name the instances' images."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ministack.services import ecs, secretsmanager, ssm

ARN_FIELDS = 7
"""Fields of a secret's ARN; ECS takes a key of its JSON, a stage and a version after them."""

IMAGE = next(iter(ssm._PUBLIC_AMI_PARAMETERS.values()))
"""A machine image that the emulator's EC2 knows."""


def install() -> None:
    """Make the parameters of ECS's machine images readable, as they are in every account.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/retrieve-ecs-optimized_AMI.html
    """
    for architecture in ("", "arm64/"):
        name = f"/aws/service/ecs/optimized-ami/amazon-linux-2023/{architecture}recommended/image_id"
        ssm._PUBLIC_AMI_PARAMETERS[name] = IMAGE


def secrets(definition: Mapping[str, Any]) -> dict[str, str]:
    """Variable -> value of a container's ``secrets``.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
    """
    return {item["name"]: _value(item["valueFrom"]) for item in definition.get("secrets") or ()}


def _value(source: str) -> str:
    if ":secretsmanager:" not in source:
        return _present(ssm.resolve_parameter_value(source, decrypt=True), source)
    fields = source.split(":")
    key, stage, version = [*fields[ARN_FIELDS:], "", "", ""][:3]
    arn = ":".join(fields[:ARN_FIELDS])
    text = secretsmanager.resolve_secret_string(arn, stage or "AWSCURRENT", version or None)
    if not key:
        return _present(text, source)
    try:
        return _present(json.loads(_present(text, source)).get(key), source)
    except (ValueError, AttributeError):
        raise ecs._SecretResolutionError(f"{source} is not a JSON object") from None


def _present(value: object, source: str) -> str:
    if value is None:
        raise ecs._SecretResolutionError(f"there is no {source}")
    return str(value)
