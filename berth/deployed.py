"""A deployed stack, as its outputs and settings tell of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from berth.stacks import pulumi_output
from components.aws_access import AwsAccess
from diagnostics import Diagnostic, ToolError
from platforms.ecs.account import check_account
from settings import Settings, parse_settings


def deployed_outputs(stack: str) -> Mapping[str, Any]:
    """The stack's outputs: with ``project`` it is on Docker Compose, with ``logGroups`` on ECS.

    Raises:
        ToolError: there is no such stack, or it is not deployed.
    """
    outputs = pulumi_output("stack", "output", "--stack", stack, "--json")
    if "project" not in outputs and "logGroups" not in outputs:
        raise ToolError(
            Diagnostic(message=f"the stack {stack!r} is not deployed", advice=f"Run `make up STACK={stack}` first.")
        )
    return outputs


def deployed_settings(stack: str) -> Settings:
    """The stack's settings with its secrets, which Pulumi decrypts.

    Raises:
        SettingsError: one of them is wrong.
    """
    config = pulumi_output("config", "--stack", stack, "--json", "--show-secrets")
    values = {
        key.removeprefix("berth:"): item.get("objectValue", _plain(item.get("value", "")))
        for key, item in config.items()
        if key.startswith("berth:")
    }
    return parse_settings({name: value for name, value in values.items() if value != ""}, stack=stack)


def deployed_config(stack: str) -> Mapping[str, str]:
    """The stack's settings as texts by name, without those that are encrypted or empty."""
    config = pulumi_output("config", "--stack", stack, "--json")
    plain = {key.removeprefix("berth:"): item.get("value") for key, item in config.items() if key.startswith("berth:")}
    return {name: value for name, value in plain.items() if value}


def aws_access(config: Mapping[str, str], *, stack: str) -> AwsAccess:
    """How to reach AWS, or the emulator in its place.

    Raises:
        ToolError: AWS does not let us in.
    """
    access = AwsAccess(region=config["region"], endpoint=config.get("awsEndpoint"))
    check_account(access, stack=stack)
    return access


def _plain(text: str) -> Any:
    """Lists and maps are JSON, as the project's own defaults of them."""
    if text[:1] not in ("[", "{"):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text
