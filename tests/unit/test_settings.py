"""Stack settings: what is accepted, what is refused and in which words."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from berth.diagnostics import SettingsError
from berth.settings import Settings, parse_settings, setting_names

ROOT = Path(__file__).resolve().parents[2]
TOPIC = "arn:aws:sns:us-east-1:123456789012:ops"


def declared() -> dict[str, dict[str, object]]:
    return yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["config"]


def test_no_key_of_the_project_file_is_there_twice() -> None:
    """Pulumi's own reader refuses it, and Python's takes the last one."""

    def once(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[object, object]:
        keys = [loader.construct_object(key) for key, _ in node.value]
        assert len(keys) == len(set(keys)), f"line {node.start_mark.line + 1}: {keys}"
        return loader.construct_mapping(node, deep=True)

    reader = type("Reader", (yaml.SafeLoader,), {})
    reader.add_constructor("tag:yaml.org,2002:map", once)
    assert yaml.load((ROOT / "Pulumi.yaml").read_text(), reader)["name"] == "berth"


def test_every_setting_is_declared_in_the_project_file_and_no_other() -> None:
    assert sorted(declared()) == sorted(setting_names())


@pytest.mark.parametrize("name", sorted(setting_names()))
def test_a_declared_setting_has_a_description_and_the_default_of_the_type(name: str) -> None:
    setting = declared()[name]
    default = next(field.default for key, field in Settings.model_fields.items() if to_camel(key) == name)
    if isinstance(default, BaseModel):
        default = default.model_dump(by_alias=True)
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
        ({"flowLogs": True, "vpcId": "vpc-1", "publicSubnetIds": ["subnet-1"]}, "berth:flowLogs"),
        ({"platform": "ecs-fargate", "zones": 1}, "berth:zones"),
        ({"platform": "ecs-fargate", "ingress": "instance"}, "berth:ingress"),
        ({"platform": "ecs-ec2", "ingress": "alb", "zones": 1}, "berth:zones"),
        ({"volumeIdleDays": "45"}, "berth:volumeIdleDays"),
        ({"kmsKeyArn": "arn:aws:kms:eu-west-1:123456789012:alias/mine"}, "berth:kmsKeyArn"),
        ({"secretRotation": {"a": {"lambdaArn": "rotate"}}}, "berth:secretRotation.a.lambdaArn"),
        ({"databaseClass": "t4g.micro"}, "berth:databaseClass"),
        ({"databaseStorage": 5}, "berth:databaseStorage"),
        ({"cacheReplicas": 6}, "berth:cacheReplicas"),
        ({"containerInsights": "on"}, "berth:containerInsights"),
        ({"monthlyBudget": 5}, "berth:monthlyBudget"),
        ({"alarmEmails": ["a@example.com"]}, "berth:alarmEmails"),
        ({"alarmTopicArn": TOPIC}, "berth:alarmTopicArn"),
        ({"alarms": True, "alarmEmails": ["ops"]}, "berth:alarmEmails"),
        ({"alarms": True, "alarmTopicArn": "ops"}, "berth:alarmTopicArn"),
        ({"alarms": True, "alarmTopicArn": TOPIC, "alarmEmails": ["a@example.com"]}, "berth:alarmEmails"),
        ({"alarms": True, "alarmTopicArn": TOPIC, "region": "eu-west-1"}, "berth:alarmTopicArn"),
        ({"alarmThresholds": {"cpu": 0}}, "berth:alarmThresholds.cpu"),
        ({"alarmThresholds": {"disk": 5}}, "berth:alarmThresholds.disk"),
        ({"monthlyBudget": 5, "alarmEmails": [f"{n}@example.com" for n in range(11)]}, "berth:alarmEmails"),
        ({"budgetTag": "stack", "tags": {"stack": "a"}}, "berth:budgetTag"),
        ({"monthlyBudget": 5, "alarmEmails": ["a@example.com"], "budgetTag": "stack"}, "berth:budgetTag"),
        ({"instanceCount": 3, "instanceMaximum": 2}, "berth:instanceMaximum"),
        ({"platform": "ecs-ec2", "instanceSpot": 50}, "berth:instanceSpot"),
        ({"platform": "ecs-ec2", "instanceSpot": 100, "instanceMaximum": 2}, "berth:instanceSpot"),
        ({"platform": "ecs-fargate", "instanceSpot": 50, "instanceMaximum": 2}, "berth:instanceSpot"),
        ({"platform": "ecs-ec2", "fargateSpot": 50}, "berth:fargateSpot"),
        ({"platform": "ecs-ec2", "spotInstanceTypes": ["t3a.micro"]}, "berth:spotInstanceTypes"),
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


def test_volumes_are_backed_up_where_data_is_protected_or_as_the_setting_says() -> None:
    assert not Settings().backs_up
    assert Settings(protect_data=True).backs_up
    assert not Settings(protect_data=True, backup=False).backs_up
    assert parse_settings({"backup": "true"}, stack="dev").backs_up  # Pulumi hands it over as text


def test_thresholds_that_are_not_given_keep_their_defaults() -> None:
    values = {"alarms": True, "alarmEmails": ["a@example.com"], "alarmThresholds": {"errors": 3}}
    thresholds = parse_settings(values, stack="prod").alarm_thresholds
    assert (thresholds.errors, thresholds.cpu) == (3, 90)


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


def test_the_instance_type_follows_the_architecture_unless_it_is_set() -> None:
    assert Settings().instance_type == "t3.micro"
    assert Settings(cpu_architecture="arm64").instance_type == "t4g.micro"
    assert parse_settings({"cpuArchitecture": "arm64"}, stack="dev").instance_type == "t4g.micro"
    assert Settings(cpu_architecture="arm64", instance_type="m7g.large").instance_type == "m7g.large"
