"""A file with scaling and deployments, as the whole graph on both ECS platforms."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from berth.platforms.ecs.deploy import EcsApplication
from berth.settings import Settings
from tests.unit.components.build import Built, build
from tests.unit.compose.files import load
from tests.unit.hooks import accept_hooks
from tests.unit.recorder import Recorder

SERVICE, ROLLOUT = "aws:ecs/service:Service", "pulumi-python:dynamic/berth:Rollout"
RULE, GROUP = "aws:lb/listenerRule:ListenerRule", "aws:lb/targetGroup:TargetGroup"
TARGET, POLICY = "aws:appautoscaling/target:Target", "aws:appautoscaling/policy:Policy"
POLICY_OF_ROLE = "aws:iam/rolePolicy:RolePolicy"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
NEW = {TARGET, POLICY, ALARM, "aws:appautoscaling/scheduledAction:ScheduledAction"}

FILE = """
services:
  web:
    image: nginx
    ports: ["8080:80"]
    stop_grace_period: 45s
    x-berth:
      scaling: {min: 2, max: 6, cpu: 60, task_protection: true}
      deployment: {strategy: STRATEGY, alarms: [backend-errors], error_percent: 5}
  worker:
    image: nginx
    x-berth: {scaling: {max: 3, memory: 70, schedule: [{when: rate(1 day), min: 1}]}}
"""
PLAIN = "services: {web: {image: nginx, ports: ['8080:80']}}"


def deployed(directory: Path, text: str, **settings: Any) -> Built:
    recorder = Recorder(
        calls={
            "aws:index/getAvailabilityZones:getAvailabilityZones": {"names": ["eu-west-1a", "eu-west-1b"]},
            "aws:ssm/getParameter:getParameter": {"value": "ami-1"},
        },
        outputs={
            "aws:lb/loadBalancer:LoadBalancer": {"dnsName": "lb", "zoneId": "Z", "arnSuffix": "app/lb/1"},
            GROUP: {"arnSuffix": "targetgroup/web/2"},
            "aws:ec2/eip:Eip": {"publicIp": "192.0.2.1"},
        },
    )
    application = load(directory, text)

    def make(opts: Any) -> dict[str, Any]:
        accept_hooks()
        EcsApplication("shop-test", application, Settings(**settings), opts)
        return {}

    return build(make, recorder)


def actions(built: Built, service: str) -> list[str]:
    names = [
        name for name in built.names("aws:iam/rolePolicy:RolePolicy") if name == f"shop-test-{service}-task-policy"
    ]
    policies = [json.loads(built.inputs("aws:iam/rolePolicy:RolePolicy", name)["policy"]) for name in names]
    return [action for policy in policies for item in policy["Statement"] for action in item["Action"]]


def test_a_scaled_service_that_deploys_blue_green(tmp_path: Path) -> None:
    text = FILE.replace("STRATEGY", "blue_green")
    built = deployed(tmp_path, text, platform="ecs-fargate", deployment_alarms=("all",))
    web = built.inputs(SERVICE, "shop-test-web")
    assert web["desiredCount"] == 2
    assert built.options[SERVICE, "shop-test-web"].ignore_changes == ["desiredCount"]
    assert web["deploymentConfiguration"] == {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": "5"}
    (balancer,) = web["loadBalancers"]
    advanced = balancer["advancedConfiguration"]
    assert advanced["alternateTargetGroupArn"] != balancer["targetGroupArn"]
    assert web["alarms"]["alarmNames"] == ["all", "backend-errors", "shop-test-web-deployment-errors"]
    assert built.inputs(SERVICE, "shop-test-worker")["alarms"]["alarmNames"] == ["all"]
    assert {group.inputs["deregistrationDelay"] for group in built.recorder.of(GROUP)} == {45}
    assert built.names(TARGET) == ["shop-test-web", "shop-test-worker"]
    assert built.inputs(TARGET, "shop-test-web")["resourceId"] == "service/shop-test/shop-test-web"
    assert built.inputs(ROLLOUT, "shop-test-web")["blue_green"] is True
    waits = built.options["berth:components:Service", "shop-test-web"].depends_on
    assert "shop-test-web-traffic" in {item._name for item in waits}


def test_a_task_may_protect_itself_where_the_file_says_so(tmp_path: Path) -> None:
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection.html"""
    built = deployed(tmp_path, FILE.replace("STRATEGY", "rolling"), platform="ecs-fargate")
    assert actions(built, "web") == ["ecs:GetTaskProtection", "ecs:UpdateTaskProtection"]
    assert actions(built, "worker") == []


def test_on_instances_what_needs_a_load_balancer_is_left_out(tmp_path: Path) -> None:
    built = deployed(tmp_path, FILE.replace("STRATEGY", "blue_green"), platform="ecs-ec2")
    web = built.inputs(SERVICE, "shop-test-web")
    assert "deploymentConfiguration" not in web
    assert web["alarms"]["alarmNames"] == ["backend-errors"]
    assert not built.types() & {ALARM, RULE}
    assert built.names(TARGET) == ["shop-test-web", "shop-test-worker"]


@pytest.mark.parametrize("platform", ["ecs-ec2", "ecs-fargate"])
def test_a_file_without_any_of_it_has_nothing_of_it(tmp_path: Path, platform: str) -> None:
    built = deployed(tmp_path, PLAIN, platform=platform)
    assert not built.types() & NEW
    web = built.inputs(SERVICE, "shop-test-web")
    assert not web.keys() & {"alarms", "deploymentConfiguration", "forceNewDeployment"}
    assert not built.options[SERVICE, "shop-test-web"].ignore_changes
    assert "blue_green" not in built.inputs(ROLLOUT, "shop-test-web")
    assert not [name for name in built.names("aws:autoscaling/group:Group") if "spot" in name]


def test_one_setting_moves_tasks_image_and_instances_to_graviton(tmp_path: Path) -> None:
    built = deployed(tmp_path, PLAIN, platform="ecs-ec2", cpu_architecture="arm64")
    template = built.inputs("aws:ec2/launchTemplate:LaunchTemplate")
    assert template["instanceType"] == "t4g.micro"
    assert "/arm64/" in template["imageId"]
    task = built.inputs("aws:ecs/taskDefinition:TaskDefinition")
    assert task["runtimePlatform"]["cpuArchitecture"] == "ARM64"
    assert Settings(cpu_architecture="arm64").docker_platform == "linux/arm64"


def test_spot_instances_beside_growing_ones(tmp_path: Path) -> None:
    settings = {"instance_maximum": 4, "instance_spot": 60, "spot_instance_types": ("t3a.micro",), "ingress": "alb"}
    built = deployed(tmp_path, PLAIN, platform="ecs-ec2", **settings)
    strategy = built.inputs(SERVICE, "shop-test-web")["capacityProviderStrategies"]
    assert [(item["capacityProvider"], item["weight"], item["base"]) for item in strategy] == [
        ("capacity-shop-test", 40, 1),
        ("capacity-shop-test-spot", 60, 0),
    ]
    spot = built.inputs("aws:autoscaling/group:Group", "shop-test-spot")
    assert (spot["minSize"], spot["maxSize"]) == (0, 4)
    assert built.inputs(SERVICE, "shop-test-web")["forceNewDeployment"] is True
