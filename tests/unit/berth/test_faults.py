"""AWS on a bad day: what the emulator refuses on demand is what the SDKs take for a passing fault."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.parsers import create_parser
from botocore.retries.standard import RetryContext, ThrottledRetryableChecker

from berth.emulator.faults import PATH, disturbed, throttled

JSON = {b"content-type": b"application/x-amz-json-1.1"}
FORM = {b"content-type": b"application/x-www-form-urlencoded; charset=utf-8"}


def signed(service: str) -> dict[bytes, bytes]:
    return {b"authorization": f"AWS4-HMAC-SHA256 Credential=test/20261125/us-east-1/{service}/aws4_request".encode()}


@pytest.mark.parametrize(
    ("protocol", "headers"),
    [
        ("json", {**JSON, **signed("ecs")}),
        ("rest-json", signed("elasticfilesystem")),
        ("query", {**FORM, **signed("iam")}),
        ("ec2", {**FORM, **signed("ec2")}),
    ],
)
def test_botocore_takes_each_protocols_answer_for_throttling(protocol: str, headers: dict[bytes, bytes]) -> None:
    status, kind, text = throttled(headers)
    answer = {"status_code": status, "headers": {"content-type": kind}, "body": text.encode()}
    parsed = create_parser(protocol).parse(answer, None)
    context = RetryContext(attempt_number=1, parsed_response=parsed, http_response=AWSResponse("", status, {}, None))
    assert ThrottledRetryableChecker().is_retryable(context)


def test_only_first_attempts_of_sdks_are_refused_and_only_while_asked_for() -> None:
    reached: list[str] = []
    got: list[Any] = []

    async def inner(scope: Any, _receive: Any, send: Any) -> None:
        reached.append(scope["path"])
        await send({"type": "http.response.start", "status": 200})

    async def send(message: dict[str, Any]) -> None:
        got.append(message.get("status") or json.loads(message["body"] or b"null"))

    async def program() -> None:
        application = disturbed(inner)

        async def ask(path: str, request: bytes = b"", body: bytes = b"") -> None:
            async def receive() -> dict[str, Any]:
                return {"body": body}

            headers = [(b"amz-sdk-request", request)] if request else []
            await application({"type": "http", "path": path, "headers": headers}, receive, send)

        await ask("/before", b"attempt=1; max=3")
        await ask(PATH, body=b'{"attempts": 1}')
        await ask("/throttled", b"attempt=1; max=3")
        await ask("/failing", b"attempt=1; max=3")
        await ask("/again", b"ttl=20261125T220000Z; attempt=2; max=3")
        await ask("/v2/registry")
        await ask(PATH, body=b'{"attempts": 0}')
        await ask("/after", b"attempt=1; max=3")

    asyncio.run(program())
    assert reached == ["/before", "/again", "/v2/registry", "/after"]
    assert [item for item in got if isinstance(item, int)] == [200, 200, 400, 503, 200, 200, 200, 200]
    assert {"requests": 4, "refused": 2, "unanswered": 0} in got


def test_an_answer_that_is_kept_back_comes_after_the_work_is_done_and_once_it_is_let_through() -> None:
    steps: list[str] = []

    async def inner(scope: Any, _receive: Any, send: Any) -> None:
        steps.append(f"done {scope['path']}")
        await send({"type": "http.response.start", "status": 200})

    async def program() -> None:
        application = disturbed(inner)

        async def ask(path: str, body: bytes = b"") -> Any:
            got: list[Any] = []

            async def receive() -> dict[str, Any]:
                return {"body": body}

            async def send(message: dict[str, Any]) -> None:
                got.append(message)

            headers = [] if body else [(b"amz-sdk-request", b"attempt=1; max=3")]
            await application({"type": "http", "path": path, "headers": headers}, receive, send)
            steps.append(f"answered {path}")
            return got

        await ask(PATH, b'{"answers": 1}')
        await ask("/first")
        second = asyncio.create_task(ask("/second"))
        await asyncio.sleep(0.01)
        said = json.loads((await ask(PATH, b"{}"))[-1]["body"])
        assert said == {"requests": 2, "refused": 0, "unanswered": 1}
        await ask(PATH, b'{"answers": -1}')
        await second

    asyncio.run(program())
    assert [step for step in steps if PATH not in step] == [
        *("done /first", "answered /first", "done /second"),
        "answered /second",
    ]
