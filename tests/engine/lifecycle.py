"""The life of a stack on ECS, the same on both platforms: up, unchanged, changed, gone."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping

from berth.answer import Address
from berth.components.aws_access import AwsAccess
from berth.rehearsal.leftovers import resources
from berth.run.on_ecs import run_task
from tests.engine.conftest import Stack


def page(address: Address, wanted: str, seconds: float = 30) -> list[str]:
    """The page's lines, once the first one is ``wanted``."""
    end = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(address.request(), timeout=5) as answer:
                lines = answer.read().decode().splitlines()
        except (urllib.error.URLError, OSError) as error:
            lines = [str(error)]
        if lines[0] == wanted or time.monotonic() > end:
            return lines
        time.sleep(0.3)


def live(
    stack: Stack, *, with_replicas: Mapping[str, str] | None = None, watch: Callable[[Stack], None] = lambda _: None
) -> None:
    """``with_replicas``: what else changes with a service's number of tasks; ``watch`` looks at what is up."""
    before = resources(stack.aws.client)
    workspace = stack.workspace
    workspace.up()
    address = stack.address()
    # A config, a secret's length, another service by its name, and a volume's first line.
    assert page(address, "version 1") == ["version 1", "the site", "12", "from-api", "1"]
    scaling = stack.aws.client("application-autoscaling").describe_scalable_targets(ServiceNamespace="ecs")
    assert [(item["MinCapacity"], item["MaxCapacity"]) for item in scaling["ScalableTargets"]] == [(1, 3)]
    assert workspace.changes() == {}
    runs(stack)
    watch(stack)

    stack.replace("web/start.sh", "version 1", "version 2")
    stack.replace("compose.yaml", "replicas: 1", "replicas: 2")
    stack.replace("key.txt", "twelve bytes", "fourteen bytes")
    assert workspace.changes() == {
        "Image small-test-web": "update",
        "TaskDefinition small-test-web": "replace",
        "Service small-test-web": "update",
        "Rollout small-test-web": "update",
        "Service small-test-api": "update",
        "Rollout small-test-api": "update",
        "SecretVersion small-test-key-value": "replace",
        **(with_replicas or {}),
    }
    workspace.up()
    # A changed secret is in what runs.
    assert page(address, "version 2") == ["version 2", "the site", "14", "from-api", "2"]
    (cluster,) = stack.aws.client("ecs").list_clusters()["clusterArns"]
    assert running(stack, cluster)["small-test-api"] == 2

    assert lines(stack, "tick") == ["on time"]  # its schedule has started it meanwhile

    workspace.run("destroy", "--yes", "--skip-preview")
    assert sorted(resources(stack.aws.client) - before) == []


def runs(stack: Stack) -> None:
    """A command beside ``web``: with its secret, with others' names, and with an exit code."""
    command = ["sh", "-c", "wget -qO- http://backend:9000/; wc -c < /run/secrets/key; exit 3"]
    said: list[str] = []
    code = run_task(
        AwsAccess(region="us-east-1", endpoint=stack.aws.endpoint),
        stack.workspace.outputs()["tasks"],
        "web",
        command,
        keeper_image=stack.plan.settings.get("initImage", "busybox:1.37"),
        say=said.append,
        tell=print,
    )
    assert (code, said) == (3, ["from-api", "12"])


def lines(stack: Stack, service: str) -> list[str]:
    """All that a service has logged."""
    group = stack.workspace.outputs()["logGroups"][service]
    return [event["message"] for event in stack.aws.client("logs").filter_log_events(logGroupName=group)["events"]]


def running(stack: Stack, cluster: str) -> dict[str, int]:
    """Running tasks by the service's name, without what autonaming adds."""
    ecs = stack.aws.client("ecs")
    arns = ecs.list_services(cluster=cluster)["serviceArns"]
    found = ecs.describe_services(cluster=cluster, services=arns)["services"]
    return {item["serviceName"].rpartition("-")[0]: item["runningCount"] for item in found}
