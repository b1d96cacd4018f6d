"""A repeated request is answered, not done again."""

from __future__ import annotations

import asyncio
from typing import Any

from berth.emulator.retries import answer_once

STATUSES = [200, 400, 201]


def asked(*invocations: bytes | None) -> list[int]:
    """The statuses of requests with these invocation ids, of an application that counts up ``STATUSES``."""
    statuses = iter(STATUSES)
    got: list[int] = []

    async def inner(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": next(statuses)})
        await send({"type": "http.response.body", "body": b""})

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            got.append(message["status"])

    async def program() -> None:
        application = answer_once(inner)
        for invocation in invocations:
            headers = [] if invocation is None else [(b"amz-sdk-invocation-id", invocation)]
            await application({"type": "http", "headers": headers}, None, send)

    asyncio.run(program())
    return got


def test_the_first_answer_is_repeated() -> None:
    assert asked(b"a", b"a", b"a") == [200, 200, 200]


def test_another_request_is_another_answer() -> None:
    assert asked(b"a", b"b", None) == [200, 400, 201]


def test_what_was_refused_is_tried_again() -> None:
    assert asked(b"a", b"b", b"b") == [200, 400, 201]


def test_without_an_id_each_request_counts() -> None:
    assert asked(None, None) == [200, 400]
