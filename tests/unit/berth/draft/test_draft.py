"""A draft says the same as the service it is of, or says what it does not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from botocore.loaders import Loader
from botocore.model import ServiceModel, Shape

from berth.components.container_json import canonical, definition
from berth.diagnostics import errors
from berth.draft.compose_file import RUNNING as RUNNING_TASK
from berth.draft.compose_file import draft_compose
from berth.draft.front import Front, Way
from berth.draft.run import _name
from berth.draft.stack_settings import RUNNING, USUAL, draft_settings
from berth.draft.text import as_yaml
from berth.importing.live import Live
from berth.platforms.application import read_application
from berth.platforms.ecs import rules
from berth.platforms.ecs.containers import Late, build_containers
from berth.platforms.ecs.plan import plan_application
from berth.settings import parse_settings
from tests.unit.berth.importing.services import GROUP, container, live

MODEL = ServiceModel(Loader().load_service_model("ecs", "service-2"), service_name="ecs")
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-Ab1Cd2:password::"
LISTENER = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/old/1/2"
SHOP = Way(target_group_arn=GROUP, listener_arn=LISTENER, host="shop.example.com", path="/api/*")
FRONT = Front(vpc_id="vpc-1", vpc_cidr="10.7.0.0/16", subnets=("subnet-8", "subnet-9"))
BALANCED = [{"targetGroupArn": GROUP, "containerName": "web", "containerPort": 8000}]


def drafted(service: Live, front: Front = FRONT) -> tuple[dict[str, Any], str]:
    """The Compose file and all notes."""
    draft = draft_compose(service, front, name="shop")
    return dict(draft.document), "\n".join(draft.notes)


def planned(service: Live, folder: Path, front: Front = FRONT) -> tuple[dict[str, Any], Any]:
    """The container that Berth makes of the draft, in AWS's words, and the task's size; no finding is an error."""
    draft = draft_compose(service, front, name="shop")
    values, notes = draft_settings(service, front, main=draft.main)
    (folder / "compose.yaml").write_text(as_yaml(draft.document, draft.notes, "a draft"))
    read = yaml.safe_load(as_yaml({"config": values}, notes, "settings"))["config"]
    settings = parse_settings(read, stack="prod")
    application = read_application(settings, folder)
    assert errors(rules.check(application, settings, stack="prod")) == ()
    plan = plan_application(application, settings)[draft.main]
    secrets = {name: str(item.external_name) for name, item in application.secrets.items()}
    late = Late(image=str(plan.service.image), secrets=secrets)
    (made,) = build_containers(plan, settings, late)
    return json.loads(canonical([definition(made, "awsvpc", {})]))[0], plan


def test_the_task_definition_of_a_draft_is_the_one_that_it_is_of(tmp_path: Path) -> None:
    had = container(
        command=["sh", "-c", "exec serve --price=$5 ${HOME}"],
        entryPoint=["/init", "--"],
        environment=[{"name": "MODE", "value": "a$b"}, {"name": "EMPTY", "value": ""}],
        secrets=[{"name": "DB_PASSWORD", "valueFrom": SECRET}],
        portMappings=[{"containerPort": 8000, "hostPort": 8000, "protocol": "tcp"}, {"containerPort": 9000}],
        healthCheck={
            "command": ["CMD-SHELL", "test -e /ok || exit 1"],
            "interval": 20,
            "retries": 4,
            "startPeriod": 40,
        },
        user="1000:1000",
        workingDirectory="/srv",
        readonlyRootFilesystem=True,
        interactive=True,
        pseudoTerminal=True,
        stopTimeout=45,
        dockerLabels={"team": "shop"},
        ulimits=[{"name": "nofile", "softLimit": 1024, "hardLimit": 4096}],
        systemControls=[{"namespace": "net.core.somaxconn", "value": "1024"}],
        linuxParameters={"initProcessEnabled": True, "capabilities": {"drop": ["NET_RAW"]}},
        logConfiguration={
            "logDriver": "awslogs",
            "options": {"awslogs-group": "/ecs/web", "awslogs-region": "eu-west-1"},
        },
        startTimeout=90,
    )
    made, plan = planned(live(had, desiredCount=3), tmp_path)
    assert (plan.size.cpu, plan.size.memory, plan.replicas) == (256, 1024, 3)
    assert (plan.rollout.minimum_healthy, plan.rollout.maximum) == (100, 200)
    ports = [item["containerPort"] for item in made.pop("portMappings")]
    assert ports == [8000, 9000]
    check = made.pop("healthCheck")
    assert check == {**had["healthCheck"], "timeout": 5}, "ECS's own default where nothing was said"
    for key in had.keys() - {"portMappings", "healthCheck", "environment", "linuxParameters"}:
        assert made[key] == had[key], key
    assert {item["name"]: item["value"] for item in made["environment"]} == {"MODE": "a$b", "EMPTY": ""}
    assert made["linuxParameters"]["initProcessEnabled"] is True
    assert made["linuxParameters"]["capabilities"]["drop"] == ["NET_RAW"]


@pytest.mark.parametrize(
    ("cpu", "memory"), [(256, 512), (256, 2048), (512, 1024), (1024, 8192), (4096, 8192), (16384, 122880)]
)
def test_a_task_keeps_its_size(cpu: int, memory: int, tmp_path: Path) -> None:
    _, plan = planned(live(task={"cpu": str(cpu), "memory": str(memory)}), tmp_path)
    assert (plan.size.cpu, plan.size.memory) == (cpu, memory)


def test_a_file_system_and_a_parameter_are_named_as_they_are(tmp_path: Path) -> None:
    had = container(
        mountPoints=[{"sourceVolume": "data", "containerPath": "/data", "readOnly": True}],
        secrets=[{"name": "KEY", "valueFrom": "/shop/key"}],
    )
    point = {"accessPointId": "fsap-0123", "iam": "ENABLED"}
    system = {"fileSystemId": "fs-0123", "transitEncryption": "ENABLED", "authorizationConfig": point}
    service = live(had, task={"volumes": [{"name": "data", "efsVolumeConfiguration": system}]})
    document, _ = drafted(service)
    assert document["volumes"] == {"data": {"external": True, "name": "fs-0123:fsap-0123"}}
    made, plan = planned(service, tmp_path)
    assert made["secrets"] == [{"name": "KEY", "valueFrom": "arn:aws:ssm:eu-west-1:123456789012:parameter/shop/key"}]
    assert [(mount.target, mount.read_only) for mount in plan.volumes] == [("/data", True)]


def test_containers_of_one_task_are_services_that_wait_for_each_other() -> None:
    web = container(
        dependsOn=[
            {"containerName": "migrate", "condition": "SUCCESS"},
            {"containerName": "db", "condition": "HEALTHY"},
        ]
    )
    document, notes = drafted(live(container(name="migrate", essential=False), web, container(name="db")))
    assert list(document["services"]) == ["web", "migrate", "db"], "the first essential one stands for the service"
    assert document["services"]["web"]["depends_on"] == {
        "migrate": {"condition": "service_completed_successfully"},
        "db": {"condition": "service_healthy"},
    }
    assert "migrate: a task of its own" in notes
    assert "replicas" not in document["services"]["db"].get("deploy", {})


def test_rules_of_the_load_balancer_are_ways_in(tmp_path: Path) -> None:
    default = Way(target_group_arn=GROUP, listener_arn=LISTENER, host=None, path=None)
    front = Front(vpc_id="vpc-1", subnets=("subnet-8",), ways=(SHOP, default), health={GROUP: "/up"})
    service = live(container(portMappings=[{"containerPort": 8000}]), loadBalancers=BALANCED)
    document, notes = drafted(service, front)
    way = {"port": 8000, "host": "shop.example.com", "path": "/api", "health_path": "/up"}
    assert document["services"]["web"]["x-berth"]["ingress"] == [way]
    assert "host any, path any leads to its target group as before" in notes
    settings, _ = draft_settings(service, front, main="web")
    assert (settings["listenerArn"], settings["targetGroups"]) == (LISTENER, {"web:8000": [GROUP]})
    planned(service, tmp_path, front)


def test_a_scaled_service_is_scaled_as_before(tmp_path: Path) -> None:
    tracking = {
        "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"},
        "TargetValue": 60.0,
        "ScaleInCooldown": 120,
    }
    policies = [
        {
            "PolicyName": "cpu",
            "PolicyType": "TargetTrackingScaling",
            "TargetTrackingScalingPolicyConfiguration": tracking,
        },
        {"PolicyName": "steps", "PolicyType": "StepScaling"},
    ]
    actions = [{"ScheduledActionName": "night", "Schedule": "cron(0 22 * * ? *)"}]
    scaling = {"MinCapacity": 2, "MaxCapacity": 6, "policies": policies, "schedule": actions}
    document, notes = drafted(live(scaling=scaling, desiredCount=2))
    expected = {"min": 2, "max": 6, "cpu": 60.0, "scale_in_cooldown": 120}
    assert document["services"]["web"]["x-berth"]["scaling"] == expected
    assert "scaling policy steps" in notes
    assert "scheduled action night" in notes
    planned(live(scaling=scaling, desiredCount=2), tmp_path)


@pytest.mark.parametrize("metric", ["ALBRequestCountPerTarget", "SQSQueueDepth"])
def test_scaling_by_what_the_draft_has_no_measure_of_is_a_note(metric: str, tmp_path: Path) -> None:
    tracking = {"PredefinedMetricSpecification": {"PredefinedMetricType": metric}, "TargetValue": 60.0}
    policy = {"PolicyName": "own", "PolicyType": "Tracking", "TargetTrackingScalingPolicyConfiguration": tracking}
    service = live(scaling={"MinCapacity": 1, "MaxCapacity": 6, "policies": [policy]})
    document, notes = drafted(service)
    assert "x-berth" not in document["services"]["web"]
    assert f"scaling policy own: Tracking by {metric}" in notes
    assert "scaling: 1 to 6 tasks" in notes
    planned(service, tmp_path)


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ({}, {"publicSubnetIds": ["subnet-1"], "natGateways": "none"}),
        (
            {"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"], "assignPublicIp": "DISABLED"}}},
            {"publicSubnetIds": ["subnet-8", "subnet-9"], "privateSubnetIds": ["subnet-1"]},
        ),
        ({"enableExecuteCommand": True}, {"enableExec": True}),
        ({"tags": [{"key": "team", "value": "shop"}, {"key": "aws:x", "value": "y"}]}, {"tags": {"team": "shop"}}),
        (
            {
                "launchType": None,
                "capacityProviderStrategy": [
                    {"capacityProvider": "FARGATE", "weight": 1},
                    {"capacityProvider": "FARGATE_SPOT", "weight": 3},
                ],
            },
            {"fargateSpot": 75},
        ),
    ],
)
def test_settings_say_where_it_runs(service: dict[str, Any], expected: dict[str, Any]) -> None:
    settings, _ = draft_settings(live(**service), FRONT, main="web")
    assert {key: settings.get(key) for key in expected} == expected
    assert parse_settings(settings, stack="prod").cluster_arn == settings["clusterArn"]


def sample(shape: Shape) -> Any:
    """A value of AWS's shape that says something everywhere."""
    kind = shape.type_name
    if kind == "structure":
        return {name: sample(member) for name, member in shape.members.items()}  # type: ignore[attr-defined]
    if kind == "list":
        return [sample(shape.member)]  # type: ignore[attr-defined]
    if kind == "map":
        return {"key": sample(shape.value)}  # type: ignore[attr-defined]
    numbers = {"boolean": True, "integer": 7, "long": 7, "double": 7.0, "float": 7.0}
    return numbers.get(kind) or (list(getattr(shape, "enum", [])) or ["said"])[0]


