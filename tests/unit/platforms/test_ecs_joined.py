"""Target groups that exist, which a service's tasks join."""

from __future__ import annotations

from typing import Any

import pytest

from berth.compose.extension import Ingress, ServiceExtension
from berth.diagnostics import SettingsError
from berth.platforms.ecs.joined import check_joined, joined_groups
from berth.platforms.ecs.priorities import ListenerRule, check_listener
from berth.settings import Settings, parse_settings
from tests.unit.applications import application, service

GROUP = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/old-web/0123456789abcdef"
LISTENER = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/old/1/2"
APP = application(service("web", expose=[8000, 9000]), service("silent"))
EXISTING: dict[str, Any] = {"platform": "ecs-fargate", "vpcId": "vpc-1", "publicSubnetIds": ["subnet-1"]}


def settings(groups: dict[str, list[str]], **more: Any) -> Settings:
    return parse_settings({**EXISTING, "targetGroups": groups, **more}, stack="prod")


@pytest.mark.parametrize(("key", "port"), [("web", 8000), ("web:9000", 9000)])
def test_a_group_is_joined_by_the_first_port_or_the_one_that_is_named(key: str, port: int) -> None:
    (group,) = joined_groups(APP, settings({key: [GROUP]}))
    assert (group.service, group.port, group.arn, group.name) == ("web", port, GROUP, "old-web")


@pytest.mark.parametrize(
    ("key", "part"),
    [
        ("wed", "Did you mean 'web'?"),
        ("web:80", "listens on no TCP port 80"),
        ("web:http", "listens on no TCP port http"),
        ("silent", "listens on no TCP port"),
    ],
)
def test_a_key_that_leads_nowhere_is_a_finding(key: str, part: str) -> None:
    (finding,) = check_joined(APP, settings({key: [GROUP]}), "prod")
    assert part in str(finding)
    assert f"berth:targetGroups.{key}" in str(finding)


def test_blue_green_has_no_place_for_one() -> None:
    extension = ServiceExtension(deployment={"strategy": "blue_green"})
    app = application(service("web", expose=[80], extension=extension))
    (finding,) = check_joined(app, settings({"web": [GROUP]}), "prod")
    assert "rolling" in finding.advice


@pytest.mark.parametrize(
    ("values", "part"),
    [
        ({"targetGroups": {"web": ["old-web"]}, **EXISTING}, "must be a target group's ARN"),
        ({"targetGroups": {"web": [GROUP]}, **EXISTING, "region": "eu-west-1"}, "is in us-east-1"),
        ({"targetGroups": {"web": [GROUP]}, "platform": "ecs-fargate"}, "needs vpcId"),
        ({"targetGroups": {"web": [GROUP]}, "platform": "ecs-ec2"}, "ecs-fargate"),
    ],
)
def test_what_the_settings_cannot_mean_is_refused(values: dict[str, Any], part: str) -> None:
    with pytest.raises(SettingsError, match=part):
        parse_settings(values, stack="prod")


def test_the_old_rule_of_a_joined_group_is_not_another_stacks() -> None:
    extension = ServiceExtension(ingress=(Ingress(host="shop.example.com"),))
    app = application(service("web", expose=[8000], extension=extension))
    rule = ListenerRule(
        priority=10, hosts=frozenset(["shop.example.com"]), paths=frozenset(["/*"]), groups=frozenset(["old-web"])
    )
    joined = settings({"web": [GROUP]}, listenerArn=LISTENER)
    alone = settings({}, listenerArn=LISTENER)
    assert list(check_listener(app, joined, [rule], "shop-prod")) == []
    (finding,) = check_listener(app, alone, [rule], "shop-prod")
    assert "another stack's rule" in finding.message
