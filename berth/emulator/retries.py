"""Answers a repeated request with the first one's answer, so that a lost answer creates nothing twice.

The server now and then drops a connection after it has done what was asked; AWS's SDKs then ask again, with the same
invocation id: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]

KEPT = 500
"""Answers that are remembered; a retry comes within seconds."""


def answer_once(inner: Application) -> Application:
    """``inner``, an ASGI application, asked once for each invocation id unless it refused (a status of 400 or more)."""
    answers: OrderedDict[bytes, asyncio.Future[list[dict[str, Any]] | None]] = OrderedDict()

    async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        invocation = dict(scope.get("headers", ())).get(b"amz-sdk-invocation-id")
        if invocation is None:
            return await inner(scope, receive, send)
        earlier = answers.get(invocation)
        messages = await earlier if earlier else None
        if messages is None:
            answers[invocation] = answer = asyncio.get_running_loop().create_future()
            while len(answers) > KEPT:
                answers.popitem(last=False)
            try:
                messages = await _collect(inner, scope, receive)
            finally:
                refused = messages is None or messages[0]["status"] >= 400
                answer.set_result(None if refused else messages)
        assert messages is not None
        for message in messages:
            await send(message)

    return application


async def _collect(inner: Application, scope: dict[str, Any], receive: Receive) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = []

    async def keep(message: dict[str, Any]) -> None:
        messages.append(message)

    await inner(scope, receive, keep)
    return messages
