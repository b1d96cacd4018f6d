"""What a stack has deployed: its outputs, its state, and how its AWS account is reached."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from berth.components.aws_access import AwsAccess
from berth.diagnostics import Diagnostic, ToolError
from berth.platforms.ecs.account import check_account
from berth.settings import Settings, parse_settings
from berth.stacks import pulumi_output

Resource = Mapping[str, Any]


def read_outputs(stack: str) -> Mapping[str, Any]:
    """The outputs of a stack that was deployed.

    Raises:
        ToolError: it was not, or Pulumi does not know it.
    """
    outputs = _ask(stack, "stack", "output", "--stack", stack, "--json")
    if "project" not in outputs and "logGroups" not in outputs:
        raise not_deployed(stack)
    return outputs


def read_state(stack: str) -> list[Resource]:
    """Every resource that the stack has: its ``urn``, ``type``, ``inputs``, ``outputs``, ``created``, ``modified``.

    Secrets in it stay encrypted. https://www.pulumi.com/docs/iac/cli/commands/pulumi_stack_export/

    Raises:
        ToolError: it has none, or Pulumi does not know it.
    """
    deployment = _ask(stack, "stack", "export", "--stack", stack)["deployment"]
    resources = [item for item in deployment.get("resources") or () if not item.get("delete")]
    if not resources:
        raise not_deployed(stack)
    return resources


def read_access(stack: str, config: Mapping[str, str] | None = None) -> AwsAccess:
    """The account and region of the stack, or its emulator; asked whether they answer. ``config`` is that of
    ``read_config``, where it is known already.

    Raises:
        ToolError: they do not.
    """
    config = config or read_config(stack)
    region = config["region"]
    if "sharedStack" in config:  # whose region it is
        region = read_outputs(stack).get("shared", {}).get("region", region)
    access = AwsAccess(region=region, endpoint=config.get("awsEndpoint"))
    check_account(access, stack=stack)
    return access


def read_deployed_settings(stack: str) -> Settings:
    """The stack's settings with its secrets, which Pulumi decrypts.

    Raises:
        SettingsError: one of them is wrong.
    """
    config = _ask(stack, "config", "--stack", stack, "--json", "--show-secrets")
    values = {
        key.removeprefix("berth:"): item.get("objectValue", _plain(item.get("value", "")))
        for key, item in config.items()
        if key.startswith("berth:")
    }
    return parse_settings({name: value for name, value in values.items() if value != ""}, stack=stack)


def read_config(stack: str) -> Mapping[str, str]:
    """The stack's settings as texts by name, without those that are encrypted or empty."""
    config = _ask(stack, "config", "--stack", stack, "--json")
    plain = {key.removeprefix("berth:"): item.get("value") for key, item in config.items() if key.startswith("berth:")}
    return {name: value for name, value in plain.items() if value}


def _plain(text: str) -> Any:
    """Lists and maps are JSON, as the project's own defaults of them."""
    if text[:1] not in ("[", "{"):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _ask(stack: str, *arguments: str) -> dict[str, Any]:
    try:
        return pulumi_output(*arguments)
    except ToolError as error:
        if f"no stack named '{stack}' found" in str(error):
            raise not_deployed(stack) from None
        raise


def not_deployed(stack: str) -> ToolError:
    return ToolError(
        Diagnostic(message=f"the stack {stack!r} is not deployed", advice=f"Run `make up STACK={stack}` first.")
    )
