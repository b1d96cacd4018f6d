"""A service from before Berth: drafted, taken over, rolled in place, and left again to a plain program."""

from __future__ import annotations

import json
import re
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from berth.answer import Address
from berth.check.findings import check
from berth.diagnostics import Severity
from berth.rehearsal.leftovers import resources
from berth.rehearsal.workspace import Workspace
from tests.engine.command import berth
from tests.engine.conftest import Stack
from tests.engine.existing import Existing, make_service
from tests.engine.lifecycle import page

pytestmark = pytest.mark.engine

NOTHING = "name: nothing\nservices: {none: {image: nginx}}\n"


@contextmanager
def asked_all_along(address: Address) -> Iterator[list[str]]:
    """What was answered meanwhile that was no page."""
    failed: list[str] = []
    done = threading.Event()

    def ask() -> None:
        while not done.wait(0.2):
            try:
                with urllib.request.urlopen(address.request(), timeout=10):
                    pass
            except (urllib.error.URLError, OSError) as error:
                failed.append(str(error))

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield failed
    finally:
        done.set()
        asking.join()


def test_a_service_comes_in_rolls_in_place_and_leaves_again(stack: Callable[..., Stack]) -> None:
    made = stack(text=NOTHING, platform="ecs-fargate")
    aws, folder = made.aws, made.workspace.directory
    image = made.plan.settings["variables"].get("BUSYBOX_IMAGE", "busybox:1.37")
    existing = make_service(aws.client, image)
    before = resources(aws.client)
    old = Address(url=f"{aws.endpoint}/_alb/old", host="shop.example.com")
    assert page(old, "before") == ["before"]

    berth(made.workspace, "draft", "live/web", *("--region", "us-east-1", "--endpoint", aws.endpoint, "--into", "shop"))
    prod = Workspace(directory=folder, stack="prod", environment=made.workspace.environment)
    assert check(folder, stacks=["prod"], files=[]).count(Severity.ERROR) == 0
    compose, file = folder / "shop" / "compose.yaml", folder / "Pulumi.prod.yaml"
    drafted = file.read_text()
    compose.write_text(compose.read_text().replace("MODE: before", "MODE: after"))

    settings = yaml.safe_load(drafted)
    groups = settings["config"].pop("berth:targetGroups")
    file.write_text(yaml.safe_dump(settings))
    assert "berth:targetGroups" in berth(prod, "import", "-s", "prod", "web", "live/web", code=1)
    assert prod.run("stack", "--show-ids").stdout.count("aws:") == 0, "a refusal leaves the state alone"
    settings = yaml.safe_load(file.read_text())
    settings["config"]["berth:targetGroups"] = groups
    file.write_text(yaml.safe_dump(settings))

    said = berth(prod, "import", "-s", "prod", "web", existing.service["serviceArn"])
    assert "changes it in place: " in said
    assert "scaling policies by-cpu" in said
    assert "taskDefinition" in said.partition("changes it in place: ")[2].splitlines()[0]
    assert "already" in berth(prod, "import", "-s", "prod", "web", "live/web", code=1)

    with asked_all_along(old) as failed:
        prod.up()
        assert page(old, "after") == ["after"], "the old load balancer leads to the new task"
    assert failed == []
    now = described(aws.client, existing)
    assert [now[key] for key in ("serviceArn", "createdAt", "status")] == [
        existing.service[key] for key in ("serviceArn", "createdAt", "status")
    ]
    assert now["desiredCount"] == 2, "scaling has the say, and nothing sets it back"
    assert now["taskDefinition"].rpartition("/")[2].startswith("web-prod-web:")
    assert prod.changes() == {}

    plain = left_to_a_plain_program(prod, folder / "plain")
    assert page(old, "after") == ["after"]
    plain.run("destroy", "--yes", "--skip-preview")
    assert sorted(resources(aws.client) - before) == []
    gone = {name.partition(" ")[0] for name in before - resources(aws.client)}
    assert gone == {"application-autoscaling", "ecs"}, "of what was there the service alone is gone, with its scaling"
    assert aws.client("ecs").describe_clusters(clusters=["live"])["clusters"][0]["status"] == "ACTIVE"


def described(client: Callable[[str], Any], existing: Existing) -> dict[str, Any]:
    (found,) = client("ecs").describe_services(cluster=existing.cluster, services=["web"])["services"]
    return dict(found)


def left_to_a_plain_program(prod: Workspace, folder: Path) -> Workspace:
    """The stack's resources in a program without Berth: nothing of them changes, and the next preview is empty."""
    text = berth(prod, "eject", "prod")
    assert "berth" not in [
        line.split()[1].partition(".")[0] for line in text.splitlines() if line.startswith("import ")
    ]
    folder.mkdir()
    (folder / "__main__.py").write_text(text)
    (folder / "Pulumi.yaml").write_text("name: berth\nruntime: python\n")
    encrypted = yaml.safe_load((prod.directory / "Pulumi.prod.yaml").read_text())["encryptionsalt"]
    (folder / "Pulumi.prod.yaml").write_text(yaml.safe_dump({"encryptionsalt": encrypted}))
    (folder / ".berth").symlink_to(prod.directory / ".berth")  # how the provider reaches the emulator
    environment = {key: value for key, value in prod.environment.items() if "POLICY" not in key}
    plain = Workspace(directory=folder, stack="prod", environment=environment)
    plain.run("stack", "select", "prod")
    for line in text.splitlines():
        if line.startswith("#     pulumi state delete"):
            plain.run("state", "delete", line.split("'")[1], "--yes", "--stack", "prod")
        elif line.startswith("#     pulumi config set"):
            plain.run("config", "set", "--stack", "prod", "--secret", line.split()[-1], "test")
    plain.changes()
    steps = json.loads((folder / "plan.json").read_text())["steps"]
    assert [step["op"] for step in steps if "$aws:" in step["urn"] or "::aws:" in step["urn"]].count("same") >= OF_AWS
    changed = [step["urn"] for step in steps if step["op"] != "same" and not COMPONENT.search(step["urn"])]
    assert changed == []
    plain.run("up", "--yes", "--skip-preview")
    assert plain.changes() == {}
    return plain


COMPONENT = re.compile(r"berth:(components|platforms):\w+::|::pulumi:pulumi:Stack::")
"""What stands in the state for groups of resources, and is nothing in AWS: it goes, and its outputs with it."""
OF_AWS = 15
"""Resources at the least, of which the service is one."""
