"""AWS on a bad day, on demand: each request's first attempts are refused, as throttled or as failing in turn; or AWS
does what it is asked for, and its answers do not arrive.

``POST /_berth/faults`` with ``{"attempts": 2}`` begins the one and with ``{"attempts": 0}`` ends it; ``{"answers": 5}``
lets five more answers through, and ``{"answers": -1}`` all of them. Any request there is answered with the SDKs'
requests so far, ``{"requests": 17, "refused": 3, "unanswered": 0}``. Which attempt one is, the SDKs say:
https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from berth.emulator.retries import Application, Receive, Send

PATH = "/_berth/faults"
PAUSE = 0.05
_ATTEMPT = re.compile(rb"attempt=(\d+)")
_SERVICE = re.compile(rb"Credential=[^/]*/\d+/[^/]*/([^/]*)/aws4_request")

Answer = tuple[int, str, str]
"""Status, content type and text."""


@dataclass(slots=True)
class Weather:
    """``attempts`` of each request are refused; 0 is a good day. ``answers`` more are let through; -1 is all."""

    attempts: int = 0
    answers: int = -1
    requests: int = 0
    refused: int = 0
    unanswered: int = 0


def disturbed(inner: Application) -> Application:
    """``inner``, an ASGI application, behind what ``PATH`` asks for. What is refused never reaches it."""
    weather = Weather()

    async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope.get("path") == PATH:
            body = json.loads(await _body(receive) or b"{}")
            weather.attempts = int(body.get("attempts", weather.attempts))
            weather.answers = int(body.get("answers", weather.answers))
            said = {"requests": weather.requests, "refused": weather.refused, "unanswered": weather.unanswered}
            return await _send(send, (200, "application/json", json.dumps(said)))
        headers = dict(scope.get("headers", ()))
        attempt = _ATTEMPT.search(headers.get(b"amz-sdk-request", b""))
        if attempt is None:
            return await inner(scope, receive, send)
        weather.requests += 1
        if int(attempt[1]) > weather.attempts:
            return await inner(scope, receive, late(send, weather))
        weather.refused += 1
        await _body(receive)
        await _send(send, throttled(headers) if weather.refused % 2 else (503, "text/plain", ""))

    return application


def late(send: Send, weather: Weather) -> Send:
    """``send``, which an answer that is not let through waits for; what was asked for has been done by then."""
    held = weather.answers == 0
    weather.answers = max(weather.answers - 1, 0) if weather.answers >= 0 else -1

    async def wait(message: dict[str, Any]) -> None:
        nonlocal held
        if held and weather.answers >= 0:
            weather.unanswered += 1
            while weather.answers >= 0:
                await asyncio.sleep(PAUSE)
            weather.unanswered -= 1
        held = False
        await send(message)

    return wait


def throttled(headers: Mapping[bytes, bytes]) -> Answer:
    """How a service says "too many requests": each protocol in its words.

    https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html and
    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/CommonErrors.html
    """
    service = _SERVICE.search(headers.get(b"authorization", b""))
    if not headers.get(b"content-type", b"").startswith(b"application/x-www-form-urlencoded"):
        return (
            400,
            "application/x-amz-json-1.1",
            json.dumps({"__type": "ThrottlingException", "message": "Rate exceeded"}),
        )
    if service is not None and service[1] == b"ec2":
        error = "<Error><Code>RequestLimitExceeded</Code><Message>Request limit exceeded.</Message></Error>"
        return 503, "text/xml", f"<Response><Errors>{error}</Errors><RequestID>0</RequestID></Response>"
    error = "<Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error>"
    return 400, "text/xml", f"<ErrorResponse>{error}<RequestId>0</RequestId></ErrorResponse>"


async def _body(receive: Receive) -> bytes:
    found = b""
    while True:
        message = await receive()
        found += message.get("body", b"")
        if not message.get("more_body"):
            return found


async def _send(send: Send, answer: Answer) -> None:
    status, kind, text = answer
    body = text.encode()
    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
