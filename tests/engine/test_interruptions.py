"""Runs cut off at ten points, and a day on which AWS refuses first attempts: a clean state, and nothing left behind."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from berth.rehearsal.leftovers import resources
from tests.engine.command import Berth
from tests.engine.conftest import Stack

pytestmark = pytest.mark.engine

ONE = """
name: one
services:
  web:
    image: ${BUSYBOX_IMAGE:-busybox:1.37}
    command: [sleep, "1000"]
    stop_grace_period: 1s
"""

INTERRUPTIONS = 10
KILLS = 2
"""The first, which end the engine at once, until one has met a creation; so does the first as it deletes."""
HALF_BUILT = 5
"""After so many interruptions what there is so far is destroyed."""
REQUESTS = 12
"""An interruption comes after so many requests to AWS at most; a creation from the start makes ten times as many."""
LAST = 0.3
"""Seconds in which the engine writes down what it has begun."""


@pytest.fixture
def no_plugins(tmp_path: Path) -> Iterator[None]:
    """A killed engine's plugins live on in its folder; they end with the test."""
    yield
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if process.joinpath("cwd").resolve() == tmp_path and "pulumi" in process.joinpath("comm").read_text():
                os.kill(int(process.name), signal.SIGKILL)


@pytest.mark.usefixtures("no_plugins")
def test_ten_interruptions_and_a_bad_day_end_in_a_clean_state(stack: Callable[..., Stack]) -> None:
    """A walk through half-built and half-destroyed states: up until it is up, down until it is down, and so on; after
    half of the interruptions down in any case, and up again after a kill.

    The points are requests to AWS, so that a slow machine has the same ones; the seed is printed.
    """
    seed = int(os.environ.get("FAULTS_SEED") or random.randrange(10_000))
    print(f"FAULTS_SEED={seed}")
    points = random.Random(seed)
    made = stack(platform="ecs-ec2", text=ONE, zones=1)
    berth, aws = Berth(made), made.aws
    before = resources(aws.client)
    command, done = "up", 0
    pending: list[str] = []
    while done < INTERRUPTIONS:
        met = {"up": "creating", "down": "deleting"}[command] in pending
        kill = done < KILLS or not met
        ended = interrupt(berth, command, points.randint(1, REQUESTS), signal.SIGKILL if kill else signal.SIGINT)
        pending += [operation["type"] for operation in berth.state.pending()]
        done += 0 if ended else 1
        if ended or done == HALF_BUILT or (kill and command == "down" and "deleting" in pending):
            command = "down" if command == "up" else "up"
    assert {"creating", "deleting"} <= set(pending)

    aws.weather(attempts=1)
    berth.run("up", "test")
    assert aws.weather(attempts=0)["refused"] > 0
    assert made.workspace.changes() == {}
    assert berth.state.locks() == [] and berth.state.pending() == []

    berth.run("down", "test")
    assert sorted(resources(aws.client) - before) == []


def interrupt(berth: Berth, command: str, requests: int, kind: signal.Signals) -> bool:
    """End a run, by Ctrl-C after this many requests to AWS, or the engine by SIGKILL while it waits for the answers.

    What it asked AWS for as it is killed has been done then, and it knows of none. Whether the run was done before.
    """
    aws = berth.stack.aws
    earlier = {lock.pid for lock in berth.state.locks()}
    process = berth.start(command, "test")
    wait_for(process, lambda: engine(berth, earlier) is not None)
    start = aws.weather(answers=requests if kind is signal.SIGKILL else -1)["requests"]
    if kind is signal.SIGKILL:
        wait_for(process, lambda: aws.weather()["unanswered"] > 0)
        time.sleep(LAST)
    else:
        wait_for(process, lambda: aws.weather()["requests"] >= start + requests)
    pid = engine(berth, earlier)
    if pid is not None and kind is signal.SIGKILL:
        os.kill(pid, kind)
    elif pid is not None:  # as the terminal does it
        os.killpg(process.pid, kind)
    aws.weather(answers=-1)
    said = process.communicate(timeout=600)[0]
    print(said if os.environ.get("FAULTS_SEED") else "")
    print(f"{command}: {kind.name} after {aws.weather()['requests'] - start} requests: {process.returncode}")
    return process.returncode == 0


def engine(berth: Berth, earlier: set[int]) -> int | None:
    """The process that changes the stack: not one that was killed earlier, nor one that takes up what that has left."""
    for lock in berth.state.locks():
        with contextlib.suppress(OSError):
            command = Path(f"/proc/{lock.pid}/cmdline").read_text().split("\0")
            if lock.pid not in earlier and not {"stack", "cancel"} & set(command):
                return lock.pid
    return None


def wait_for(process: subprocess.Popen[str], is_due: Callable[[], bool]) -> None:
    """Until it is so, or the run has ended."""
    while process.poll() is None and not is_due():
        time.sleep(0.1)
