"""A plan of Pulumi's in Terraform's form: names, blocks, what is not known, and references."""

from __future__ import annotations

from typing import Any

import pytest

from berth.diagnostics import ToolError
from berth.scan.mapping import bridged
from berth.scan.terraform import UNKNOWN, Resource, convert, plural, resources, terraform_plan

TEXT, SWITCH, LIST, MAP = {"type": 4}, {"type": 1}, 5, 6


def block(**fields: Any) -> dict[str, Any]:
    return {"type": LIST, "element": {"resource": fields}}


TEMPLATE = {
    "image_id": TEXT,
    "block_device_mappings": block(device_name=TEXT, ebs=block(encrypted=TEXT, kms_key_id=TEXT)),
    "metadata_options": block(http_tokens=TEXT),
    "security_group_names": {"type": 7, "element": {"schema": TEXT}},
    "tags": {"type": MAP, "element": {"schema": TEXT}},
}
TOLD = {
    "provider": {
        "resources": {
            "aws_launch_template": TEMPLATE,
            "aws_lb": {"name": TEXT, "internal": SWITCH},
            "aws_lb_listener": {"load_balancer_arn": TEXT, "default_action": block(type=TEXT)},
            "aws_security_group": {"ingress": block(from_port={"type": 2})},
        }
    },
    "resources": {
        "aws_launch_template": {"tok": "aws:ec2/launchTemplate:LaunchTemplate", "fields": None},
        "aws_lb": {"tok": "aws:lb/loadBalancer:LoadBalancer"},
        "aws_lb_listener": {"tok": "aws:lb/listener:Listener"},
        "aws_security_group": {
            "tok": "aws:ec2/securityGroup:SecurityGroup",
            "fields": {"ingress": {"name": "ingress"}},
        },
    },
}
"""What the provider's plugin tells, in its own form."""


def converted(inputs: dict[str, Any], schema: dict[str, Any] = TEMPLATE) -> dict[str, Any]:
    values, unknown = convert(inputs, schema, {})
    assert not unknown
    return values


def test_names_are_terraforms_and_a_single_block_is_a_list_of_one() -> None:
    inputs = {
        "imageId": "ami-1",
        "metadataOptions": {"httpTokens": "required", "__defaults": []},
        "blockDeviceMappings": [{"deviceName": "/dev/xvda", "ebs": {"encrypted": "true", "kmsKeyId": "k"}}],
        "__defaults": ["name"],
    }
    assert converted(inputs) == {
        "image_id": "ami-1",
        "metadata_options": [{"http_tokens": "required"}],
        "block_device_mappings": [{"device_name": "/dev/xvda", "ebs": [{"encrypted": "true", "kms_key_id": "k"}]}],
    }


def test_a_map_keeps_its_own_keys() -> None:
    assert converted({"tags": {"costCenter": "a_b"}}) == {"tags": {"costCenter": "a_b"}}


def test_a_list_that_pulumi_names_in_the_plural_is_found() -> None:
    schema = TOLD["provider"]["resources"]["aws_lb_listener"]
    assert converted({"defaultActions": [{"type": "forward"}]}, schema) == {"default_action": [{"type": "forward"}]}


@pytest.mark.parametrize(
    ("one", "many"), [("policy", "policies"), ("alias", "aliases"), ("volume", "volumes"), ("switch", "switches")]
)
def test_plurals_are_the_bridges(one: str, many: str) -> None:
    assert plural(one) == many


def test_a_name_that_the_bridge_was_given_is_found() -> None:
    info = bridged(TOLD)["aws:ec2/securityGroup:SecurityGroup"]
    values, _ = convert({"ingress": [{"fromPort": 80}]}, info["schema"], info["fields"])
    assert values == {"ingress": [{"from_port": 80}]}


def test_what_is_not_known_before_the_update_is_apart() -> None:
    inputs = {"imageId": UNKNOWN, "securityGroupNames": ["a", UNKNOWN], "metadataOptions": {"httpTokens": UNKNOWN}}
    values, unknown = convert(inputs, TEMPLATE, {})
    assert values == {"security_group_names": ["a"], "metadata_options": [{}]}
    assert unknown == {
        "image_id": True,
        "security_group_names": [True],
        "metadata_options": [{"http_tokens": True}],
    }


def step(op: str, urn: str, type_: str, **state: Any) -> dict[str, Any]:
    return {"op": op, "urn": urn, "newState": {"urn": urn, "type": type_, "custom": True, **state}}


LB = "urn:pulumi:prod::berth::aws:lb/loadBalancer:LoadBalancer::shop"
LISTENER = "urn:pulumi:prod::berth::aws:lb/listener:Listener::shop-80"


def test_a_plan_has_what_will_be_there_with_its_references() -> None:
    steps = [
        step("same", LB, "aws:lb/loadBalancer:LoadBalancer", inputs={"internal": False}),
        step(
            "create",
            LISTENER,
            "aws:lb/listener:Listener",
            inputs={"loadBalancerArn": UNKNOWN},
            propertyDependencies={"loadBalancerArn": [LB], "port": None},
        ),
        {"op": "delete", "urn": "urn:gone", "oldState": {}},
        {"op": "create", "urn": "urn:c", "newState": {"urn": "urn:c", "type": "berth:components:LoadBalancer"}},
    ]
    found = list(resources({"steps": steps}))
    assert [item.name for item in found] == ["shop", "shop-80"]
    plan = terraform_plan(found, bridged(TOLD))
    planned = {item["address"]: item["values"] for item in plan["planned_values"]["root_module"]["resources"]}
    assert planned == {"aws_lb.shop": {"internal": False}, "aws_lb_listener.shop-80": {}}
    listener = plan["configuration"]["root_module"]["resources"][1]
    assert listener["expressions"] == {"load_balancer_arn": {"references": ["aws_lb.shop.id", "aws_lb.shop"]}}
    assert plan["resource_changes"][1]["change"]["after_unknown"] == {"load_balancer_arn": True}


def test_what_is_of_another_provider_is_left_out() -> None:
    other = Resource(token="docker-build:index:Image", urn="urn:i", name="i", inputs={})
    assert terraform_plan([other], bridged(TOLD))["planned_values"]["root_module"]["resources"] == []


def test_a_field_that_the_provider_lacks_is_named() -> None:
    odd = Resource(token="aws:lb/loadBalancer:LoadBalancer", urn=LB, name="shop", inputs={"colour": "red"})
    with pytest.raises(ToolError, match=r"aws_lb\.shop: .*colour"):
        terraform_plan([odd], bridged(TOLD))
