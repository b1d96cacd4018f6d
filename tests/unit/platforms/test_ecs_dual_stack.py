"""The account's setting that gives tasks on Fargate an address of IPv6."""

from __future__ import annotations

from typing import Any

from botocore.stub import Stubber

from berth.components.aws_access import AwsAccess
from berth.platforms.ecs.dual_stack import check_dual_stack
from berth.settings import Settings

ACCESS = AwsAccess(region="eu-west-1")
IPV6 = Settings(platform="ecs-fargate", region="eu-west-1", ipv6=True)


def answer(ecs: Stubber, value: str) -> None:
    asked: dict[str, Any] = {"name": "dualStackIPv6", "effectiveSettings": True}
    ecs.add_response("list_account_settings", {"settings": [{"name": "dualStackIPv6", "value": value}]}, asked)


def test_an_account_that_keeps_tasks_from_ipv6_is_warned_of(ecs: Stubber) -> None:
    answer(ecs, "disabled")
    (finding,) = check_dual_stack(ACCESS, IPV6, stack="prod")
    assert (finding.key, finding.severity.value) == ("berth:ipv6", "warning")
    assert "put-account-setting-default --name dualStackIPv6 --value enabled --region eu-west-1" in finding.advice
    answer(ecs, "enabled")
    assert list(check_dual_stack(ACCESS, IPV6, stack="prod")) == []


def test_who_may_not_ask_gets_no_error_and_nobody_is_asked_for_nothing(ecs: Stubber) -> None:
    ecs.add_client_error("list_account_settings", "AccessDeniedException")
    assert list(check_dual_stack(ACCESS, IPV6, stack="prod")) == []
    for settings in (Settings(platform="ecs-fargate"), Settings(platform="ecs-ec2", ipv6=True)):
        assert list(check_dual_stack(ACCESS, settings, stack="prod")) == []
