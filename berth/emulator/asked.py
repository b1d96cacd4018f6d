"""Which actions the AWS provider has asked for, so that a test can hold a role's permissions against them.

``GET /_berth/asked`` answers ``{"ecs:CreateService": 2, …}``, how often. The protocols that name an action in a request
are noted: https://smithy.io/2.0/aws/protocols/index.html; a REST one (EFS, Route 53, Scheduler) does not, and is
left out.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from berth.emulator.retries import Application, Receive, Send

PATH = "/_berth/asked"
PREFIXES = {"monitoring": "cloudwatch"}
"""The name that a request is signed for -> that of IAM's actions, where they differ."""

BUDGETS = {"Describe": "ViewBudget", "Create": "ModifyBudget", "Update": "ModifyBudget", "Delete": "ModifyBudget"}
"""IAM has two actions for all that a budget's API does, by the start of the operation's name:
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsbudgetservice.html
"""

_SERVICE = re.compile(rb"Credential=[^/]*/\d+/[^/]*/([^/]*)/aws4_request")
_OPERATION = re.compile(r"/operation/(\w+)$")


def noted(inner: Application) -> Application:
    """``inner``, an ASGI application, with a note of what a program of Go asks of it: the provider, not boto3."""
    asked: Counter[str] = Counter()

    async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope.get("path") == PATH:
            headers = [(b"content-type", b"application/json")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            return await send({"type": "http.response.body", "body": json.dumps(asked).encode()})
        headers = dict(scope.get("headers", ()))
        service = _SERVICE.search(headers.get(b"authorization", b""))
        if service is None or b"aws-sdk-go" not in headers.get(b"user-agent", b""):
            return await inner(scope, receive, send)
        messages = await _messages(receive)
        body = b"".join(message.get("body", b"") for message in messages)
        if name := action(str(scope.get("path")), headers, body):
            asked[in_iam(service[1].decode(), name)] += 1
        waiting = iter(messages)

        async def again() -> dict[str, Any]:
            return next(waiting, None) or await receive()

        await inner(scope, again, send)

    return application


def in_iam(service: str, operation: str) -> str:
    """IAM's name of an operation, by the service that its request is signed for: ``ecs:CreateService``."""
    if service == "budgets":
        operation = next((name for start, name in BUDGETS.items() if operation.startswith(start)), operation)
    return f"{PREFIXES.get(service, service)}:{operation}"


def action(path: str, headers: Mapping[bytes, bytes], body: bytes) -> str:
    """The action that a request names; empty where its protocol names none."""
    target = headers.get(b"x-amz-target", b"").decode().rpartition(".")[2]
    if target:
        return target
    if operation := _OPERATION.search(path):
        return operation[1]
    if headers.get(b"content-type", b"").startswith(b"application/x-www-form-urlencoded"):
        return parse_qs(body.decode(errors="replace")).get("Action", [""])[0]
    return ""


async def _messages(receive: Receive) -> list[dict[str, Any]]:
    found = [await receive()]
    while found[-1].get("more_body"):
        found.append(await receive())
    return found
