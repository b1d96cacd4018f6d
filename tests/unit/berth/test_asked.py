"""Which action a request names, and that what notes it hands all of the request on."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from berth.emulator.asked import PATH, action, in_iam, noted

FORM = {b"content-type": b"application/x-www-form-urlencoded; charset=utf-8"}
SIGNED = b"AWS4-HMAC-SHA256 Credential=test/20261127/us-east-1/%s/aws4_request, SignedHeaders=host"


@pytest.mark.parametrize(
    ("path", "headers", "body", "name"),
    [
        ("/", {b"x-amz-target": b"AmazonEC2ContainerServiceV20141113.CreateService"}, b"{}", "CreateService"),
        ("/", FORM, b"Action=CreateVpc&Version=2016-11-15", "CreateVpc"),
        ("/service/GraniteServiceVersion20100801/operation/PutMetricAlarm", {}, b"", "PutMetricAlarm"),
        ("/2015-02-01/file-systems", {b"content-type": b"application/json"}, b"{}", ""),
    ],
)
def test_the_action_is_where_its_protocol_has_it(
    path: str, headers: dict[bytes, bytes], body: bytes, name: str
) -> None:
    assert action(path, headers, body) == name


def test_an_operation_has_iams_name() -> None:
    assert in_iam("ecs", "CreateService") == "ecs:CreateService"
    assert in_iam("monitoring", "PutMetricAlarm") == "cloudwatch:PutMetricAlarm"
    assert in_iam("budgets", "DescribeNotificationsForBudget") == "budgets:ViewBudget"
    assert in_iam("budgets", "CreateNotification") == in_iam("budgets", "DeleteBudget") == "budgets:ModifyBudget"
    assert in_iam("budgets", "ListTagsForResource") == "budgets:ListTagsForResource"


def test_the_providers_requests_are_noted_and_handed_on() -> None:
    seen: list[bytes] = []
    sent: list[dict[str, Any]] = []

    async def inner(scope: dict[str, Any], receive: Any, send: Any) -> None:
        first = await receive()
        seen.append(first["body"] + ((await receive())["body"] if first.get("more_body") else b""))

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    application = noted(inner)

    def ask(agent: bytes, service: bytes, action: bytes, path: str = "/") -> None:
        messages = iter([{"body": b"Action=", "more_body": True}, {"body": action}])

        async def receive() -> dict[str, Any]:
            return next(messages)

        headers = [*FORM.items(), (b"authorization", SIGNED % service), (b"user-agent", agent)]
        asyncio.run(application({"path": path, "headers": headers}, receive, send))

    ask(b"terraform-provider-aws/6 aws-sdk-go-v2/1.41", b"ec2", b"CreateVpc")
    ask(b"terraform-provider-aws/6 aws-sdk-go-v2/1.41", b"monitoring", b"PutMetricAlarm")
    ask(b"Boto3/1.43", b"ec2", b"DeleteVpc")
    ask(b"terraform-provider-aws/6 aws-sdk-go-v2/1.41", b"ec2", b"CreateVpc")
    assert seen == [b"Action=" + name for name in (b"CreateVpc", b"PutMetricAlarm", b"DeleteVpc", b"CreateVpc")]
    ask(b"curl", b"", b"", PATH)
    assert json.loads(sent[-1]["body"]) == {"cloudwatch:PutMetricAlarm": 1, "ec2:CreateVpc": 2}
