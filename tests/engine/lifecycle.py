"""The life of a stack on ECS, the same on both platforms: up, unchanged, changed, gone."""

from __future__ import annotations

import time
import urllib.error
import urllib.request

from berth.answer import Address
from berth.rehearsal.leftovers import resources
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


def live(stack: Stack) -> None:
    before = resources(stack.aws.client)
    workspace = stack.workspace
    workspace.up()
    address = stack.address()
    # A config, a secret's length, another service by its name, and a volume's first line.
    assert page(address, "version 1") == ["version 1", "the site", "12", "from-api", "1"]
    assert workspace.changes() == {}

    stack.replace("web/start.sh", "version 1", "version 2")
    stack.replace("compose.yaml", "replicas: 1", "replicas: 2")
    assert workspace.changes() == {
        "Image small-test-web": "update",
        "TaskDefinition small-test-web": "replace",
        "Service small-test-web": "update",
        "Rollout small-test-web": "update",
        "Service small-test-api": "update",
        "Rollout small-test-api": "update",
    }
    workspace.up()
    assert page(address, "version 2") == ["version 2", "the site", "12", "from-api", "2"]
    (cluster,) = stack.aws.client("ecs").list_clusters()["clusterArns"]
    assert running(stack, cluster)["small-test-api"] == 2

    workspace.run("destroy", "--yes", "--skip-preview")
    assert sorted(resources(stack.aws.client) - before) == []


def running(stack: Stack, cluster: str) -> dict[str, int]:
    """Running tasks by the service's name, without what autonaming adds."""
    ecs = stack.aws.client("ecs")
    arns = ecs.list_services(cluster=cluster)["serviceArns"]
    found = ecs.describe_services(cluster=cluster, services=arns)["services"]
    return {item["serviceName"].rpartition("-")[0]: item["runningCount"] for item in found}
