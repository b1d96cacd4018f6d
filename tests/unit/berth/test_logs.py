"""Every line of a stack's logs once, in order, for as long as it is followed."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from rich.console import Console

from berth import deployed as deployed_stack
from berth import logs
from components.aws_access import AwsAccess
from diagnostics import ToolError

GROUPS = {"api": "/ecs/api", "web": "/ecs/web"}


def event(identifier: str, second: float) -> dict[str, Any]:
    return {"eventId": identifier, "timestamp": int(second * 1000), "message": f"line {identifier}\n"}


class FakeLogs:
    """CloudWatch Logs with one list of events a look and a group; it keeps what it was asked."""

    def __init__(self, *looks: dict[str, list[dict[str, Any]]]) -> None:
        self.looks = iter(looks)
        self.current: dict[str, list[dict[str, Any]]] = {}
        self.starts: list[float] = []

    def get_paginator(self, operation: str) -> FakeLogs:
        assert operation == "filter_log_events"
        return self

    def paginate(self, *, logGroupName: str, startTime: int) -> Iterator[dict[str, Any]]:
        if logGroupName == GROUPS["api"]:
            self.current = next(self.looks)
            self.starts.append(startTime / 1000)
        events = [item for item in self.current.get(logGroupName, []) if item["timestamp"] >= startTime]
        yield {"events": events[:1]}
        yield {"events": events[1:]}


def follow(client: FakeLogs, count: int, *, every: float) -> list[str]:
    """The ids of the first ``count`` events, with a clock that starts at 1000 s and moves at each sleep."""
    now = [1000.0]
    events = logs.new_events(
        client,
        GROUPS,
        since=600,
        once=False,
        clock=lambda: now[0],
        sleep=lambda _: now.__setitem__(0, now[0] + every),
    )
    return [f"{service} {item['eventId']}" for service, item in itertools.islice(events, count)]


def test_lines_of_all_services_are_in_order_and_come_once() -> None:
    first = {"/ecs/api": [event("a", 900), event("c", 902)], "/ecs/web": [event("b", 901)]}
    second = {"/ecs/api": [*first["/ecs/api"], event("e", 1001)], "/ecs/web": [event("b", 901), event("d", 1000)]}
    assert follow(FakeLogs(first, second), 5, every=2) == ["api a", "web b", "api c", "web d", "api e"]


def test_a_look_goes_back_no_further_than_lines_may_be_late() -> None:
    early, late = event("early", 1000), event("late", 1895)
    client = FakeLogs({"/ecs/api": [early]}, {"/ecs/api": [early, late]}, {"/ecs/api": [late, event("new", 2800)]})
    assert follow(client, 3, every=900) == ["api early", "api late", "api new"]
    assert client.starts == [400, 1000 - logs.LATE, 1900 - logs.LATE]


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> None:
    outputs = {"stack": {"logGroups": GROUPS}, "config": {"berth:region": {"value": "eu-west-1"}}}
    monkeypatch.setattr(deployed_stack, "pulumi_output", lambda command, *_: outputs[command])
    monkeypatch.setattr(deployed_stack, "check_account", lambda *_, **__: None)


def test_each_line_begins_with_its_service(deployed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    client = FakeLogs({"/ecs/api": [event("a", 2e9)], "/ecs/web": [event("b", 2e9 + 1)]})
    monkeypatch.setattr(AwsAccess, "client", lambda *_: client)
    output = io.StringIO()
    assert logs.follow("dev", Console(file=output, width=40), once=True) == 0
    assert output.getvalue().splitlines() == ["api  line a", "web  line b"]


def test_a_stack_that_is_not_deployed_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deployed_stack, "pulumi_output", lambda *_: {})
    with pytest.raises(ToolError, match=r"'dev' is not deployed(?s:.*)make up STACK=dev"):
        logs.follow("dev", Console(), once=True)
