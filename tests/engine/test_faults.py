"""Faults in sequence on one stack each: what a user is told, and that nothing is lost or left behind."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
import pytest

from berth.emulator.process import LABEL
from berth.interrupted import Pending, StateFolder
from berth.rehearsal.leftovers import resources
from tests.engine.conftest import Stack
from tests.engine.test_emulator import until

pytestmark = pytest.mark.engine

THREE = """
name: one
services:
  crash:
    image: ${BUSYBOX_IMAGE:-busybox:1.37}
    command: [sh, -c, "echo told you so; exit 3"]
    stop_grace_period: 1s
  sick:
    image: ${BUSYBOX_IMAGE:-busybox:1.37}
    command: [sleep, "1000"]
    stop_grace_period: 1s
    healthcheck: {test: [CMD, "false"], interval: 5s, retries: 1}
  missing:
    image: localhost:9/none:1
    command: [sleep, "1000"]
    stop_grace_period: 1s
"""

ONE = """
name: one
services:
  web:
    image: ${BUSYBOX_IMAGE:-busybox:1.37}
    command: [sleep, "1000"]
    stop_grace_period: 1s
"""

FORGOTTEN = {
    "update aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule one-test-instances-ingress-all-self",
    "update aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule one-test-instances-egress-all-0.0.0.0_0",
    "update aws:ec2/launchTemplate:LaunchTemplate one-test-instance",
    "update aws:autoscaling/group:Group one-test-instances",
}
"""What this emulator reports otherwise than it was told, so that it looks like drift: the owner and the description of
a security group's rule, the groups of a launch template, and its version in the group of instances."""

INTERRUPTIONS = 10
KILLS = 3
"""How many of them end the engine at once, without a chance to finish what it does."""

# `python -m berth`, with the stacks of the folder that it runs in.
BERTH = """
import pathlib, sys
from berth import __main__, stacks
stacks.ROOT = pathlib.Path.cwd()
sys.exit(__main__.main(sys.argv[1:]))
"""


@dataclass(frozen=True, slots=True)
class Berth:
    """The command line on a test's stack."""

    stack: Stack

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", BERTH, *arguments],
            cwd=self.stack.workspace.directory,
            env=dict(self.stack.workspace.environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str, code: int = 0) -> str:
        process = self.start(*arguments)
        said = process.communicate(timeout=600)[0]
        assert process.returncode == code, said
        assert "Traceback" not in said, said
        return said

    @property
    def state(self) -> StateFolder:
        return StateFolder(self.stack.workspace.directory / "state" / ".pulumi", "test")


def test_a_stack_through_its_services_faults_drift_and_a_second_run(stack: Callable[..., Stack]) -> None:
    made = stack(platform="ecs-ec2", text=THREE)
    berth = Berth(made)
    before = resources(made.aws.client)
    start = time.monotonic()
    said = berth.run("up", "test", code=1)
    assert time.monotonic() - start < 240
    for parts in (
        ("does not run one-test-crash", "circuit breaker", "container crash: exit code 3", "told you so"),
        ("does not run one-test-sick", "Task failed container health checks"),
        ("does not run one-test-missing", "CannotPullContainer", "localhost:9/none:1"),
    ):
        for part in parts:
            assert part in said, said

    made.replace("compose.yaml", "echo told you so; exit 3", "exec sleep 1000")
    made.replace("compose.yaml", '"false"', '"true"')
    made.replace("compose.yaml", "localhost:9/none:1", "${BUSYBOX_IMAGE:-busybox:1.37}")
    berth.run("up", "test")
    ecs = made.aws.client("ecs")
    (cluster,) = ecs.list_clusters()["clusterArns"]
    names = [arn.rpartition("/")[2] for arn in ecs.list_services(cluster=cluster)["serviceArns"]]
    services = {name.rpartition("-")[0]: name for name in names}  # without what autonaming adds
    assert set(services) == {"one-test-crash", "one-test-sick", "one-test-missing"}

    def tasks(service: str) -> set[str]:
        return set(ecs.list_tasks(cluster=cluster, serviceName=services[service], desiredStatus="RUNNING")["taskArns"])

    # A task that dies is replaced, and that is no drift.
    (first,) = tasks("one-test-crash")
    labels = [f"{LABEL}={made.aws.port}", f"com.amazonaws.ecs.task-arn={first}"]
    (container,) = docker.from_env().containers.list(filters={"label": labels})
    container.kill()
    until(lambda: len(tasks("one-test-crash") - {first}) == 1)

    # What someone has changed by hand is shown, and repaired on demand; a second run meanwhile is refused.
    ecs.update_service(cluster=cluster, service=services["one-test-sick"], desiredCount=2)
    rule = revoke(made.aws.client("ec2"))
    assert drifted(berth) == {
        "update aws:ecs/service:Service one-test-sick",
        "create aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule one-test-instances-ingress-all-self",
    }
    first_run = berth.start("up", "test", "--refresh")
    until(lambda: berth.state.locks() or first_run.poll() is not None, 120)
    said = berth.run("up", "test", code=1)
    assert f"'test' is being changed by another run: process {berth.state.locks()[0].pid}" in said
    plain = made.workspace.run("up", "--yes", "--skip-preview", check=False)
    assert plain.returncode != 0 and "currently locked by 1 lock" in plain.stdout
    said = first_run.communicate(timeout=600)[0]
    assert first_run.returncode == 0, said
    until(lambda: len(tasks("one-test-sick")) == 1)
    assert rule in rules(made.aws.client("ec2")).values()
    assert drifted(berth) == set()

    berth.run("down", "test")
    assert sorted(resources(made.aws.client) - before) == []


def drifted(berth: Berth) -> set[str]:
    """What ``drift`` prints, without the properties and without what the emulator alone gets wrong."""
    lines = berth.run("drift", "test", code=2).splitlines()
    found = {
        line.partition(": ")[0] for line in lines if line.startswith(("create ", "update ", "replace ", "delete "))
    }
    return found - FORGOTTEN


def rules(ec2: Any) -> dict[str, tuple[str, str]]:
    """The rules of incoming traffic by id: the group and the protocol."""
    found = ec2.describe_security_group_rules()["SecurityGroupRules"]
    return {
        item["SecurityGroupRuleId"]: (item["GroupId"], item["IpProtocol"]) for item in found if not item["IsEgress"]
    }


def revoke(ec2: Any) -> tuple[str, str]:
    """Take away, by hand, a rule of a group that the stack has made; what it was."""
    groups = ec2.describe_security_groups()["SecurityGroups"]
    own = {group["GroupId"] for group in groups if group["GroupName"].startswith("one-test")}
    name, rule = next(item for item in rules(ec2).items() if item[1][0] in own)
    ec2.revoke_security_group_ingress(GroupId=rule[0], SecurityGroupRuleIds=[name])
    assert name not in rules(ec2)
    return rule


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
    said = process.communicate(timeout=600)[0]
    print(f"{command}: {kind.name} after {aws.weather()['requests'] - start} requests: {process.returncode}")
    assert "Traceback" not in said, said
    return process.returncode == 0
