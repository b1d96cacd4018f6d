"""The logs of all of a stack's services, followed, one colour a service."""

from __future__ import annotations

import itertools
import subprocess
import time
from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from berth.stacks import ROOT, pulumi_output
from components.aws_access import AwsAccess
from components.compose_command import find_binary

COLOURS = ("cyan", "green", "magenta", "yellow", "blue", "red")
POLL = 2.0
"""Seconds between two requests for new lines; CloudWatch itself lags by about as much."""


def follow(stack: str, console: Console, *, since: float = 600, once: bool = False) -> int:
    """Print every line of the last ``since`` seconds and go on until interrupted; with ``once``, stop at the end."""
    outputs = pulumi_output("stack", "output", "--stack", stack, "--json")
    if "project" in outputs:
        return _follow_compose(outputs["project"], once=once)
    settings = pulumi_output("config", "--stack", stack, "--json")
    access = AwsAccess(
        region=settings["berth:region"]["value"], endpoint=settings.get("berth:awsEndpoint", {}).get("value") or None
    )
    client = access.client("logs")
    colours = dict(zip(sorted(outputs["logGroups"]), itertools.cycle(COLOURS), strict=False))
    seen: set[str] = set()
    start = int((time.time() - since) * 1000)
    while True:
        for service, event in _new_events(client, outputs["logGroups"], start, seen):
            line = Text(f"{service:<12} ", style=colours[service]).append(event["message"].rstrip(), style="default")
            console.print(line, soft_wrap=True)
        if once:
            return 0
        time.sleep(POLL)


def _new_events(
    client: Any, groups: Mapping[str, str], start: int, seen: set[str]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Events that were not seen yet, oldest first, of all groups."""
    found = []
    for service, group in groups.items():
        for page in client.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=start):
            found += [(service, event) for event in page["events"] if event["eventId"] not in seen]
    found.sort(key=lambda pair: (pair[1]["timestamp"], pair[1]["eventId"]))
    for service, event in found:
        seen.add(event["eventId"])
        yield service, event


def _follow_compose(project: str, *, once: bool) -> int:
    follow_flag = [] if once else ["--follow"]
    return subprocess.run(
        [find_binary(), "--project-name", project, "logs", *follow_flag], cwd=ROOT, check=False
    ).returncode
