"""Listeners, what they answer by default, and names that AWS takes."""

from __future__ import annotations

import re
from typing import Any

import pytest

from berth.components.load_balancer import LoadBalancer, LoadBalancerArgs, load_balancer_name
from tests.unit.components.build import Built, build
from tests.unit.recorder import Recorder

BALANCER = "aws:lb/loadBalancer:LoadBalancer"
LISTENER = "aws:lb/listener:Listener"
NOT_FOUND = {
    "type": "fixed-response",
    "fixedResponse": {"contentType": "text/plain", "messageBody": "Not found", "statusCode": "404"},
}


def balancer(**args: Any) -> Built:
    recorder = Recorder(outputs={BALANCER: {"dnsName": "lb.example.com", "zoneId": "Z1"}})

    def make(opts):
        made = LoadBalancer(
            "shop",
            LoadBalancerArgs(
                **{
                    "vpc_id": "vpc-1",
                    "subnet_ids": ["subnet-1", "subnet-2"],
                    "security_group_id": "sg-1",
                    "http_ports": [80],
                    **args,
                }
            ),
            opts,
        )
        return {
            "arn": made.arn,
            "dns_name": made.dns_name,
            "zone_id": made.zone_id,
            # Pulumi takes text as keys only.
            "listeners": {str(port): arn for port, arn in made.listener_arns.items()},
        }

    return build(make, recorder)


def test_balancer_is_public_and_refuses_malformed_headers():
    built = balancer(tags={"team": "a"})
    assert built.inputs(BALANCER, "shop") == {
        "loadBalancerType": "application",
        "internal": False,
        "subnets": ["subnet-1", "subnet-2"],
        "securityGroups": ["sg-1"],
        "dropInvalidHeaderFields": True,
        "idleTimeout": 60,
        "enableDeletionProtection": False,
        "tags": {"team": "a"},
    }
    assert (built.values["dns_name"], built.values["zone_id"]) == ("lb.example.com", "Z1")


def test_deletion_protection():
    assert balancer(deletion_protection=True).inputs(BALANCER)["enableDeletionProtection"] is True


def test_each_plain_port_answers_404_by_default():
    built = balancer(http_ports=[80, 8080], tags={"team": "a"})
    for port in (80, 8080):
        inputs = built.inputs(LISTENER, f"shop-{port}")
        assert inputs["loadBalancerArn"].endswith(":shop")
        assert (inputs["port"], inputs["protocol"]) == (port, "HTTP")
        assert inputs["defaultActions"] == [NOT_FOUND]
        assert inputs["tags"] == {"team": "a"}
        assert "certificateArn" not in inputs
        assert "sslPolicy" not in inputs
    assert {port: arn.rpartition(":")[2] for port, arn in built.values["listeners"].items()} == {
        "80": "shop-80",
        "8080": "shop-8080",
    }


@pytest.mark.parametrize("http_ports", [[8080], [80, 8080]])
def test_with_a_certificate_443_speaks_tls_and_80_sends_there(http_ports: list[int]):
    built = balancer(http_ports=http_ports, certificate_arn="arn:cert")
    assert sorted(built.values["listeners"]) == ["443", "80", "8080"]
    secure = built.inputs(LISTENER, "shop-443")
    assert (secure["protocol"], secure["certificateArn"]) == ("HTTPS", "arn:cert")
    assert secure["sslPolicy"] == "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
    assert secure["defaultActions"] == [NOT_FOUND]
    assert built.inputs(LISTENER, "shop-80")["defaultActions"] == [
        {"type": "redirect", "redirect": {"port": "443", "protocol": "HTTPS", "statusCode": "HTTP_301"}}
    ]
    assert built.inputs(LISTENER, "shop-8080")["defaultActions"] == [NOT_FOUND]
    assert built.inputs(LISTENER, "shop-8080")["protocol"] == "HTTP"


@pytest.mark.parametrize(("ports", "message"), [([443], "443 is for HTTPS"), ([], "one port or more")])
def test_ports_that_make_no_sense_are_refused(ports: list[int], message: str):
    with pytest.raises(ValueError, match=message):
        LoadBalancerArgs(vpc_id="v", subnet_ids=[], security_group_id="g", http_ports=ports)


NAMES = ["shop", "a_b", "a-b", "a.b", "internal-tools", "_a_", "-a-", "x" * 64, "x_" * 40, "my_shop-dev-web-front-8080"]


@pytest.mark.parametrize("name", NAMES)
def test_names_autoname_to_what_aws_takes(name: str):
    physical = f"{load_balancer_name(name)}-1a2b3c4"
    assert len(physical) <= 32
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9]", physical)
    assert not physical.startswith("internal-")


def test_different_names_stay_different():
    assert len({load_balancer_name(name) for name in NAMES}) == len(NAMES)


def test_a_name_that_fits_stays_as_it_is():
    assert load_balancer_name("shop-dev") == "shop-dev"


def test_a_name_that_was_made_to_fit_stays_so():
    for name in NAMES:
        assert load_balancer_name(load_balancer_name(name)) == load_balancer_name(name)


def test_access_logs_go_to_a_bucket_that_is_there():
    assert "accessLogs" not in balancer().inputs(BALANCER)
    logs = balancer(access_log_bucket="shop-logs").inputs(BALANCER)["accessLogs"]
    assert logs == {"bucket": "shop-logs", "enabled": True, "prefix": "shop"}


def test_ipv6_and_a_web_acl_are_there_where_they_are_asked_for():
    built = balancer(dual_stack=True, web_acl_arn="arn:acl")
    assert built.inputs(BALANCER)["ipAddressType"] == "dualstack"
    association = built.inputs("aws:wafv2/webAclAssociation:WebAclAssociation", "shop")
    assert association == {"resourceArn": built.values["arn"], "webAclArn": "arn:acl"}
    assert "aws:wafv2/webAclAssociation:WebAclAssociation" not in balancer().types()
