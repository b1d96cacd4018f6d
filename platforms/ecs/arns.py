"""What an ARN tells of what it names; plain text, so that plans can ask without an SDK."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # else a plan would load the SDK
    import pulumi


def is_parameter(arn: pulumi.Input[str]) -> bool:
    """Whether a known ARN is that of a parameter of SSM; what Berth itself makes never is."""
    return isinstance(arn, str) and arn.split(":")[2:3] == ["ssm"]
