"""Application Auto Scaling, which the emulator lacks: it keeps what it is told, and scales nothing.

https://docs.aws.amazon.com/autoscaling/application/APIReference/API_Operations.html
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

from berth.emulator.retries import Application, Receive, Send

PREFIX = b"AnyScaleFrontendService."
ARN = "arn:aws:application-autoscaling:us-east-1:000000000000:scalable-target"
Item = dict[str, Any]

KINDS = {
    # kind -> the operations that put, list and delete it; the key of its list; its own name and ARN
    "target": (
        "RegisterScalableTarget",
        "DescribeScalableTargets",
        "DeregisterScalableTarget",
        "ScalableTargets",
        "ResourceId",
        "ScalableTargetARN",
    ),
    "policy": (
        "PutScalingPolicy",
        "DescribeScalingPolicies",
        "DeleteScalingPolicy",
        "ScalingPolicies",
        "PolicyName",
        "PolicyARN",
    ),
    "action": (
        "PutScheduledAction",
        "DescribeScheduledActions",
        "DeleteScheduledAction",
        "ScheduledActions",
        "ScheduledActionName",
        "ScheduledActionARN",
    ),
}
OWNER = ("ServiceNamespace", "ResourceId", "ScalableDimension")


class Refused(Exception):
    """AWS's name of the error, and its text."""


class Store:
    """What was registered, by kind, owner and name; ``tags`` by ARN."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, ...], Item] = {}
        self.tags: dict[str, dict[str, str]] = {}

    def answer(self, operation: str, data: Mapping[str, Any]) -> Item:
        """The answer of one operation.

        Raises:
            Refused: what it is about does not exist, or there is no such operation.
        """
        for kind, (put, describe, delete, listed, name, arn) in KINDS.items():
            key = (kind, *(data.get(part, "") for part in OWNER), data.get(name, ""))
            if operation == put:
                return self._put(key, data, name, arn)
            if operation == delete:
                if self.items.pop(key, None) is None:
                    raise Refused("ObjectNotFoundException", f"No {kind} found for {data.get(name)}")
                return {}
            if operation == describe:
                return {listed: [item for found, item in self.items.items() if found[0] == kind and _asked(item, data)]}
        if operation == "ListTagsForResource":
            return {"Tags": self.tags.get(data["ResourceARN"], {})}
        if operation == "TagResource":
            self.tags.setdefault(data["ResourceARN"], {}).update(data["Tags"])
            return {}
        raise Refused("UnknownOperationException", operation)

    def _put(self, key: tuple[str, ...], data: Mapping[str, Any], name: str, arn: str) -> Item:
        if key[0] != "target" and ("target", *key[1:4], key[2]) not in self.items:
            raise Refused("ObjectNotFoundException", f"No scalable target registered for {data['ResourceId']}")
        before = self.items.get(key, {arn: f"{ARN}/{uuid.uuid4()}"})
        given = {field: value for field, value in data.items() if field != "Tags"}
        self.items[key] = {"CreationTime": 0, "SuspendedState": _nothing_suspended(), **before, **given}
        if "Tags" in data:
            self.tags[self.items[key][arn]] = dict(data["Tags"])
        return {arn: self.items[key][arn], **({"Alarms": []} if name == "PolicyName" else {})}


def _nothing_suspended() -> dict[str, bool]:
    kinds = ("DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended")
    return dict.fromkeys(kinds, False)


def _asked(item: Item, data: Mapping[str, Any]) -> bool:
    """Whether a list that ``data`` asks for has ``item``: one field names several, the others one."""
    several = {"ResourceIds": "ResourceId", "PolicyNames": "PolicyName", "ScheduledActionNames": "ScheduledActionName"}
    return all(item.get(part) == data[part] for part in OWNER if part in data) and all(
        item.get(field) in data[names] for names, field in several.items() if data.get(names)
    )


def answer_scaling(inner: Application) -> Application:
    """``inner``, an ASGI application, with Application Auto Scaling beside it."""
    store = Store()

    async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        target = dict(scope.get("headers", ())).get(b"x-amz-target", b"")
        if not target.startswith(PREFIX):
            return await inner(scope, receive, send)
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        status = 200
        try:
            answer = store.answer(target.removeprefix(PREFIX).decode(), json.loads(body or b"{}"))
        except Refused as refused:
            status, answer = 400, {"__type": refused.args[0], "message": refused.args[1]}
        headers = [(b"content-type", b"application/x-amz-json-1.1")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

    return application