SAID = {
    "dependsOn": [{"containerName": "web", "condition": "START"}],
    "cpu": 512,
    "memory": 600,
    "memoryReservation": 600,
}
BY_OTHERS = {"name", "essential"}


@pytest.mark.parametrize("key", sorted(set(MODEL.shape_for("ContainerDefinition").members) - BY_OTHERS))
def test_no_key_of_a_container_is_dropped(key: str) -> None:
    """In the file, or in a note."""
    value = SAID.get(key, sample(MODEL.shape_for("ContainerDefinition").members[key]))
    document, notes = drafted(live(container(**{key: value}), task={"cpu": None, "memory": None}))
    plain, said = drafted(live(task={"cpu": None, "memory": None}))
    assert (document, notes) != (plain, said)


@pytest.mark.parametrize("key", sorted(set(MODEL.shape_for("TaskDefinition").members) - RUNNING_TASK))
def test_no_key_of_a_task_definition_is_dropped(key: str) -> None:
    value = sample(MODEL.shape_for("TaskDefinition").members[key])
    assert f"{key}: " in drafted(live(task={key: value}))[1]


@pytest.mark.parametrize("key", sorted(set(MODEL.shape_for("Service").members) - RUNNING))
def test_no_key_of_a_service_is_dropped(key: str) -> None:
    value: Mapping[str, Any] = {key: sample(MODEL.shape_for("Service").members[key])}
    _, notes = draft_settings(live(**value), FRONT, main="web")
    assert [note for note in notes if note.startswith(f"{key}: ")] or value[key] in USUAL.get(key, ())


@pytest.mark.parametrize(("text", "name"), [("Web.API", "web-api"), ("-x", "x"), ("Ü", "app"), ("shop_1", "shop_1")])
def test_an_applications_name_is_one_that_compose_takes(text: str, name: str) -> None:
    assert _name(text) == name


def test_notes_are_comments_each_on_one_line_and_once() -> None:
    text = as_yaml({"a": "x"}, ["one\n two", "three", "three"], "title")
    assert text.splitlines() == [
        "# title",
        "# Not carried over, or otherwise than it was:",
        "# - one two",
        "# - three",
        "a: x",
    ]
