"""Runs that are cut off at ten points, and a day on which AWS refuses first attempts: a clean state at the end."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from berth.interrupted import Pending
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
KILLS = 3
"""How many of them end the engine at once, without a chance to finish what it does."""
HALF_BUILT = 3
"""With so many interruptions to come, what there is so far is destroyed; the next ones meet a new stack."""


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
    """A walk through half-built and half-destroyed states: up until it is up, down until it is down, and so on.

    The points are requests to AWS, so that a slow machine has the same ones; the seed is printed.
    """
    seed = int(os.environ.get("FAULTS_SEED") or random.randrange(10_000))
    print(f"FAULTS_SEED={seed}")
    points = random.Random(seed)
    made = stack(platform="ecs-ec2", text=ONE)
    berth, aws = Berth(made), made.aws
    before = resources(aws.client)
    kinds = [signal.SIGINT] * (INTERRUPTIONS - KILLS) + [signal.SIGKILL] * KILLS  # from the end: kills first
    command = "up"
    announced: list[Pending] = []
    while kinds:
        ended = interrupt(berth, command, points.randint(1, 15), kinds[-1])
        announced += berth.state.pending()
        if ended:
            command = "down" if command == "up" else "up"
        else:
            kinds.pop()
            if len(kinds) == HALF_BUILT:
                berth.run("down", "test")  # of what is there so far
                command = "up"

    aws.weather(attempts=1)
    berth.run("up", "test")
    assert aws.weather(attempts=0)["refused"] > 0
    assert made.workspace.changes() == {}
    assert berth.state.locks() == [] and berth.state.pending() == []

    berth.run("down", "test")
    left = sorted(resources(aws.client) - before)
    # A killed engine can't write down what AWS answers: what is left was named by the next run, and only that is left.
    print(f"announced: {', '.join(map(str, announced))}; left: {left}")
    assert [item for item in left if not any(made_by(pending, item) for pending in announced)] == []


def made_by(pending: Pending, left: str) -> bool:
    """Whether this creation may have made what ``resources`` names; a VPC brings a route table and a group along."""
    kind = left.split()[1].partition("_")[2].replace("_", "").removesuffix("s")  # describe_vpcs -> vpc
    more = {
        "aws:ec2/vpc:Vpc": ("routetable", "securitygroup"),
        "aws:ec2/eip:Eip": ("addresse",),
        "aws:autoscaling/group:Group": ("autoscalinggroup",),
    }
    return pending.type.lower().endswith(kind) or kind in more.get(pending.type, ())


def interrupt(berth: Berth, command: str, requests: int, kind: signal.Signals) -> bool:
    """End a run, by Ctrl-C after this many requests to AWS, or the engine by SIGKILL as it begins to create.

    It is killed while what it creates has names of its own. A route that AWS has and Pulumi does not know would be in
    the next run's way, which is the user's to remove: docs/troubleshooting.md. Whether the run was done before.
    """
    aws = berth.stack.aws
    start = aws.weather()["requests"]

    earlier = berth.state.pending()

    def is_due() -> bool:
        nonlocal earlier
        if kind is signal.SIGKILL:
            pending = berth.state.pending()
            earlier = earlier and pending  # until the run has cleared what an earlier one left
            return bool(pending) and not earlier
        return bool(berth.state.locks()) and aws.weather()["requests"] >= start + requests

    process = berth.start(command, "test")
    while process.poll() is None and not is_due():
        time.sleep(0.02 if kind is signal.SIGKILL else 0.1)
    for lock in berth.state.locks():
        if kind is signal.SIGKILL:
            os.kill(lock.pid, kind)
        else:  # as the terminal does it
            os.killpg(process.pid, kind)
    process.communicate(timeout=600)
    print(f"{command}: {kind.name} after {aws.weather()['requests'] - start} requests: {process.returncode}")
    return process.returncode == 0
