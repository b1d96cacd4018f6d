"""A stack on ecs-fargate: real CLI, real provider, real containers; the control plane is the emulator's.

It has both load balancers and interface endpoints; that packets go through these is for AWS alone to show.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.engine.conftest import Stack
from tests.engine.lifecycle import live

pytestmark = pytest.mark.engine


def test_a_stack_from_up_to_destroy(stack: Callable[..., Stack]) -> None:
    live(stack(platform="ecs-fargate", endpoints="interface"), check=everything_is_asked_for)


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
