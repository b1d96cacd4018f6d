"""The logs of all of a stack's services, followed, one colour a service."""

from __future__ import annotations

import itertools
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from berth.deployed import aws_access, deployed_config, deployed_outputs
from berth.stacks import ROOT
from components.compose_command import find_binary

COLOURS = ("cyan", "green", "magenta", "yellow", "blue", "red")
POLL = 2.0
"""Seconds between two requests for new lines; CloudWatch itself lags by about as much."""

LATE = 120.0
"""Seconds that a line may come after lines that are newer than it."""


def follow(stack: str, console: Console, *, since: float = 600, once: bool = False) -> int:
    """Print every line of the last ``since`` seconds and go on until interrupted; with ``once``, stop at the end.

    Raises:
        ToolError: the stack is not deployed, or AWS does not let us in.
    """
    outputs = deployed_outputs(stack)
    if "project" in outputs:
        return _follow_compose(outputs["project"], since=since, once=once)
    access = aws_access(deployed_config(stack), stack=stack)
    groups: Mapping[str, str] = outputs["logGroups"]
    width = max(map(len, groups), default=0)
    colours = dict(zip(sorted(groups), itertools.cycle(COLOURS), strict=False))
    for service, event in new_events(access.client("logs"), groups, since=since, once=once):
        line = Text(f"{service:<{width}}  ", style=colours[service]).append(event["message"].rstrip(), style="default")
        console.print(line, soft_wrap=True)
    return 0


def new_events(
    client: Any,
    groups: Mapping[str, str],
    *,
    since: float,
    once: bool,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], object] = time.sleep,
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each event of the groups (service -> log group) once, with its service; those of one look oldest first.

    A look goes back no further than a line may be late, so that an hour's following asks for no more than a minute's.
    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
    """
    seen: dict[str, float] = {}
    start = clock() - since
    while True:
        found = [
            (service, event)
            for service, group in groups.items()
            for page in client.get_paginator("filter_log_events").paginate(
                logGroupName=group, startTime=int(start * 1000)
            )
            for event in page["events"]
            if event["eventId"] not in seen
        ]
        found.sort(key=lambda pair: (pair[1]["timestamp"], pair[1]["eventId"]))
        seen |= {event["eventId"]: event["timestamp"] / 1000 for _, event in found}
        yield from found
        if once:
            return
        start = max(start, clock() - LATE)
        seen = {identifier: at for identifier, at in seen.items() if at >= start}
        sleep(POLL)


def _follow_compose(project: str, *, since: float, once: bool) -> int:
    options = ["--since", f"{since:.0f}s", *([] if once else ["--follow"])]
    return subprocess.run(
        [find_binary(), "--project-name", project, "logs", *options], cwd=ROOT, check=False
    ).returncode
