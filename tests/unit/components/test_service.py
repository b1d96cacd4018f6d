"""The ECS service and the job: what ECS is asked for."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from berth.components.aws_access import AwsAccess
from berth.components.cluster import CapacityShare
from berth.components.job import Job, JobArgs
from berth.components.service import (
    DeploymentAlarms,
    Endpoint,
    Placement,
    PlacementConstraint,
    Service,
    ServiceArgs,
    ServiceConnect,
    Target,
    discovery_name,
)
from tests.unit.components.build import Built, build

SERVICE = "aws:ecs/service:Service"
ROLLOUT = "pulumi-python:dynamic/berth:Rollout"
RUN = "pulumi-python:dynamic/berth:RunOnce"
ACCESS = AwsAccess(region="eu-west-1")
PLACEMENT = Placement(subnet_ids=["subnet-1"], security_group_ids=["sg-1"])


def share(name: str = "FARGATE", weight: int = 100, base: int = 0) -> CapacityShare:
    return CapacityShare(capacity_provider=pulumi.Output.from_input(name), weight=weight, base=base)


def service(**args: Any) -> Built:
    def make(opts: pulumi.ResourceOptions) -> dict[str, Any]:
        given = {
            "access": ACCESS,
            "cluster_arn": "arn:cluster",
            "task_definition_arn": "arn:td:1",
            "capacity": [share()],
            **args,
        }
        made = Service("web", ServiceArgs(**given), opts)
        return {"arn": made.arn, "name": made.name}

    return build(make)


def job(**args: Any) -> Built:
    def make(opts: pulumi.ResourceOptions) -> dict[str, Any]:
        given = {
            "access": ACCESS,
            "cluster_arn": "arn:cluster",
            "task_definition_arn": "arn:td:1",
            "container": "migrate",
            "capacity": [share("spot", 1, 2)],
            **args,
        }
        Job("migrate", JobArgs(**given), opts)
        return {}

    return build(make)


def test_a_service_in_bridge_mode_with_its_defaults() -> None:
    inputs = service().inputs(SERVICE, "web")
    assert inputs["capacityProviderStrategies"] == [{"capacityProvider": "FARGATE", "weight": 100, "base": 0}]
    assert inputs["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
    assert inputs["enableEcsManagedTags"] is True
    assert inputs["propagateTags"] == "SERVICE"
    assert inputs["waitForSteadyState"] is False
    assert not inputs.keys() & {"networkConfiguration", "serviceConnectConfiguration", "launchType"}
    assert "healthCheckGracePeriodSeconds" not in inputs  # AWS refuses it without a load balancer


def test_the_rollout_waits_for_this_service_and_definition() -> None:
    built = service(desired_count=3, timeout=120)
    inputs = built.inputs(ROLLOUT, "web")
    assert inputs["access"] == {"region": "eu-west-1"}
    assert (inputs["cluster"], inputs["service"], inputs["task_definition"]) == ("arn:cluster", "web", "arn:td:1")
    assert (inputs["desired_count"], inputs["timeout"]) == (3, 120)
    waits = built.options[ROLLOUT, "web"].depends_on
    assert [type(resource).__name__ for resource in waits] == ["_EcsService"]


def test_placement_and_targets() -> None:
    target = Target(target_group_arn="arn:tg", container_name="web", container_port=8000)
    inputs = service(placement=PLACEMENT, targets=[target], health_check_grace_period=90).inputs(SERVICE, "web")
    assert inputs["networkConfiguration"] == {
        "subnets": ["subnet-1"],
        "securityGroups": ["sg-1"],
        "assignPublicIp": False,
    }
    assert inputs["loadBalancers"] == [
        {"targetGroupArn": "arn:tg", "containerName": "web", "containerPort": 8000},
    ]
    assert inputs["healthCheckGracePeriodSeconds"] == 90


def test_without_a_circuit_breaker_nothing_is_rolled_back() -> None:
    assert service(circuit_breaker=False).inputs(SERVICE)["deploymentCircuitBreaker"] == {
        "enable": False,
        "rollback": False,
    }


def test_a_scaled_service_leaves_its_count_to_scaling() -> None:
    built = service(desired_count=2, scaled=True)
    assert built.inputs(SERVICE)["desiredCount"] == 2
    assert built.options[SERVICE, "web"].ignore_changes == ["desiredCount"]
    assert "desired_count" not in built.inputs(ROLLOUT)
    assert not service().options[SERVICE, "web"].ignore_changes


def test_alarms_fail_a_deployment_and_other_shares_replace_no_service() -> None:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentAlarms.html"""
    inputs = service(alarms=DeploymentAlarms(names=["errors"], rollback=False), mixed_capacity=True).inputs(SERVICE)
    assert inputs["alarms"] == {"alarmNames": ["errors"], "enable": True, "rollback": False}
    assert inputs["forceNewDeployment"] is True


