"""Every line of a stack's logs once, in order, for as long as it is followed."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from berth import deployed as deployment
from berth import logs
from berth.diagnostics import Diagnostic, ToolError

GROUPS = {"api": "/ecs/api", "web": "/ecs/web"}


def event(identifier: str, second: float, stream: str = "web/web/3f2a91c0ffee") -> dict[str, Any]:
    return {
        "eventId": identifier,
        "timestamp": int(second * 1000),
        "message": f"line {identifier}\n",
        "logStreamName": stream,
    }


class NotThere(Exception):
    pass


class FakeLogs:
    """CloudWatch Logs with one list of events a look and a group; it keeps what it was asked."""

    def __init__(self, *looks: dict[str, list[dict[str, Any]]]) -> None:
        self.looks = iter(looks)
        self.current: dict[str, list[dict[str, Any]]] = {}
        self.starts: list[float] = []
        self.missing: set[str] = set()
        self.exceptions = SimpleNamespace(ResourceNotFoundException=NotThere)

    def get_paginator(self, operation: str) -> FakeLogs:
        assert operation == "filter_log_events"
        return self

    def paginate(self, *, logGroupName: str, startTime: int) -> Iterator[dict[str, Any]]:
        if logGroupName in self.missing:
            raise NotThere
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
def deployed(monkeypatch: pytest.MonkeyPatch) -> FakeLogs:
    early = event("a", 2e9, "api/api/aaaaaa11")
    client = FakeLogs(
        {"/ecs/api": [early], "/ecs/web": [event("b", 2e9 + 1.5), event("c", 2e9 + 2, "web/web-files/bb")]}
    )
    monkeypatch.setattr(deployment, "pulumi_output", lambda *_: {"logGroups": GROUPS})
    monkeypatch.setattr(logs, "read_access", lambda _: SimpleNamespace(client=lambda _: client))
    return client


def printed(**options: Any) -> list[str]:
    output = io.StringIO()
    assert logs.follow("dev", Console(file=output, width=40), once=True, **options) == 0
    return output.getvalue().splitlines()


def test_each_line_begins_with_its_container_and_task(deployed: FakeLogs) -> None:
    assert printed() == ["api aaaaaa  line a", "web 3f2a91  line b", "web-files bb  line c"]


def test_timestamps_are_those_of_the_lines_in_utc(deployed: FakeLogs) -> None:
    assert printed(timestamps=True)[1] == "web 3f2a91  2033-05-18T03:33:21.500Z  line b"


def test_services_can_be_picked(deployed: FakeLogs) -> None:
    assert printed(services=["api"]) == ["api aaaaaa  line a"]


def test_a_service_that_there_is_not_is_named_with_those_that_there_are(deployed: FakeLogs) -> None:
    with pytest.raises(ToolError, match=r"'dev' has no service 'wbe'(?s:.*)Use api, web\."):
        logs.follow("dev", Console(), services=["wbe"], once=True)


def test_a_group_that_nothing_has_written_to_yet_holds_up_no_other(deployed: FakeLogs) -> None:
    deployed.missing = {"/ecs/web"}
    assert printed() == ["api aaaaaa  line a"]


@pytest.mark.parametrize(
    ("stream", "source"),
    [
        ("web/web-files/3f2a91c0ffee", "web-files 3f2a91"),
        ("my/own/prefix/web/3f2a91c0ffee", "web 3f2a91"),  # awslogs-stream-prefix may have slashes
        ("3f2a91c0ffee", "web 3f2a91"),  # an instance's Docker without a prefix
    ],
)
def test_a_streams_name_tells_the_container_and_the_task(stream: str, source: str) -> None:
    assert logs.line("web", event("a", 1, stream)).source == source


def test_docker_composes_lines_look_the_same() -> None:
    owners = {"web-1": "web", "front": "proxy"}
    line = logs.compose_line("web-1       | 2026-11-25T21:57:19.123456789Z GET / | 200 ", owners)
    assert (line.service, line.source, line.at, line.message) == (
        "web",
        "web-1",
        "2026-11-25T21:57:19.123Z",
        "GET / | 200",
    )
    assert logs.compose_line("front  | 2026-11-25T21:57:19Z up", owners).service == "proxy"
    assert logs.compose_line("web-2  | 2026-11-25T21:57:19Z", owners).service == "web"
    assert logs.compose_line("no configuration file", owners).message == "no configuration file"


def test_a_stack_that_is_not_deployed_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deployment, "pulumi_output", lambda *_: {})
    with pytest.raises(ToolError, match=r"'dev' is not deployed(?s:.*)make up STACK=dev"):
        logs.follow("dev", Console(), once=True)


def test_a_stack_that_pulumi_does_not_know_is_not_deployed_either(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: str) -> dict[str, Any]:
        raise ToolError(Diagnostic(message="error: no stack named 'dev' found"))

    monkeypatch.setattr(deployment, "pulumi_output", unknown)
    with pytest.raises(ToolError, match=r"'dev' is not deployed"):
        logs.follow("dev", Console(), once=True)
