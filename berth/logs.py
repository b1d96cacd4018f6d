"""The logs of a stack's services, followed: one colour a service, and each line with the task that wrote it."""

from __future__ import annotations

import itertools
import re
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.text import Text

from berth.components.compose_command import find_binary, list_containers
from berth.deployed import read_access, read_outputs
from berth.diagnostics import Diagnostic, ToolError
from berth.stacks import ROOT

COLOURS = ("cyan", "green", "magenta", "yellow", "blue", "red")
POLL = 2.0
"""Seconds between two requests for new lines; CloudWatch itself lags by about as much."""

LATE = 120.0
"""Seconds that a line may come after lines that are newer than it."""

TASK = 6
"""Characters of a task's id that tell a service's tasks apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """``source`` is who wrote it: on AWS ``web 3f2a91``, a container and the start of its task's id; on this machine
    ``web-1``, a container. ``at`` is RFC 3339 in UTC."""

    service: str
    source: str
    at: str
    message: str


def follow(
    stack: str,
    console: Console,
    *,
    services: Sequence[str] = (),
    since: float = 600,
    once: bool = False,
    timestamps: bool = False,
) -> int:
    """Print every line of the last ``since`` seconds and go on until interrupted; with ``once``, stop at the end.

    Raises:
        ToolError: the stack is not deployed or has no such service, or AWS or Docker do not let us in.
    """
    outputs = read_outputs(stack)
    if "project" in outputs:
        known = sorted({item.service for item in list_containers(outputs["project"])})
        _check(services, known, stack)
        found = _compose_lines(outputs["project"], services, since=since, once=once)
        if once:  # Docker Compose has one container after the other
            found = iter(sorted(found, key=lambda item: item.at))
    else:
        groups: Mapping[str, str] = outputs["logGroups"]
        _check(services, groups, stack)
        known = sorted(set(services) or groups)
        client = read_access(stack).client("logs")
        events = new_events(client, {name: groups[name] for name in known}, since=since, once=once)
        found = (line(service, event) for service, event in events)
    _print(found, known, console, timestamps=timestamps)
    return 0


def _check(services: Sequence[str], known: Iterable[str], stack: str) -> None:
    wrong = [name for name in services if name not in known]
    if wrong:
        raise ToolError(
            Diagnostic(
                message=f"the stack {stack!r} has no service {wrong[0]!r}", advice=f"Use {', '.join(sorted(known))}."
            )
        )


def _print(found: Iterable[Line], services: Sequence[str], console: Console, *, timestamps: bool) -> None:
    """The column of sources grows with the longest so far."""
    colours = dict(zip(services, itertools.cycle(COLOURS), strict=False))
    width = max(map(len, services), default=0) + 1 + TASK
    for item in found:
        width = max(width, len(item.source))
        text = Text(f"{item.source:<{width}}  ", style=colours.get(item.service, "default"))
        if timestamps:
            text.append(f"{item.at}  ", style="dim")
        console.print(text.append(item.message, style="default"), soft_wrap=True, highlight=False)


def line(service: str, event: Mapping[str, Any]) -> Line:
    """An event of a service's group. A stream is named ``PREFIX/CONTAINER/TASK``, whichever its prefix:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html"""
    *_, container, task = ["", "", *event["logStreamName"].rsplit("/", 2)]
    at = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
    return Line(
        service=service,
        source=f"{container or service} {task[:TASK]}",
        at=f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z",
        message=event["message"].rstrip(),
    )


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
            for event in _events(client, group, start)
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


def _events(client: Any, group: str, start: float) -> Iterator[Mapping[str, Any]]:
    """One look at a group. One that the Compose file names exists only once something wrote to it."""
    pages = client.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=int(start * 1000))
    try:
        for page in pages:
            yield from page["events"]
    except client.exceptions.ResourceNotFoundException:
        return


_COMPOSE_LINE = re.compile(r"(?P<source>\S+) +\| (?P<at>\d{4}-\S+Z) ?(?P<message>.*)")


def _compose_lines(project: str, services: Sequence[str], *, since: float, once: bool) -> Iterator[Line]:
    """https://docs.docker.com/reference/cli/docker/compose/logs/"""
    options = ["--no-color", "--timestamps", "--since", f"{since:.0f}s", *([] if once else ["--follow"])]
    command = [find_binary(), "--project-name", project, "logs", *options, *services]
    owners = {item.name.removeprefix(f"{project}-"): item.service for item in list_containers(project)}
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, errors="replace") as process:
        assert process.stdout is not None
        try:
            for text in process.stdout:
                yield compose_line(text.rstrip("\n"), owners)
        finally:
            process.terminate()


def compose_line(text: str, owners: Mapping[str, str]) -> Line:
    """A line of ``docker compose logs``; ``owners`` maps a container as it names it to the service. A container that
    came later is told by its name, ``SERVICE-NUMBER``."""
    match = _COMPOSE_LINE.fullmatch(text)
    if match is None:  # Docker Compose's own word
        return Line(service="", source="", at="", message=text)
    source, at = match["source"], match["at"]
    return Line(
        service=owners.get(source, source.rpartition("-")[0]),
        source=source,
        at=f"{at[:23]}Z" if len(at) > 23 else at,
        message=match["message"].rstrip(),
    )