def test_each_name_of_a_port_is_an_entry_with_one_alias() -> None:
    endpoint = Endpoint(port_name="db-5432", dns_names=["db", "data.base"], port=5432)
    connect = ServiceConnect(namespace_arn="arn:ns", endpoints=[endpoint])
    assert service(service_connect=connect).inputs(SERVICE)["serviceConnectConfiguration"] == {
        "enabled": True,
        "namespace": "arn:ns",
        "services": [
            {
                "portName": "db-5432",
                "discoveryName": "db-5432",
                "clientAlias": [{"dnsName": "db", "port": 5432}],
            },
            {
                "portName": "db-5432",
                "discoveryName": "data-base-5432",
                "clientAlias": [{"dnsName": "data.base", "port": 5432}],
            },
        ],
    }


@pytest.mark.parametrize(
    ("name", "expected"), [("Web.App", "web-app-80"), ("_x", "_x-80"), ("-x", "x-80"), ("a" * 70, "a" * 58 + "-80")]
)
def test_discovery_names_are_what_cloud_map_takes(name: str, expected: str) -> None:
    assert discovery_name(name, 80) == expected


def test_a_job_asks_for_a_service_in_the_words_of_its_api() -> None:
    built = job(placement=PLACEMENT, service_connect=ServiceConnect(namespace_arn="arn:ns"), tags={"team": "a"})
    inputs = built.inputs(RUN, "migrate")
    assert (inputs["service_prefix"], inputs["container"], inputs["task_definition"]) == (
        "migrate",
        "migrate",
        "arn:td:1",
    )
    assert inputs["configuration"] == {
        "capacityProviderStrategy": [{"capacityProvider": "spot", "weight": 1, "base": 2}],
        "enableECSManagedTags": True,
        "propagateTags": "SERVICE",
        "tags": [{"key": "team", "value": "a"}],
        "networkConfiguration": {
            "awsvpcConfiguration": {
                "subnets": ["subnet-1"],
                "securityGroups": ["sg-1"],
                "assignPublicIp": "DISABLED",
            }
        },
        "serviceConnectConfiguration": {"enabled": True, "namespace": "arn:ns"},
    }


def test_a_job_in_bridge_mode_has_no_network_of_its_own() -> None:
    assert not job().inputs(RUN)["configuration"].keys() & {"networkConfiguration", "serviceConnectConfiguration"}


def test_placement_constraints_of_a_service_and_of_a_job() -> None:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PlacementConstraint.html"""
    constraints = [
        PlacementConstraint(type="memberOf", expression="attribute:disk == ssd"),
        PlacementConstraint(type="distinctInstance"),
    ]
    expected = [{"type": "memberOf", "expression": "attribute:disk == ssd"}, {"type": "distinctInstance"}]
    assert service(placement_constraints=constraints).inputs(SERVICE, "web")["placementConstraints"] == expected
    run = job(placement_constraints=constraints).inputs(RUN, "migrate")
    assert run["configuration"]["placementConstraints"] == expected


def test_without_capacity_providers_the_launch_type_is_fargate() -> None:
    assert service(capacity=[]).inputs(SERVICE)["launchType"] == "FARGATE"
    assert "launchType" not in service().inputs(SERVICE)
    configuration = job(capacity=[]).inputs(RUN)["configuration"]
    assert configuration["launchType"] == "FARGATE"
    assert "capacityProviderStrategy" not in configuration
