"""A stack on ecs-fargate: real CLI, real provider, real containers; the control plane is the emulator's.

It has both load balancers and interface endpoints; that packets go through these is for AWS alone to show.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.engine.conftest import Stack
from tests.engine.lifecycle import live

TASK, DEPLOYMENT = "ECS Task State Change", "ECS Deployment State Change"
EVENT = {
    "id": "1",
    "source": "aws.ecs",
    "account": "123456789012",
    "time": "2026-11-25T12:00:00Z",
    "region": "us-east-1",
}

pytestmark = pytest.mark.engine

MANAGED = """
name: managed
services:
  app:
    image: ${BUSYBOX_IMAGE:-busybox:1.37}
    command: [sleep, 1d]
    secrets: [password]
    depends_on: {db: {condition: service_healthy}, cache: {condition: service_started}}
  db:
    image: postgres:16-alpine
    command: postgres -c max_connections=50
    environment: {POSTGRES_USER: shop, POSTGRES_PASSWORD_FILE: /run/secrets/password}
    secrets: [password]
    volumes: ["data:/var/lib/postgresql/data"]
    networks: {default: {aliases: [database]}}
    x-berth: {managed: rds}
  cache:
    image: redis:7-alpine
    command: redis-server --maxmemory-policy allkeys-lru
    x-berth: {managed: elasticache}
volumes: {data: {}}
secrets: {password: {file: ./key.txt}}
"""


def test_the_provider_takes_a_database_and_a_cache_as_they_are_planned(stack: Callable[..., Stack]) -> None:
    """A preview: the provider checks every argument. Creating a database takes it minutes, on the emulator too."""
    made = stack(platform="ecs-fargate", text=MANAGED, cacheReplicas=1, databaseInsights=True)
    (made.directory / "key.txt").write_text("twelve_bytes")  # RDS takes no blank
    changes = made.workspace.changes()
    assert set(changes.values()) == {"create"}
    assert {
        "Instance managed-test-db",
        "ParameterGroup managed-test-db-postgres16",
        "ReplicationGroup managed-test-cache",
        "ParameterGroup managed-test-cache-redis7",
        "Zone managed-test",
        "VpcDhcpOptionsAssociation managed-test",
        "Record managed-test-db-db",
        "Record managed-test-db-database",
        "Record managed-test-cache-cache",
    } <= set(changes)
    assert "FileSystem managed-test" not in changes
    assert [name for name in changes if name.startswith("Rollout")] == ["Rollout managed-test-app"]


def test_a_stack_from_up_to_destroy(stack: Callable[..., Stack]) -> None:
    live(
        stack(platform="ecs-fargate", endpoints="interface", alarms=True, dashboard=True, containerInsights="enhanced"),
        with_replicas={"MetricAlarm small-test-api-tasks": "update"},
        watch=all_of_it,
    )


def all_of_it(stack: Stack) -> None:
    heard(stack)
    everything_is_asked_for(stack)


def heard(stack: Stack) -> None:
    """An alarm is published to the topic, and the rules take the events that AWS documents, of this cluster alone."""
    client = stack.aws.client
    (alarm,) = client("cloudwatch").describe_alarms(AlarmNamePrefix="small-test-web-errors")["MetricAlarms"]
    assert alarm["AlarmActions"] == [stack.workspace.outputs()["alarmTopic"]]
    (cluster,) = client("ecs").list_clusters()["clusterArns"]
    rules = {rule["Description"]: rule["EventPattern"] for rule in client("events").list_rules()["Rules"]}
    stopped = {"clusterArn": cluster, "group": "service:web", "lastStatus": "STOPPED"}
    failed = cluster.replace(":cluster/", ":service/") + "/web"
    for rule, kind, resource, detail, matches in (
        ("Tasks that ended by themselves", TASK, "", {**stopped, "stopCode": "EssentialContainerExited"}, True),
        ("Tasks that ended by themselves", TASK, "", {**stopped, "stopCode": "ServiceSchedulerInitiated"}, False),
        ("Deployments that failed", DEPLOYMENT, failed, {"eventName": "SERVICE_DEPLOYMENT_FAILED"}, True),
        ("Deployments that failed", DEPLOYMENT, "arn:other", {"eventName": "SERVICE_DEPLOYMENT_FAILED"}, False),
    ):
        event = {**EVENT, "detail-type": kind, "resources": [resource], "detail": detail}
        found = client("events").test_event_pattern(EventPattern=rules[rule], Event=json.dumps(event))
        assert found["Result"] is matches, detail


def everything_is_asked_for(stack: Stack) -> None:
    """What the emulator, which opens none of it, knows of."""
    client, urls = stack.aws.client, stack.workspace.outputs()["urls"]
    balancers = {item["Type"]: item for item in client("elbv2").describe_load_balancers()["LoadBalancers"]}
    assert set(balancers) == {"application", "network"}
    assert urls["api"] == f"tcp://{balancers['network']['DNSName']}:9000"
    arn = balancers["network"]["LoadBalancerArn"]
    (listener,) = client("elbv2").describe_listeners(LoadBalancerArn=arn)["Listeners"]
    assert (listener["Protocol"], listener["Port"]) == ("TCP", 9000)
    target = listener["DefaultActions"][0]["TargetGroupArn"]
    assert client("elbv2").describe_target_health(TargetGroupArn=target)["TargetHealthDescriptions"]
    endpoints = client("ec2").describe_vpc_endpoints()["VpcEndpoints"]
    services = {item["ServiceName"].removeprefix("com.amazonaws.us-east-1.") for item in endpoints}
    assert services == {"s3", "ecr.api", "ecr.dkr", "logs", "secretsmanager"}
