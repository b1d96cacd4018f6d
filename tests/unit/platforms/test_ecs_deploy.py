"""The sample's whole graph on both ECS platforms, under mocks: what is asked for, and what waits for what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from berth.compose.extension import ServiceExtension
from berth.compose.loader import load_application
from berth.compose.model import Application
from berth.platforms.ecs.deploy import EcsApplication
from berth.settings import Settings
from berth.status.asked import AskedEcs, asked
from tests.unit.components.build import Built, build
from tests.unit.hooks import accept_hooks
from tests.unit.recorder import MADE_BY_AWS, Recorder

SHOP = Path(__file__).parents[3] / "examples" / "shop"
SERVICES = {"web", "api", "worker", "migrate", "db"}


@pytest.fixture(scope="module")
def shop() -> Application:
    return load_application(
        files=["compose.yaml"],
        directory=SHOP,
        profiles=(),
        project_name=None,
        variables={"SESSION_KEY": "session"},
        secret_names=[],
        strict_variables=True,
    )


def deployed(shop: Application, **settings: Any) -> Built:
    recorder = Recorder(
        calls={
            "aws:ecr/getAuthorizationToken:getAuthorizationToken": {"userName": "AWS", "password": "login"},
            "aws:index/getAvailabilityZones:getAvailabilityZones": {"names": ["eu-west-1a", "eu-west-1b"]},
            "aws:ssm/getParameter:getParameter": {"value": "ami-1"},
            "aws:index/getCallerIdentity:getCallerIdentity": {"accountId": "1", "arn": "arn:aws:iam::1:user/me"},
        },
        outputs=dict(MADE_BY_AWS),
    )

    def make(opts: Any) -> dict[str, Any]:
        accept_hooks()
        root = EcsApplication("shop-test", shop, Settings(**settings), opts)
        return {"urls": root.urls, "log_groups": root.log_groups, "tasks": root.tasks, **root.watched}

    return build(make, recorder)


def containers(built: Built, service: str) -> dict[str, dict[str, Any]]:
    definition = built.inputs("aws:ecs/taskDefinition:TaskDefinition", f"shop-test-{service}")["containerDefinitions"]
    return {item["name"]: item for item in json.loads(definition)}


@pytest.mark.parametrize("platform", ["ecs-ec2", "ecs-fargate"])
def test_each_service_is_a_service_and_what_others_await_is_a_job(shop: Application, platform: str) -> None:
    built = deployed(shop, platform=platform)
    expected = {f"shop-test-{name}" for name in SERVICES - {"migrate"}}
    assert set(built.names("aws:ecs/service:Service")) == expected
    assert set(built.names("pulumi-python:dynamic/berth:Rollout")) == expected
    assert built.names("pulumi-python:dynamic/berth:RunOnce") == ["shop-test-migrate"]
    assert set(built.values["log_groups"]) == SERVICES
    run = built.inputs("pulumi-python:dynamic/berth:RunOnce")
    assert run["container"] == "migrate"
    assert "services" not in run["configuration"]["serviceConnectConfiguration"]
    assert containers(built, "migrate")["migrate"]["essential"] is False


def test_the_state_tells_status_what_was_asked_for(shop: Application) -> None:
    built = deployed(shop, platform="ecs-fargate")
    state = [
        {
            "urn": f"urn:pulumi:test::berth::{item.type}::{item.name}",
            "type": item.type,
            "inputs": item.inputs,
            "outputs": {"arn": f"arn of {item.name}", "name": item.name},
        }
        for item in built.recorder.resources
    ]
    wanted = asked(state)
    assert isinstance(wanted, AskedEcs)
    assert wanted.cluster == "arn of shop-test"
    assert set(wanted.tasks) == SERVICES
    assert [name for name, task in wanted.tasks.items() if task.runs_once] == ["migrate"]
    assert wanted.tasks["migrate"].completed_definition
    assert wanted.tasks["web"].ecs_service == "shop-test-web"
    assert wanted.tasks["web"].task_definition == "arn of shop-test-web"


def test_dev_is_one_instance_with_published_ports_and_nothing_that_costs(shop: Application) -> None:
    built = deployed(shop, platform="ecs-ec2")
    assert built.values["urls"] == {"web": "http://192.0.2.1:8080/"}
    assert containers(built, "web")["web"]["portMappings"][0]["hostPort"] == 8080
    assert not built.types() & {"aws:lb/loadBalancer:LoadBalancer", "aws:ec2/natGateway:NatGateway"}
    service = built.inputs("aws:ecs/service:Service", "shop-test-web")
    assert "networkConfiguration" not in service
    assert (service["deploymentMinimumHealthyPercent"], service["deploymentMaximumPercent"]) == (0, 100)


def test_prod_is_reached_through_one_load_balancer(shop: Application) -> None:
    built = deployed(shop, platform="ecs-fargate")
    assert built.values["urls"] == {"web": "http://lb.example.com/"}
    assert len(built.names("aws:lb/loadBalancer:LoadBalancer")) == 1
    service = built.inputs("aws:ecs/service:Service", "shop-test-web")
    (target,) = service["loadBalancers"]
    assert (target["containerName"], target["containerPort"]) == ("web", 8000)
    assert len(service["networkConfiguration"]["subnets"]) >= 2
    definition = built.inputs("aws:ecs/taskDefinition:TaskDefinition", "shop-test-web")
    assert definition["requiresCompatibilities"] == ["FARGATE"]


@pytest.mark.parametrize("platform", ["ecs-ec2", "ecs-fargate"])
def test_every_name_of_a_service_is_a_service_connect_alias(shop: Application, platform: str) -> None:
    built = deployed(shop, platform=platform)
    services = built.inputs("aws:ecs/service:Service", "shop-test-db")["serviceConnectConfiguration"]["services"]
    aliases = [alias for item in services for alias in item["clientAlias"]]
    assert aliases == [{"dnsName": "db", "port": 5432}, {"dnsName": "database", "port": 5432}]
    assert len({item["discoveryName"] for item in services}) == 2


@pytest.mark.parametrize("platform", ["ecs-ec2", "ecs-fargate"])
def test_no_secret_value_stands_in_a_task_definition(shop: Application, platform: str) -> None:
    password = (SHOP / "secrets" / "db_password.txt").read_text().strip()
    built = deployed(shop, platform=platform)
    for resource in built.recorder.of("aws:ecs/taskDefinition:TaskDefinition"):
        assert password not in resource.inputs["containerDefinitions"]


def test_the_order_is_that_of_depends_on(shop: Application) -> None:
    built = deployed(shop, platform="ecs-fargate")

    def awaited(type_token: str, name: str) -> set[str]:
        options = built.options[type_token, name]
        return {f"{type(item).__name__} {item._name}" for item in options.depends_on or []}

    assert "Rollout shop-test-db" in awaited("berth:components:Job", "shop-test-migrate")
    api = awaited("berth:components:Service", "shop-test-api")
    assert {"Rollout shop-test-db", "RunOnce shop-test-migrate"} <= api
    web = awaited("berth:components:Service", "shop-test-web")
    assert "Rollout shop-test-api" in web
    assert "_EcsService shop-test-worker" in web  # service_started: it does not wait for its health
    assert "Rollout shop-test-worker" not in web


def nightly(shop: Application, **fields: Any) -> Application:
    """The sample with its worker as a service that runs at night."""
    worker = shop.services["worker"].model_copy(
        update={"extension": ServiceExtension.model_validate({"schedule": "cron(0 3 * * ? *)"}), **fields}
    )
    web = shop.services["web"].model_copy(update={"depends_on": {}})
    return shop.model_copy(update={"services": {**shop.services, "worker": worker, "web": web}})


@pytest.mark.parametrize("platform", ["ecs-ec2", "ecs-fargate"])
def test_a_service_with_a_schedule_is_no_ecs_service(shop: Application, platform: str) -> None:
    built = deployed(nightly(shop), platform=platform)
    assert "shop-test-worker" not in built.names("aws:ecs/service:Service")
    schedule = built.inputs("aws:scheduler/schedule:Schedule", "shop-test-worker")
    assert schedule["scheduleExpression"] == "cron(0 3 * * ? *)"
    assert schedule["groupName"] == "shop-test"
    task = schedule["target"]["ecsParameters"]
    assert task["taskDefinitionArn"].endswith(":shop-test-worker")
    assert ("networkConfiguration" in task) == (platform == "ecs-fargate")
    assert set(built.values["log_groups"]) == SERVICES
    assert "keeper" not in str(containers(built, "worker"))
    awaited = built.options["berth:components:Schedule", "shop-test-worker"].depends_on or []
    assert "RunOnce shop-test-migrate" in {f"{type(item).__name__} {item._name}" for item in awaited}


@pytest.mark.parametrize("platform", ["ecs-ec2", "ecs-fargate"])
def test_a_stack_without_schedules_has_nothing_of_them(shop: Application, platform: str) -> None:
    assert not [name for name in deployed(shop, platform=platform).types() if "chedule" in name]


WATCHING = {
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    "aws:cloudwatch/dashboard:Dashboard",
    "aws:cloudwatch/eventRule:EventRule",
    "aws:sns/topic:Topic",
    "aws:kms/key:Key",
    "aws:budgets/budget:Budget",
}


@pytest.mark.parametrize("platform", ["ecs-ec2", "ecs-fargate"])
def test_nothing_is_watched_that_was_not_asked_for(shop: Application, platform: str) -> None:
    built = deployed(shop, platform=platform)
    assert not built.types() & WATCHING
    assert set(built.values) == {"urls", "log_groups", "tasks"}


def test_what_runs_is_watched_and_told_to_the_addresses(shop: Application) -> None:
    built = deployed(
        shop,
        platform="ecs-fargate",
        alarms=True,
        alarm_emails=["ops@example.com"],
        dashboard=True,
        monthly_budget=50,
        budget_tag="stack",
        tags={"stack": "shop-test"},
        alarm_thresholds={"errors": 3},
        container_insights="enhanced",
    )
    assert built.types() >= WATCHING
    alarms = set(built.names("aws:cloudwatch/metricAlarm:MetricAlarm"))
    each = {f"shop-test-{name}-{kind}" for name in SERVICES - {"migrate"} for kind in ("tasks", "cpu", "memory")}
    shared = {"shop-test-errors", "shop-test-io-volumes"}
    assert alarms == each | shared | {"shop-test-web-errors", "shop-test-web-unhealthy"}
    web = built.inputs("aws:cloudwatch/metricAlarm:MetricAlarm", "shop-test-web-errors")
    assert (web["threshold"], len(web["alarmActions"])) == (3, 1)
    assert built.inputs("aws:sns/topicSubscription:TopicSubscription")["endpoint"] == "ops@example.com"
    (notice, _) = built.inputs("aws:budgets/budget:Budget")["notifications"]
    assert notice["subscriberEmailAddresses"] == ["ops@example.com"]
    widgets = json.loads(built.inputs("aws:cloudwatch/dashboard:Dashboard")["dashboardBody"])["widgets"]
    assert len(widgets[0]["properties"]["alarms"]) == len(alarms)
    assert web["alarmActions"] == [built.values["alarmTopic"]]
    assert built.values["dashboard"].endswith("/berth-shop-test")
    assert built.inputs("aws:ecs/cluster:Cluster")["settings"][0]["value"] == "enhanced"


def test_an_existing_topic_is_used_and_no_other_made(shop: Application) -> None:
    topic = "arn:aws:sns:us-east-1:123456789012:ops"
    built = deployed(shop, platform="ecs-ec2", alarms=True, alarm_topic_arn=topic, monthly_budget=5)
    assert not built.types() & {"aws:sns/topic:Topic", "aws:kms/key:Key"}
    (notice, _) = built.inputs("aws:budgets/budget:Budget")["notifications"]
    assert notice["subscriberSnsTopicArns"] == [topic]
    for alarm in built.recorder.of("aws:cloudwatch/metricAlarm:MetricAlarm"):
        assert alarm.inputs["alarmActions"] == [topic]
    names = set(built.names("aws:cloudwatch/metricAlarm:MetricAlarm"))
    assert {"shop-test-cpu", "shop-test-memory"} < names  # of the instances: services have no size there
    assert not {name for name in names if name.endswith(("web-cpu", "web-errors"))}


@pytest.mark.parametrize("platform", ["ecs-ec2", "ecs-fargate"])
def test_the_outputs_tell_what_a_task_beside_a_service_is_started_with(shop: Application, platform: str) -> None:
    tasks = deployed(shop, platform=platform).values["tasks"]
    assert set(tasks) == {"cluster", "configuration", "services"}
    assert set(tasks["services"]) == SERVICES
    assert tasks["services"]["migrate"]["taskDefinition"].endswith(":shop-test-migrate")
    assert tasks["configuration"]["serviceConnectConfiguration"]["enabled"] is True
    if platform == "ecs-ec2":
        assert "networkConfiguration" not in tasks["configuration"]
        assert set(tasks["services"]["web"]) == {"taskDefinition"}
    else:
        network = tasks["configuration"]["networkConfiguration"]["awsvpcConfiguration"]
        assert (len(network["subnets"]), network["assignPublicIp"]) == (2, "DISABLED")
        groups = tasks["services"]["web"]["securityGroups"]
        assert groups == ["shop-test-network-front-id"]  # without the load balancer's: nobody sends it requests
