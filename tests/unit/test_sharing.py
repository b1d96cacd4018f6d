"""Settings of stacks that use another one's network, cluster and load balancer."""

from __future__ import annotations

from typing import Any

import pytest

from berth.diagnostics import SettingsError
from berth.settings import Settings, Shared, attach_settings, parse_settings

LISTENER = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/dev/1/2"
DEV = Shared(
    stack="organization/berth/dev",
    platform="ecs-ec2",
    region="eu-west-1",
    cpu_architecture="arm64",
    vpc_id="vpc-1",
    vpc_cidr="10.1.0.0/16",
    public_subnet_ids=("s-1", "s-2"),
    cluster_arn="arn:aws:ecs:eu-west-1:123456789012:cluster/dev",
    instance_type="t4g.micro",
    instance_maximum=3,
    instances_group_id="sg-1",
    load_balancer_arn="arn:lb",
    load_balancer_group_id="sg-2",
    listener_arn=LISTENER,
    domain="dev.example.com",
    hosted_zone_id="Z1",
)


def parsed(**values: object) -> Settings:
    return parse_settings({"platform": "ecs-ec2", "sharedStack": "dev", **values}, stack="pr-1")


def attached(shared: Shared = DEV, *, stack: str = "pr-1", **values: object) -> Settings:
    return attach_settings(parsed(**values), shared, stack=stack)


@pytest.mark.parametrize(
    ("values", "key", "words"),
    [
        ({"platform": "compose"}, "sharedStack", "Docker Compose"),
        ({"sharedStack": "a/b"}, "sharedStack", "pattern"),
        ({"vpcId": "vpc-1", "publicSubnetIds": ["s"]}, "vpcId", "dev's to set"),
        ({"instanceType": "t3.small"}, "instanceType", "dev's to set"),
        ({"instanceMaximum": 2}, "instanceMaximum", "dev's to set"),
        ({"sharedStack": "acme/platform/prod", "natGateways": "zone"}, "natGateways", "prod's to set"),
        ({"certificateArn": "arn:c"}, "certificateArn", "dev's to set"),
        ({"share": True}, "share", "dev's to set"),
        ({"ingress": "instance"}, "ingress", "use alb"),
        ({"volumeStorage": "instance"}, "volumeStorage", "use efs"),
        ({"domain": "a.com", "subdomain": "pr-1"}, "subdomain", "leave one of the two out"),
        ({"domain": "a.com", "listenerPort": 20001}, "listenerPort", "leave one of the two out"),
        ({"subdomain": "PR 1"}, "subdomain", "pattern"),
        ({"sharedStack": "", "subdomain": "pr-1"}, "subdomain", "needs sharedStack"),
        ({"sharedStack": "", "listenerPort": 20001}, "listenerPort", "needs sharedStack"),
        ({"sharedStack": "", "share": True}, "share", "needs ingress: alb"),
    ],
)
def test_what_is_the_shared_stack_s_is_not_set_here(values: dict[str, Any], key: str, words: str) -> None:
    given = {"platform": "ecs-ec2", "sharedStack": "dev", **values}
    with pytest.raises(SettingsError) as caught:
        parse_settings({name: value for name, value in given.items() if value != ""}, stack="pr-1")
    (finding,) = caught.value.diagnostics
    assert finding.key == f"berth:{key}"
    assert words in finding.message


def test_a_default_that_is_written_out_is_no_contradiction() -> None:
    given = {"zones": 2, "instanceType": "t4g.micro", "cpuArchitecture": "arm64", "ingress": "alb", "vpcId": None}
    assert parsed(**given).shared_stack == "dev"


def test_all_that_is_shared_is_as_if_it_had_been_named() -> None:
    settings = attached(subdomain="pr-1")
    assert (settings.region, settings.cpu_architecture, settings.vpc_cidr) == ("eu-west-1", "arm64", "10.1.0.0/16")
    assert (settings.vpc_id, settings.cluster_arn, settings.listener_arn) == ("vpc-1", DEV.cluster_arn, LISTENER)
    assert (settings.instance_type, settings.most_instances) == ("t4g.micro", 3)
    assert settings.load_balanced
    assert (settings.domain, settings.hosted_zone_id) == ("pr-1.dev.example.com", "Z1")


def test_the_domain_is_the_stack_s_name_below_the_shared_one_unless_it_has_its_own() -> None:
    assert attached(stack="My_Shop").domain == "my-shop.dev.example.com"
    own = attached(domain="shop.example.org")
    assert (own.domain, own.hosted_zone_id) == ("shop.example.org", None), "another zone has its records"
    assert attached(DEV.model_copy(update={"domain": None, "hosted_zone_id": None})).domain is None


def test_a_port_of_its_own_takes_no_listener_of_others() -> None:
    settings = attached(DEV.model_copy(update={"domain": None}), listenerPort=20001)
    assert (settings.listener_arn, settings.domain) == (None, None)


@pytest.mark.parametrize(
    ("shared", "values", "key", "words"),
    [
        ({}, {"region": "us-west-2"}, "region", "dev has eu-west-1"),
        ({"cpu_architecture": "x86_64"}, {"cpuArchitecture": "arm64"}, "cpuArchitecture", "dev has x86_64"),
        ({"platform": "ecs-fargate"}, {}, "platform", "has no instances"),
        ({}, {"listenerPort": 20001}, "listenerPort", "dev.example.com"),
    ],
)
def test_two_stacks_that_do_not_fit(shared: dict[str, Any], values: dict[str, Any], key: str, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        attached(DEV.model_copy(update=shared), **values)
    (finding,) = caught.value.diagnostics
    assert (finding.file, finding.key) == ("Pulumi.pr-1.yaml", f"berth:{key}")
    assert words in finding.message


def test_fargate_tasks_run_beside_another_stack_s_instances() -> None:
    settings = attached(platform="ecs-fargate")
    assert (settings.cluster_arn, settings.private_subnet_ids) == (DEV.cluster_arn, ())


def test_a_later_version_may_share_more() -> None:
    assert Shared.model_validate({**DEV.model_dump(by_alias=True), "fromTheFuture": 1}) == DEV


def test_without_a_way_to_the_internet_is_known_of_a_network_that_berth_made() -> None:
    closed = DEV.model_copy(update={"platform": "ecs-fargate", "nat_gateways": "none", "endpoints": "interface"})
    assert attached(closed, platform="ecs-fargate").without_internet
    assert not attached(platform="ecs-fargate").without_internet
