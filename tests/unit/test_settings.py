"""Stack settings: what is accepted, what is refused and in which words."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from pydantic.alias_generators import to_camel

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
    default = next(field.default for key, field in Settings.model_fields.items() if to_camel(key) == name)
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


def test_the_instance_type_follows_the_architecture_unless_it_is_set() -> None:
    assert Settings().instance_type == "t3.micro"
    assert Settings(cpu_architecture="arm64").instance_type == "t4g.micro"
    assert parse_settings({"cpuArchitecture": "arm64"}, stack="dev").instance_type == "t4g.micro"
    assert Settings(cpu_architecture="arm64", instance_type="m7g.large").instance_type == "m7g.large"
