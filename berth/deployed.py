"""What a stack has deployed: its outputs, its state, and how its AWS account is reached."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from berth.stacks import pulumi_output
from components.aws_access import AwsAccess
from diagnostics import Diagnostic, ToolError
from platforms.ecs.account import check_account

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


def read_access(stack: str) -> AwsAccess:
    """The account and region of the stack, or its emulator; asked whether they answer.

    Raises:
        ToolError: they do not.
    """
    settings = pulumi_output("config", "--stack", stack, "--json")
    access = AwsAccess(
        region=settings["berth:region"]["value"], endpoint=settings.get("berth:awsEndpoint", {}).get("value") or None
    )
    check_account(access, stack=stack)
    return access


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
