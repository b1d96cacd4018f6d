"""Whether what runs is what was asked for, from Pulumi's state and from what ECS and Docker say."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from berth.components.aws_access import AwsAccess
from berth.components.compose_command import parse_container
from berth.components.compose_project import ComposeProject, ComposeProjectArgs
from berth.diagnostics import ToolError
from berth.status import run as command
from berth.status.as_json import as_json
from berth.status.asked import AskedCompose, AskedEcs, AskedTask, asked, urls
from berth.status.ecs import Cluster, ImageTags, job_status, read_cluster, service_status
from berth.status.local import compose_status
from berth.status.model import Event, ServiceStatus, health_of
from berth.status.text import age, show
from tests.unit.components.build import build
from tests.unit.recorder import Recorder

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
FAMILY = "arn:aws:ecs:us-east-1:123456789012:task-definition/shop-web"
ASKED = AskedTask(task_definition=f"{FAMILY}:7", ecs_service="shop-web-1a2b3c4")
REPOSITORY = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop-web"


def resource(kind: str, name: str, **more: Any) -> dict[str, Any]:
    return {"urn": f"urn:pulumi:prod::berth::x${kind}::{name}", "type": kind, "inputs": {}, "outputs": {}, **more}


def ecs_state() -> list[dict[str, Any]]:
    web, migrate = f"{FAMILY}:7", FAMILY.replace("web", "migrate") + ":2"
    return [
        resource("pulumi:pulumi:Stack", "berth-prod", outputs={"urls": {"web": "http://lb/"}}),
        resource("berth:platforms:EcsApplication", "shop-prod"),
        resource("aws:ecs/cluster:Cluster", "shop-prod", outputs={"arn": "arn:cluster"}),
        *(resource("berth:components:TaskDefinition", f"shop-prod-{name}") for name in ("api", "migrate", "web")),
        resource("berth:components:Job", "shop-prod-migrate"),
        resource("aws:ecs/taskDefinition:TaskDefinition", "shop-prod-web", outputs={"arn": web}),
        resource("aws:ecs/taskDefinition:TaskDefinition", "shop-prod-migrate", outputs={"arn": migrate}),
        resource("aws:ecs/service:Service", "shop-prod-web", inputs={"desiredCount": 2}, outputs={"name": "web-1"}),
        resource(
            "pulumi-python:dynamic/berth:RunOnce",
            "shop-prod-migrate",
            inputs={"task_definition": migrate},
            modified="2026-11-25T11:58:00.123456789Z",
        ),
    ]


def test_the_state_says_what_was_asked_for() -> None:
    wanted = asked(ecs_state())
    assert isinstance(wanted, AskedEcs)
    assert wanted.cluster == "arn:cluster"
    assert wanted.tasks == {
        "api": AskedTask(),  # its turn has not come: an earlier service failed
        "migrate": AskedTask(
            runs_once=True,
            task_definition=FAMILY.replace("web", "migrate") + ":2",
            completed=NOW - timedelta(minutes=2),
            completed_definition=FAMILY.replace("web", "migrate") + ":2",
        ),
        "web": AskedTask(task_definition=f"{FAMILY}:7", ecs_service="web-1", fewest=2, most=2),
    }
    assert urls(ecs_state()) == {"web": "http://lb/"}
    assert asked([]) is None


def test_a_cluster_of_another_stack_is_the_component_s_alone() -> None:
    component = resource("berth:components:Cluster", "shop-prod", outputs={"arn": "arn:shared"})
    others = [component if item["type"] == "aws:ecs/cluster:Cluster" else item for item in ecs_state()]
    wanted = asked(others)
    assert isinstance(wanted, AskedEcs)
    assert wanted.cluster == "arn:shared"


def test_a_service_that_scales_by_itself_may_have_any_number_within_its_bounds() -> None:
    target = {"resourceId": "service/shop/web-1", "minCapacity": 1, "maxCapacity": 4}
    wanted = asked([*ecs_state(), resource("aws:appautoscaling/target:Target", "shop-prod-web", inputs=target)])
    assert isinstance(wanted, AskedEcs)
    assert (wanted.tasks["web"].fewest, wanted.tasks["web"].most) == (1, 4)


def test_the_state_of_a_stack_on_this_machine() -> None:
    goals = {"web": "running", "worker": "running", "migrate": "completed"}
    state = [
        resource("pulumi-python:dynamic/berth:ComposeUp", "compose", inputs={"project_name": "shop", "goals": goals}),
        resource("berth:components:ComposeService", "compose-web", inputs={"deploy": {"replicas": 3}}),
        resource("berth:components:ComposeService", "compose-worker", inputs={"scale": 2}),
        resource("berth:components:ComposeService", "compose-migrate"),
    ]
    assert asked(state) == AskedCompose(
        project="shop", replicas={"web": 3, "worker": 2, "migrate": 1}, runs_once=frozenset({"migrate"})
    )


def test_the_components_leave_such_a_state() -> None:
    definition = {
        "web": {"deploy": {"replicas": 3}, "depends_on": {"migrate": {"condition": "service_completed_successfully"}}},
        "migrate": {},
    }
    args = ComposeProjectArgs(project_name="shop", files=["compose.yaml"], directory=".", definition=definition)
    recorder = Recorder(outputs={"pulumi-python:dynamic/berth:ComposeUp": {"published": {}}})

    def make(opts: Any) -> dict[str, Any]:
        return {"published": ComposeProject("compose", args, opts).published}

    made = build(make, recorder).recorder.resources
    wanted = asked([resource(item.type, item.name, inputs=item.inputs) for item in made])
    assert wanted == AskedCompose(project="shop", replicas={"web": 3, "migrate": 1}, runs_once=frozenset({"migrate"}))


def service(**more: Any) -> dict[str, Any]:
    primary = {
        "status": "PRIMARY",
        "taskDefinition": f"{FAMILY}:7",
        "rolloutState": "COMPLETED",
        "updatedAt": NOW - timedelta(minutes=3),
        **more.pop("primary", {}),
    }
    return {
        "serviceName": "shop-web-1a2b3c4",
        "status": "ACTIVE",
        "desiredCount": 1,
        "runningCount": 1,
        "pendingCount": 0,
        "deployments": [primary],
        "events": [
            {
                "createdAt": NOW - timedelta(minutes=2),
                "message": "(service shop-web-1a2b3c4) has reached a steady state.",
            }
        ],
        **more,
    }


def task(**more: Any) -> dict[str, Any]:
    container = {"name": "web", "image": f"{REPOSITORY}@sha256:{'a' * 64}", **more.pop("container", {})}
    return {
        "taskArn": "arn:aws:ecs:us-east-1:123456789012:task/shop/3f2a91c0ffee",
        "taskDefinitionArn": f"{FAMILY}:7",
        "group": "service:shop-web-1a2b3c4",
        "lastStatus": "RUNNING",
        "healthStatus": "HEALTHY",
        "createdAt": NOW,
        "containers": [container],
        **more,
    }


class Tags(ImageTags):
    def __init__(self) -> None:
        super().__init__(AwsAccess(region="us-east-1"))

    def _ask(self, repository: str, digest: str) -> str:
        return f"{repository} {digest[:10]}"


def of(found: dict[str, Any] | None, *tasks: dict[str, Any], wanted: AskedTask = ASKED) -> ServiceStatus:
    cluster = Cluster(
        services={found["serviceName"]: found} if found else {},
        running=[item for item in tasks if item["lastStatus"] != "STOPPED"],
        stopped=[item for item in tasks if item["lastStatus"] == "STOPPED"],
    )
    if wanted.runs_once or wanted.schedule:
        return job_status("web", wanted, cluster, Tags())
    return service_status("web", wanted, cluster, {"web": "http://lb/"}, Tags())


def test_a_service_as_it_was_asked_for() -> None:
    status = of(service(), task())
    assert status == ServiceStatus(
        name="web",
        desired=1,
        running=1,
        health="healthy",
        deployment="rolled out",
        revision="shop-web:7",
        image=REPOSITORY,
        tag="shop-web sha256:aaa",
        digest=f"sha256:{'a' * 64}",
        url="http://lb/",
        changed=NOW - timedelta(minutes=3),
        events=(Event(at=NOW - timedelta(minutes=2), text="has reached a steady state."),),
    )


@pytest.mark.parametrize(
    ("found", "problem"),
    [
        ({"primary": {"taskDefinition": f"{FAMILY}:6"}}, "it runs shop-web:6, not shop-web:7 that was asked for"),
        (
            {"primary": {"rolloutState": "FAILED", "rolloutStateReason": "tasks failed to start"}},
            "tasks failed to start",
        ),
        ({"primary": {"rolloutState": "IN_PROGRESS"}}, "its deployment is in progress"),
        ({"runningCount": 0}, "0 of 1 tasks run"),
        ({"desiredCount": 0, "runningCount": 0}, "ECS is to run 0 tasks, but 1 were asked for"),
        ({"desiredCount": 3, "runningCount": 3}, "ECS is to run 3 tasks, but 1 were asked for"),
    ],
)
def test_what_is_not_as_it_was_asked_for(found: dict[str, Any], problem: str) -> None:
    assert of(service(**found), task()).problem.startswith(problem)


def test_a_task_that_fails_its_health_check() -> None:
    assert "1 unhealthy" in of(service(), task(healthStatus="UNHEALTHY")).problem


def test_a_service_that_is_gone_or_was_not_made() -> None:
    assert "is gone" in of(None).problem
    assert "not made" in of(None, wanted=AskedTask()).problem


def test_a_task_that_ended_by_itself_is_an_event_and_one_that_ecs_stopped_is_none() -> None:
    ended = {"lastStatus": "STOPPED", "stoppedAt": NOW, "container": {"exitCode": 3}}
    by_itself = task(**ended, stopCode="EssentialContainerExited", stoppedReason="Essential container in task exited")
    scaled = task(**{**ended, "container": {}}, stopCode="ServiceSchedulerInitiated", stoppedReason="Scaling activity")
    unhealthy = {**scaled, "stoppedReason": "Task failed container health checks"}
    texts = [event.text for event in of(service(), task(), by_itself, scaled, unhealthy).events]
    assert texts == [
        "task 3f2a91 stopped: Essential container in task exited, web exit code 3",
        "task 3f2a91 stopped: Task failed container health checks",
        "has reached a steady state.",
    ]


ONCE = AskedTask(runs_once=True, task_definition=f"{FAMILY}:7", completed=NOW, completed_definition=f"{FAMILY}:7")

NIGHTLY = AskedTask(schedule="cron(0 3 * * ? *)", task_definition=f"{FAMILY}:7")


@pytest.mark.parametrize(
    ("wanted", "tasks", "exit_code", "problem"),
    [
        (ONCE, [task(lastStatus="STOPPED", container={"exitCode": 0})], 0, ""),
        (ONCE, [], 0, ""),  # ECS has forgotten the task; the state has it, so that it ended well
        (ONCE, [task(lastStatus="STOPPED", container={"exitCode": 3})], 3, "it ended with exit code 3"),
        (ONCE, [task()], None, "it is running"),
        (ONCE, [task(lastStatus="STOPPED", stoppedReason="no image")], None, "it did not start: no image"),
        (AskedTask(runs_once=True, task_definition=f"{FAMILY}:7"), [], None, "it has not run to its end"),
        (
            AskedTask(runs_once=True, task_definition=f"{FAMILY}:8", completed=NOW, completed_definition=f"{FAMILY}:7"),
            [],
            0,
            "shop-web:8 has not run to its end",
        ),
        (NIGHTLY, [], None, ""),  # its time has not come, or ECS has forgotten the task
        (NIGHTLY, [task()], None, ""),
        (NIGHTLY, [task(lastStatus="STOPPED", container={"exitCode": 0})], 0, ""),
        (NIGHTLY, [task(lastStatus="STOPPED", container={"exitCode": 3})], 3, "it ended with exit code 3"),
    ],
)
def test_a_service_that_ends_by_itself(
    wanted: AskedTask, tasks: list[dict[str, Any]], exit_code: int | None, problem: str
) -> None:
    status = of(None, *tasks, wanted=wanted)
    assert (status.exit_code, status.problem) == (exit_code, problem)


def test_ecs_is_asked_in_parts_that_it_takes() -> None:
    asked_for: list[int] = []

    def describe_services(*, cluster: str, services: list[str]) -> dict[str, Any]:
        asked_for.append(len(services))
        return {"services": [{"serviceName": name, "status": "ACTIVE"} for name in services]}

    def describe_tasks(*, cluster: str, tasks: list[str]) -> dict[str, Any]:
        asked_for.append(len(tasks))
        return {"tasks": [{"taskArn": arn} for arn in tasks]}

    pages = {"RUNNING": [{"taskArns": ["a"] * 100}, {"taskArns": ["b"] * 5}], "STOPPED": []}
    client = SimpleNamespace(
        describe_services=describe_services,
        describe_tasks=describe_tasks,
        get_paginator=lambda _: SimpleNamespace(paginate=lambda *, cluster, desiredStatus: pages[desiredStatus]),
        exceptions=SimpleNamespace(ClusterNotFoundException=KeyError),
    )
    found = read_cluster(client, "c", [f"s{number}" for number in range(12)])
    assert (len(found.services), len(found.running)) == (12, 105)
    # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html, API_DescribeTasks
    assert asked_for == [10, 2, 100, 5]


def container(**more: Any) -> dict[str, Any]:
    return {
        "Service": "web",
        "Name": "shop-web-1",
        "State": "running",
        "ExitCode": 0,
        "Health": "",
        "Publishers": None,
        "Image": "localhost:5000/shop-web:1.2",
        "Status": "Up 3 minutes",
        **more,
    }


@pytest.mark.parametrize(
    ("containers", "problem"),
    [
        ([container()], ""),
        ([container(Health="healthy")], ""),
        ([container(Health="starting")], "its health check has not passed yet"),
        ([container(Health="unhealthy")], "containers fail their health check: 1 unhealthy"),
        ([], "0 of 1 containers run"),
        ([container(State="exited", ExitCode=3)], "0 of 1 containers run; exited (3)"),
        ([container(), container(Name="shop-web-2")], "2 of 1 containers run"),
    ],
)
def test_a_service_on_this_machine(containers: list[dict[str, Any]], problem: str) -> None:
    wanted = AskedCompose(project="shop", replicas={"web": 1})
    parsed = [parse_container(json.dumps(item)) for item in containers]
    status = compose_status("web", wanted, parsed, {"web": "http://localhost:8080"}, {"shop-web-1": "sha256:abc"})
    assert status.problem == problem
    if containers:
        assert (status.image, status.tag, status.digest) == ("localhost:5000/shop-web", "1.2", "sha256:abc")


@pytest.mark.parametrize(
    ("containers", "exit_code", "problem"),
    [
        ([container(State="exited", ExitCode=0)], 0, ""),
        ([container(State="exited", ExitCode=2)], 2, "it ended with exit code 2"),
        ([container()], None, "it is running"),
        ([], None, "it has no container; run `pulumi refresh`, then `pulumi up`"),
    ],
)
def test_one_that_runs_once_on_this_machine(
    containers: list[dict[str, Any]], exit_code: int | None, problem: str
) -> None:
    wanted = AskedCompose(project="shop", replicas={"web": 1}, runs_once=frozenset({"web"}))
    status = compose_status("web", wanted, [parse_container(json.dumps(item)) for item in containers], {}, {})
    assert (status.exit_code, status.problem) == (exit_code, problem)


@pytest.mark.parametrize(
    ("states", "health"),
    [
        ([], ""),
        (["UNKNOWN"], ""),
        (["HEALTHY", "HEALTHY"], "healthy"),
        (["HEALTHY", "UNKNOWN"], "starting"),
        (["HEALTHY", "UNHEALTHY"], "1 unhealthy"),
        (["starting"], "starting"),
    ],
)
def test_the_health_of_several_tasks(states: list[str], health: str) -> None:
    assert health_of(states) == health


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (5, "5 s ago"),
        (60, "1 min ago"),
        (3599, "59 min ago"),
        (7200, "2 h ago"),
        (100_000, "27 h ago"),
        (200_000, "2 days ago"),
    ],
)
def test_ages(seconds: int, text: str) -> None:
    assert age(NOW - timedelta(seconds=seconds), NOW) == text


def test_a_line_a_service_with_what_there_is_to_say() -> None:
    output = io.StringIO()
    good = ServiceStatus(
        name="web", desired=2, running=2, health="healthy", deployment="rolled out", revision="shop-web:7",
        tag="0123", digest=f"sha256:{'a' * 64}", url="http://lb/", changed=NOW - timedelta(minutes=3),
        events=(Event(at=NOW - timedelta(minutes=2), text="has reached a steady state."), Event(at=NOW, text="older")),
    )  # fmt: skip
    bad = ServiceStatus(name="migrate", runs_once=True, exit_code=3, problem="it ended with exit code 3")
    show([good, bad], Console(file=output, width=40), now=NOW)
    assert output.getvalue().splitlines() == [
        "✓ web      2 of 2 run   healthy  rolled out 3 min ago  shop-web:7  0123 aaaaaaaaaaaa",
        "    http://lb/",
        "    2 min ago: has reached a steady state.",
        "✗ migrate  exit code 3",
        "    it ended with exit code 3",
        "1 of 2 services are not as asked for: migrate",
    ]


def test_the_json_is_for_programs() -> None:
    document = json.loads(as_json("prod", [of(service(), task()), of(service(runningCount=0))]))
    assert (document["stack"], document["ok"]) == ("prod", False)
    web = document["services"][0]
    assert (web["name"], web["changed"], web["problem"]) == ("web", "2026-11-25T11:57:00+00:00", "")
    assert web["events"] == [{"at": "2026-11-25T11:58:00+00:00", "text": "has reached a steady state."}]


def test_the_exit_code_says_whether_all_is_as_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "read_state", lambda _: ecs_state())
    monkeypatch.setattr(command, "read_access", lambda _: None)
    for problem, code in (("", 0), ("0 of 1 tasks run", 1)):
        found = [ServiceStatus(name="web", problem=problem)]
        monkeypatch.setattr(command, "ecs_statuses", lambda *_, found=found: found)
        assert command.status("prod", Console(file=io.StringIO())) == code


def test_a_stack_with_nothing_in_it_is_not_deployed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "read_state", lambda _: [resource("pulumi:pulumi:Stack", "berth-dev")])
    with pytest.raises(ToolError, match="'dev' is not deployed"):
        command.status("dev", Console())
