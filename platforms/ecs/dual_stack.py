"""Whether tasks on Fargate get an address of IPv6, which a setting of the account decides."""

from __future__ import annotations

from collections.abc import Iterator

from berth.components.aws_access import AwsAccess
from berth.diagnostics import Diagnostic, Severity
from berth.settings import Settings

ACCOUNT_SETTING = "dualStackIPv6"
"""https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-account-settings.html"""


def check_dual_stack(access: AwsAccess, settings: Settings, *, stack: str) -> Iterator[Diagnostic]:
    """A warning where the account keeps its tasks from IPv6; instances and load balancers have it all the same."""
    if not settings.ipv6 or settings.platform != "ecs-fargate":
        return
    from botocore import exceptions  # slow to load

    try:
        found = access.client("ecs").list_account_settings(name=ACCOUNT_SETTING, effectiveSettings=True)["settings"]
    except exceptions.ClientError:  # who may deploy need not be allowed to ask
        return
    if all(item["value"] == "enabled" for item in found):
        return
    yield Diagnostic(
        severity=Severity.WARNING,
        file=f"Pulumi.{stack}.yaml",
        key="berth:ipv6",
        message=f"the account's ECS setting {ACCOUNT_SETTING} is off in {settings.region}: tasks have IPv4 alone",
        advice=f"aws ecs put-account-setting-default --name {ACCOUNT_SETTING} --value enabled --region "
        f"{settings.region}",
    )
