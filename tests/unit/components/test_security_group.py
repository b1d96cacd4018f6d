"""The group, its rules as resources of their own, and their names."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from berth.components.security_group import Rule, SecurityGroup, SecurityGroupArgs, labelled
from tests.unit.components.build import Built, build

GROUP = "aws:ec2/securityGroup:SecurityGroup"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"


def group(name: str = "web", **args: Any) -> Built:
    def make(opts):
        made = SecurityGroup(name, SecurityGroupArgs(vpc_id="vpc-1", description="Web", **args), opts)
        return {"id": made.id, "arn": made.arn}

    return build(make)


def labels(*rules: Rule) -> list[str]:
    return [label for label, _ in labelled(rules)]


def test_group_has_no_rules_inline():
    built = group(ingress=[Rule(from_port=80, cidr="0.0.0.0/0")], tags={"team": "a"})
    assert built.inputs(GROUP) == {
        "description": "Web",
        "vpcId": "vpc-1",
        "tags": {"team": "a", "Name": "web"},
    }
    assert built.values["id"] == "web-id"
    assert built.values["arn"].endswith(":web")


def test_without_rules_nothing_is_allowed():
    assert group().types() == {GROUP, "berth:components:SecurityGroup"}


def test_aws_refuses_a_group_whose_name_begins_as_an_id_does():
    built = group("sg-web")
    assert built.names(GROUP) == ["group-sg-web"]


@pytest.mark.parametrize(("direction", "type_token"), [("ingress", INGRESS), ("egress", EGRESS)])
def test_rule_from_a_range(direction: str, type_token: str):
    rule = Rule(from_port=8080, to_port=8090, cidr="10.0.0.0/16", description="Inside")
    built = group(**{direction: [rule]}, tags={"team": "a"})
    assert built.inputs(type_token, f"web-{direction}-tcp-8080-8090-10.0.0.0_16") == {
        "securityGroupId": "web-id",
        "ipProtocol": "tcp",
        "fromPort": 8080,
        "toPort": 8090,
        "cidrIpv4": "10.0.0.0/16",
        "description": "Inside",
        "tags": {"team": "a"},
    }


def test_one_port_is_its_own_end():
    inputs = group(ingress=[Rule(protocol="udp", from_port=53, cidr="0.0.0.0/0")]).inputs(INGRESS)
    assert (inputs["ipProtocol"], inputs["fromPort"], inputs["toPort"]) == ("udp", 53, 53)


def test_all_protocols_have_no_ports():
    inputs = group(egress=[Rule(protocol="all", cidr="0.0.0.0/0")]).inputs(EGRESS)
    assert inputs == {"securityGroupId": "web-id", "ipProtocol": "-1", "cidrIpv4": "0.0.0.0/0", "tags": {}}


def test_within_is_the_group_itself():
    inputs = group(ingress=[Rule(protocol="all", within=True)]).inputs(INGRESS, "web-ingress-all-self")
    assert inputs["referencedSecurityGroupId"] == inputs["securityGroupId"] == "web-id"
    assert "cidrIpv4" not in inputs


def test_another_group_and_a_prefix_list():
    rules = [Rule(from_port=443, security_group_id="sg-1"), Rule(from_port=443, prefix_list_id="pl-1")]
    built = group(egress=rules)
    seen = {
        (rule.inputs.get("referencedSecurityGroupId"), rule.inputs.get("prefixListId"))
        for rule in built.recorder.of(EGRESS)
    }
    assert seen == {("sg-1", None), (None, "pl-1")}


def test_names_of_rules_do_not_depend_on_their_order():
    rules = [
        Rule(from_port=80, cidr="0.0.0.0/0"),
        Rule(from_port=80, cidr="10.0.0.0/8"),
        Rule(protocol="udp", from_port=80, cidr="0.0.0.0/0"),
        Rule(from_port=80, to_port=81, cidr="0.0.0.0/0"),
        Rule(protocol="all", within=True),
        Rule(from_port=80, security_group_id="sg-1"),
        Rule(from_port=80, security_group_id="sg-2"),
    ]
    assert len(set(labels(*rules))) == len(rules)
    assert labels(*rules[::-1]) == labels(*rules)[::-1]


def test_a_new_description_alone_renames_no_rule():
    # AWS changes it in place, and would refuse the renamed rule beside the old one.
    late = pulumi.Output.from_input("sg-1")
    for peer in ({"cidr": "0.0.0.0/0"}, {"security_group_id": "sg-1"}, {"security_group_id": late}):
        assert labels(Rule(from_port=80, **peer, description="a")) == labels(
            Rule(from_port=80, **peer, description="b")
        )


def test_rules_from_groups_that_are_not_there_yet_are_told_apart_by_their_descriptions():
    first, second = pulumi.Output.from_input("sg-1"), pulumi.Output.from_input("sg-2")
    a, b = (
        Rule(from_port=80, security_group_id=first, description="From the balancer"),
        Rule(from_port=80, security_group_id=second, description="From the worker"),
    )
    names = labels(a, b)
    assert len(set(names)) == 2
    assert labels(b, a) == names[::-1]


@pytest.mark.parametrize(
    "peer",
    [{"cidr": "0.0.0.0/0"}, {"within": True}, {"security_group_id": pulumi.Output.from_input("sg-1")}],
)
def test_the_same_rule_twice_is_refused(peer: dict[str, Any]):
    rule = Rule(from_port=80, **peer)
    with pytest.raises(ValueError, match="two rules are 'tcp-80-"):
        labelled([rule, rule])


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({"from_port": 80}, "exactly one of"),
        ({"from_port": 80, "cidr": "0.0.0.0/0", "within": True}, "exactly one of"),
        ({"cidr": "0.0.0.0/0"}, "needs from_port"),
        ({"protocol": "all", "from_port": 80, "cidr": "0.0.0.0/0"}, "takes no ports"),
    ],
)
def test_a_rule_that_aws_would_refuse_is_refused_here(args: dict[str, Any], message: str):
    with pytest.raises(ValueError, match=message):
        Rule(**args)


def test_a_range_of_ipv6_is_a_rule_beside_that_of_ipv4():
    built = group(ingress=[Rule(from_port=80, cidr="0.0.0.0/0"), Rule(from_port=80, cidr="::/0")])
    old, new = (built.inputs(INGRESS, f"web-ingress-tcp-80-{label}") for label in ("0.0.0.0_0", "ipv6_0"))
    assert (old.get("cidrIpv4"), old.get("cidrIpv6")) == ("0.0.0.0/0", None)
    assert (new.get("cidrIpv4"), new.get("cidrIpv6")) == (None, "::/0")


def test_a_label_keeps_the_names_of_the_rules_that_are_there():
    other = pulumi.Output.from_input("sg-9")
    rules = [Rule(from_port=80, security_group_id=other), Rule(from_port=80, security_group_id=other, label="network")]
    assert group(ingress=rules).names(INGRESS) == ["web-ingress-tcp-80-group", "web-ingress-tcp-80-group-network"]
