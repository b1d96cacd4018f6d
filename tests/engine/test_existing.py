"""A stack in a VPC, on a cluster and behind a listener that others made: it uses them and leaves them as they were."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from berth.answer import Address, ask
from berth.emulator.process import Emulator
from berth.rehearsal.leftovers import resources
from tests.engine.conftest import Stack

pytestmark = pytest.mark.engine

ONE = """
name: small
services:
  web:
    image: ${BUSYBOX_IMAGE:-busybox:1.37}
    command: [sh, -c, "mkdir /www && echo shared > /www/index.html && exec httpd -f -p 9000 -h /www"]
    expose: ["9000"]
    x-berth: {ingress: [{host: shop.example.com}, {host: shop.example.com, path: /more, priority: 7}]}
"""


def made_by_others(client: Callable[[str], Any]) -> dict[str, Any]:
    ec2, balancers = client("ec2"), client("elbv2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{index}.0/24", AvailabilityZone=f"us-east-1{zone}")["Subnet"]
        for index, zone in enumerate("abab")
    ]
    ids = [subnet["SubnetId"] for subnet in subnets]
    group = ec2.create_security_group(GroupName="shared", Description="Shared", VpcId=vpc)["GroupId"]
    balancer = balancers.create_load_balancer(Name="shared", Subnets=ids[:2], SecurityGroups=[group])
    arn = balancer["LoadBalancers"][0]["LoadBalancerArn"]
    answer = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404", "ContentType": "text/plain"}}
    listener = balancers.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=[answer])
    return {
        "vpcId": vpc,
        "vpcCidr": "10.9.0.0/16",
        "publicSubnetIds": ids[:2],
        "privateSubnetIds": ids[2:],
        "listenerArn": listener["Listeners"][0]["ListenerArn"],
        "clusterArn": client("ecs").create_cluster(clusterName="shared")["cluster"]["clusterArn"],
    }


def test_what_others_made_is_used_and_left_as_it_was(stack: Callable[..., Stack], aws: Emulator) -> None:
    settings = made_by_others(aws.client)
    rules = {"ListenerArn": settings["listenerArn"]}
    before = resources(aws.client)
    made = stack(text=ONE, platform="ecs-fargate", **settings)
    made.workspace.up()
    assert made.workspace.outputs()["urls"] == {"web": "http://shop.example.com/"}
    (balancer,) = aws.client("elbv2").describe_load_balancers()["LoadBalancers"]
    answer = ask(Address(url=aws.endpoint, host=balancer["DNSName"]), 5)
    assert answer.text == "answers 404", "the rule is for its own host"
    assert made.workspace.changes() == {}
    priorities = [rule["Priority"] for rule in aws.client("elbv2").describe_rules(**rules)["Rules"]]
    assert "7" in priorities
    assert len(priorities) == 3
    (cluster,) = aws.client("ecs").list_clusters()["clusterArns"]
    assert cluster == settings["clusterArn"]
    assert len(aws.client("ecs").list_services(cluster=cluster)["serviceArns"]) == 1
    made.workspace.run("destroy", "--yes", "--skip-preview")
    assert resources(aws.client) == before
    assert [rule["IsDefault"] for rule in aws.client("elbv2").describe_rules(**rules)["Rules"]] == [True]
