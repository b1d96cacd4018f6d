"""Examples on AWS, by their own settings: real CLI, provider and containers; the control plane is the emulator's."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from berth.answer import Address
from berth.components.aws_access import AwsAccess
from berth.emulator.process import Emulator
from berth.rehearsal.leftovers import resources
from berth.rehearsal.workspace import Workspace, make_workspace
from berth.run.on_ecs import run_task
from tests.engine.lifecycle import page
from tests.examples import settings_of

pytestmark = pytest.mark.engine


@dataclass(frozen=True, slots=True)
class Examples:
    """Stacks of examples in one folder, as in a checkout, with what an emulator must have other than AWS."""

    aws: Emulator
    variables: dict[str, str]
    directory: Path
    stacks: dict[str, Workspace] = field(default_factory=dict[str, Workspace])

    def settings(self, stack: str) -> dict[str, Any]:
        return {
            **settings_of(stack),
            "awsEndpoint": self.aws.endpoint,
            "deployTimeout": 120,
            "variables": self.variables,
            **({"initImage": self.variables["BUSYBOX_IMAGE"]} if "BUSYBOX_IMAGE" in self.variables else {}),
        }

    def make(self, stack: str, **shared: object) -> Workspace:
        """``shared``: settings by which an example uses another one's cluster."""
        settings = {**self.settings(stack), **shared}
        if self.stacks:
            first = next(iter(self.stacks.values()))
        else:
            first = make_workspace(self.directory, settings, {}, stack=stack)
        made = replace(first, stack=stack, environment={**first.environment, "PULUMI_STACK": stack})
        if self.stacks:
            made.configure(settings)
            made.run("stack", "init", stack)
        self.stacks[stack] = made
        return made

    def says(self, stack: str, wanted: str) -> list[str]:
        """The page through the load balancer, once its first line is ``wanted``."""
        (url,) = self.stacks[stack].outputs()["urls"].values()
        return page(Address(url=self.aws.endpoint, host=urlsplit(url).netloc), wanted)


@pytest.fixture
def examples(aws: Emulator, variables: dict[str, str], tmp_path: Path) -> Examples:
    return Examples(aws, variables, tmp_path)


def test_two_applications_on_one_cluster_and_others_beside_them(examples: Examples) -> None:
    """`blog` has the cluster and the load balancer, and `wiki` is on them by its own settings. So are `hello` and
    `schedule` here, by theirs and two more: a cluster for each would take minutes."""
    before = resources(examples.aws.client)
    blog = examples.make("blog-dev")
    blog.up()
    alone = resources(examples.aws.client)
    guests = [
        examples.make("wiki-dev"),
        examples.make("hello-dev", sharedStack="blog-dev", listenerPort=8081),
        examples.make("schedule-dev", sharedStack="blog-dev", listenerPort=8084),
    ]
    with ThreadPoolExecutor() as pool:
        list(pool.map(Workspace.up, guests))
    assert "  <h1>The blog</h1>" in examples.says("blog-dev", "<!doctype html>")
    assert "  <h1>The wiki</h1>" in examples.says("wiki-dev", "<!doctype html>")
    assert "  <h1>Hello from one service</h1>" in examples.says("hello-dev", "<!doctype html>")
    assert len(examples.aws.client("ecs").list_clusters()["clusterArns"]) == 1
    the_report_is_written_at_night_and_by_hand(examples)

    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda guest: guest.run("destroy", "--yes", "--skip-preview"), guests))
    assert resources(examples.aws.client) == alone
    assert "  <h1>The blog</h1>" in examples.says("blog-dev", "<!doctype html>")
    assert blog.changes() == {}
    blog.run("destroy", "--yes", "--skip-preview")
    assert sorted(resources(examples.aws.client) - before) == []


def the_report_is_written_at_night_and_by_hand(examples: Examples) -> None:
    """EventBridge Scheduler starts the job's task, and so does `berth run`; the page shows what it has written."""
    scheduler, outputs = examples.aws.client("scheduler"), examples.stacks["schedule-dev"].outputs()
    (listed,) = scheduler.list_schedules()["Schedules"]
    schedule = scheduler.get_schedule(Name=listed["Name"], GroupName=listed["GroupName"])
    assert (schedule["ScheduleExpression"], schedule["ScheduleExpressionTimezone"], schedule["State"]) == (
        *("cron(0 3 * * ? *)", "Europe/Berlin"),
        "ENABLED",
    )
    (cluster,) = examples.aws.client("ecs").list_clusters()["clusterArns"]
    assert schedule["Target"]["Arn"] == cluster
    task = schedule["Target"]["EcsParameters"]["TaskDefinitionArn"]
    assert task == outputs["tasks"]["services"]["report"]["taskDefinition"]

    assert examples.says("schedule-dev", "No report yet.") == ["No report yet."]
    said: list[str] = []
    access = AwsAccess(region="us-east-1", endpoint=examples.aws.endpoint)
    image = examples.settings("schedule-dev").get("initImage", "busybox:1.37")
    assert run_task(access, outputs["tasks"], "report", [], keeper_image=image, say=said.append, tell=print) == 0
    (report,) = said
    assert report.startswith("Report of ")
    assert examples.says("schedule-dev", report) == [report]


@pytest.mark.parametrize(
    ("name", "ports"),
    [
        ("celery", {"api": 8000, "redis": 6379, "worker": None}),
        ("grpc", {"gateway": 8000, "greeter": 50051}),
    ],
)
def test_the_provider_takes_the_others_as_they_are_planned(
    examples: Examples, name: str, ports: dict[str, int | None]
) -> None:
    """A preview; that their services understand each other is shown with Docker Compose. Service Connect has a name for
    each that listens."""
    workspace = examples.make(f"{name}-prod")
    assert set(workspace.changes().values()) == {"create"}
    steps = json.loads((workspace.directory / "plan.json").read_text())["steps"]
    connected = {
        step["urn"].rpartition("-")[2]: step["newState"]["inputs"]["serviceConnectConfiguration"].get("services", [])
        for step in steps
        if step["newState"]["type"] == "aws:ecs/service:Service"
    }
    assert {
        service: [(port["clientAlias"]["dnsName"], port["clientAlias"]["port"]) for port in listens]
        for service, listens in connected.items()
    } == {service: [(service, port)] if port else [] for service, port in ports.items()}
