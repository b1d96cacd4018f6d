"""A listener on another's load balancer."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from berth.components.listener_on_port import ListenerOnPort, ListenerOnPortArgs
from tests.unit.components.build import Built, build

LISTENER = "aws:lb/listener:Listener"
RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"


def made(**args: Any) -> Built:
    def make(opts: pulumi.ResourceOptions) -> dict[str, Any]:
        given = {"load_balancer_arn": "arn:lb", "security_group_id": "sg-1", "port": 20001, **args}
        return {"arn": ListenerOnPort("shop", ListenerOnPortArgs(**given), opts).arn}

    return build(make)


def test_it_answers_nothing_by_itself_and_its_port_is_open() -> None:
    built = made(tags={"team": "a"})
    listener = built.inputs(LISTENER)
    assert (listener["loadBalancerArn"], listener["port"], listener["protocol"]) == ("arn:lb", 20001, "HTTP")
    assert listener["defaultActions"][0]["fixedResponse"]["statusCode"] == "404"
    rule = built.inputs(RULE)
    assert (rule["securityGroupId"], rule["fromPort"], rule["toPort"]) == ("sg-1", 20001, 20001)
    assert (rule["cidrIpv4"], rule["ipProtocol"], rule["tags"]) == ("0.0.0.0/0", "tcp", {"team": "a"})


def test_by_ipv6_its_port_is_open_too() -> None:
    rules = made(ipv6=True).recorder.of(RULE)
    assert [rule.inputs.get("cidrIpv6") for rule in rules] == [None, "::/0"]


def test_it_speaks_no_tls() -> None:
    with pytest.raises(ValueError, match="443"):
        made(port=443)
