"""Faults in sequence on one stack each: what a user is told, and that nothing is lost or left behind."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import docker
import pytest

from berth.emulator.process import LABEL
from berth.rehearsal.leftovers import resources
from tests.engine.command import Berth
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

FORGOTTEN = {
    "update aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule one-test-instances-ingress-all-self",
    "update aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule one-test-instances-egress-all-0.0.0.0_0",
    "update aws:ec2/launchTemplate:LaunchTemplate one-test-instance",
    "update aws:autoscaling/group:Group one-test-instances",
}
"""What this emulator reports otherwise than it was told, so that it looks like drift: the owner and the description of
a security group's rule, the groups of a launch template, and its version in the group of instances."""


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
