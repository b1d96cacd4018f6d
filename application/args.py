"""The arguments of ``ComposeApplication``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi

from berth.settings import Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposeApplicationArgs:
    """What to deploy and where. Nothing is read from the stack's settings of the program but ``aws:region``.

    Attributes:
        platform: ``compose`` is this machine, ``ecs-ec2`` and ``ecs-fargate`` are Amazon ECS.
        files: The Compose files; a later one goes over the earlier.
        directory: The folder that ``files`` start from, itself from the program's folder.
        region: The AWS region; by default that of the program, ``aws:region``.
        profiles: The Compose profiles that are on.
        variables: Values of the files' ``${…}``, over the shell's and those of ``.env``. Plain strings: they decide
            what there is.
        secrets: Compose secret -> value, over the file's source.
        environment: Service -> variable -> value, over the file's. On ECS an output goes through Secrets Manager, as it
            may be secret; a plain string stands in the task definition.
        tags: Tags of all that is created on AWS.
        domain: The name that the application answers at; needs ``hostedZoneId``, ``certificateArn`` or ``listenerArn``.
        protect_data: Whether volumes, databases and secrets are kept from being deleted.
        settings: Every other setting, by its name in docs/settings.md (``instanceType``, ``natGateways``, …).
    """

    platform: Platform
    files: Sequence[str] = ("compose.yaml",)
    directory: str = "."
    region: str | None = None
    profiles: Sequence[str] = ()
    variables: Mapping[str, str] = field(default_factory=dict[str, str])
    secrets: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, "pulumi.Input[str]"])
    environment: Mapping[str, Mapping[str, pulumi.Input[str]]] = field(
        default_factory=dict[str, "Mapping[str, pulumi.Input[str]]"]
    )
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    domain: str | None = None
    protect_data: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])
