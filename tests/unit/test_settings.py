"""Stack settings: what is accepted, what is refused and in which words."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from diagnostics import SettingsError
from settings import Settings, parse_settings, setting_names

ROOT = Path(__file__).resolve().parents[2]


def declared() -> dict[str, dict[str, object]]:
    return yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["config"]


def test_every_setting_is_declared_in_the_project_file_and_no_other() -> None:
    assert sorted(declared()) == sorted(setting_names())


@pytest.mark.parametrize("name", sorted(setting_names()))
def test_a_declared_setting_has_a_description_and_the_default_of_the_type(name: str) -> None:
    setting = declared()[name]
    default = Settings().model_dump(by_alias=True)[name]
    assert setting["description"]
    if default is None:
        assert setting["default"] == "", "an empty string stands for a setting that is not set"
    elif isinstance(default, tuple):
        assert setting["default"] == list(default)
    else:
        assert setting["default"] == default


@pytest.mark.parametrize("stack", ["local", "dev", "prod"])
def test_the_environments_that_come_with_berth_are_valid(stack: str) -> None:
    config = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"]
    settings = parse_settings({key.removeprefix("berth:"): value for key, value in config.items()}, stack=stack)
    assert settings.platform == {"local": "compose", "dev": "ecs-ec2", "prod": "ecs-fargate"}[stack]


def test_an_unknown_setting_is_named_with_its_likely_spelling_and_all_that_is_allowed() -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings({"instanceTyp": "t3.small"}, stack="dev")
    text = str(caught.value)
    assert "Pulumi.dev.yaml: berth:instanceTyp: no such setting" in text
    assert "Did you mean 'instanceType'?" in text
    assert all(name in text for name in setting_names())


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"zones": "many"}, "berth:zones"),
        ({"platform": "kubernetes"}, "berth:platform"),
        ({"fargateSpot": 101}, "berth:fargateSpot"),
        ({"diskSize": 8}, "berth:diskSize"),
        ({"domain": "shop.example.com"}, "berth:domain"),
        ({"vpcId": "vpc-1"}, "berth:vpcId"),
        ({"publicSubnetIds": ["subnet-1"]}, "berth:publicSubnetIds"),
        ({"platform": "ecs-fargate", "zones": 1}, "berth:zones"),
        ({"platform": "ecs-fargate", "ingress": "instance"}, "berth:ingress"),
        ({"platform": "ecs-ec2", "ingress": "alb", "zones": 1}, "berth:zones"),
    ],
)
def test_a_malformed_setting_is_named(values: dict[str, object], key: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings(values, stack="prod")
    (finding,) = caught.value.diagnostics
    assert finding.key == key
    assert finding.file == "Pulumi.prod.yaml"
    assert finding.message


def test_all_findings_come_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings({"zones": "many", "nats": "none", "diskSize": 1}, stack="dev")
    assert {finding.key for finding in caught.value.diagnostics} == {"berth:zones", "berth:nats", "berth:diskSize"}


def test_a_malformed_secret_does_not_show_its_value() -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings({"secrets": {"password": ["hunter2"]}}, stack="dev")
    assert "hunter2" not in str(caught.value)
    assert "hunter2" not in repr(parse_settings({"secrets": {"password": "hunter2"}}, stack="dev"))


def test_the_load_balancer_is_the_default_on_fargate_only() -> None:
    assert Settings(platform="ecs-fargate").load_balanced
    assert not Settings(platform="ecs-ec2").load_balanced
    assert Settings(platform="ecs-ec2", ingress="alb").load_balanced


LISTENER = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/shared/1/2"
ACL = "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/shop/1"
CLUSTER = "arn:aws:ecs:us-east-1:123456789012:cluster/shared"
VPC = {"vpcId": "vpc-1", "publicSubnetIds": ["subnet-1"], "privateSubnetIds": ["subnet-2"]}


@pytest.mark.parametrize(
    ("values", "key", "words"),
    [
        ({"listenerArn": LISTENER}, "listenerArn", "needs vpcId"),
        ({**VPC, "listenerArn": LISTENER.replace("/app/", "/net/")}, "listenerArn", "an Application Load Balancer"),
        ({**VPC, "listenerArn": LISTENER, "region": "eu-west-1"}, "listenerArn", "is in us-east-1"),
        ({**VPC, "listenerArn": LISTENER, "certificateArn": "arn:c"}, "certificateArn", "its own certificates"),
        ({**VPC, "listenerArn": LISTENER, "webAclArn": ACL}, "webAclArn", "not the stack's"),
        ({**VPC, "listenerArn": LISTENER, "platform": "ecs-ec2"}, "listenerArn", "needs ingress: alb"),
        ({"webAclArn": ACL.replace(":regional/", ":global/")}, "webAclArn", "CloudFront's"),
        ({"webAclArn": ACL, "platform": "ecs-ec2"}, "webAclArn", "set ingress to alb"),
        ({"clusterArn": "shared"}, "clusterArn", "cluster/NAME"),
        ({"clusterArn": CLUSTER, "platform": "ecs-ec2"}, "clusterArn", "for ecs-fargate"),
        ({"extraEndpoints": ["sqs"]}, "extraEndpoints", "endpoints: interface"),
        ({"extraEndpoints": ["s3"], "endpoints": "interface"}, "extraEndpoints", "gateway"),
        ({"extraEndpoints": ["com.amazonaws.a.sqs"], "endpoints": "interface"}, "extraEndpoints", "the service alone"),
        ({**VPC, "extraEndpoints": ["sqs"], "endpoints": "interface"}, "extraEndpoints", "an existing VPC"),
    ],
)
def test_what_exists_already_fits_the_stack(values: dict[str, object], key: str, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings({"platform": "ecs-fargate", **values}, stack="prod")
    (finding,) = caught.value.diagnostics
    assert finding.key == f"berth:{key}"
    assert words in finding.message


def test_what_exists_already_can_be_named_together() -> None:
    given = {**VPC, "platform": "ecs-fargate", "listenerArn": LISTENER, "clusterArn": CLUSTER, "domain": "example.com"}
    assert parse_settings(given, stack="prod").listener_arn == LISTENER
