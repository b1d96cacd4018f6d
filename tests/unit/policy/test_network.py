"""What the internet may reach. Values are from AWS's pages that the rules name."""

from __future__ import annotations

from typing import Any

import pytest

from guard.network import STACK_RULES, anywhere
from guard.rule import UNKNOWN, Resource
from tests.unit.policy.resources import said

RULE = "vpc/securityGroupIngressRule:SecurityGroupIngressRule"
OLD = "ec2/securityGroupRule:SecurityGroupRule"
GROUP = "ec2/securityGroup:SecurityGroup"
WORLD = "0.0.0.0/0"


@pytest.mark.parametrize(
    ("type_", "inputs", "part"),
    [
        (RULE, {"ipProtocol": "-1", "cidrIpv4": WORLD}, "every protocol"),
        (RULE, {"ipProtocol": "tcp", "fromPort": 1, "toPort": 1024, "cidrIpv6": "::/0"}, "ports 1 to 1024"),
        (RULE, {"ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "cidrIpv4": WORLD}, "port 22 (SSH)"),
        (RULE, {"ipProtocol": "tcp", "fromPort": 3389, "toPort": 3389, "cidrIpv4": "0.0.0.0/1"}, "port 3389"),
        (OLD, {"type": "ingress", "protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": [WORLD]}, "open"),
        (GROUP, {"ingress": [{"protocol": "tcp", "fromPort": 22, "toPort": 22, "cidrBlocks": [WORLD]}]}, "22"),
    ],
)
def test_wide_openings_are_found_with_what_to_write(type_: str, inputs: dict[str, Any], part: str) -> None:
    (message,) = said("no-wide-openings", type_, inputs)
    assert part in message
    assert "rule" in message


@pytest.mark.parametrize(
    ("type_", "inputs"),
    [
        (RULE, {"ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "cidrIpv4": WORLD}),
        (RULE, {"ipProtocol": "-1", "referencedSecurityGroupId": "sg-1"}),
        (RULE, {"ipProtocol": "-1", "cidrIpv4": "10.0.0.0/8"}),
        (RULE, {"ipProtocol": "-1", "cidrIpv4": UNKNOWN}),
        (OLD, {"type": "egress", "protocol": "-1", "cidrBlocks": [WORLD]}),
        (RULE, {"ipProtocol": "icmp", "fromPort": 8, "toPort": -1, "cidrIpv4": WORLD}),
    ],
)
def test_single_ports_and_known_peers_pass(type_: str, inputs: dict[str, Any]) -> None:
    assert said("no-wide-openings", type_, inputs) == []


def test_a_port_for_remote_control_may_be_allowed() -> None:
    inputs = {"ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "cidrIpv4": WORLD}
    assert said("no-wide-openings", RULE, inputs, ports=[22]) == []


@pytest.mark.parametrize(("cidr", "found"), [(WORLD, True), ("128.0.0.0/1", True), ("::/0", True), ("2000::/3", True)])
def test_the_internet_in_halves_is_the_internet(cidr: str, found: bool) -> None:
    assert anywhere(cidr) is found
    assert not anywhere("203.0.113.0/24")
    assert not anywhere("pl-12345678")


def resource(type_: str, name: str, **inputs: Any) -> Resource:
    return Resource(type=f"aws:{type_}", name=name, inputs=inputs)


def unpublished(*resources: Resource, **options: Any) -> list[str]:
    (rule,) = STACK_RULES
    return [found.name for found, _ in rule.check(resources, options)]


def opening(port: int) -> Resource:
    return resource(RULE, str(port), ipProtocol="tcp", fromPort=port, toPort=port, cidrIpv4=WORLD)


def task(containers: object, mode: str = "bridge") -> Resource:
    return resource("ecs/taskDefinition:TaskDefinition", "task", networkMode=mode, containerDefinitions=containers)


def test_an_open_port_has_a_listener_or_a_container() -> None:
    listener = resource("lb/listener:Listener", "http", port=80)
    web = task('[{"portMappings": [{"hostPort": 8080, "containerPort": 80}]}]')
    assert unpublished(opening(80), opening(8080), opening(5432), listener, web) == ["5432"]
    assert unpublished(opening(80), opening(5432), listener, ports=[5432]) == []


def test_a_task_behind_a_load_balancer_publishes_nothing_by_itself() -> None:
    assert unpublished(opening(8080), task('[{"portMappings": [{"containerPort": 8080}]}]', "awsvpc")) == ["8080"]


def test_a_task_that_is_not_known_yet_may_publish_anything() -> None:
    assert unpublished(opening(5432), task(UNKNOWN)) == []
    assert unpublished(opening(5432), task(UNKNOWN, "awsvpc")) == ["5432"]


BALANCER, LISTENER = "lb/loadBalancer:LoadBalancer", "lb/listener:Listener"


def test_a_load_balancer_drops_invalid_headers() -> None:
    (message,) = said("drop-invalid-headers", BALANCER, {"loadBalancerType": "application"})
    assert "dropInvalidHeaderFields to true" in message
    assert said("drop-invalid-headers", BALANCER, {"dropInvalidHeaderFields": True}) == []
    assert said("drop-invalid-headers", BALANCER, {"loadBalancerType": "network"}) == []


def test_a_stack_may_want_its_load_balancers_internal() -> None:
    (message,) = said("internal-load-balancers", BALANCER, {"internal": False})
    assert "internal to true" in message
    assert said("internal-load-balancers", BALANCER, {"internal": True}) == []


@pytest.mark.parametrize("policy", ["ELBSecurityPolicy-2016-08", "ELBSecurityPolicy-TLS13-1-0-2021-06", None])
def test_old_tls_is_refused(policy: str | None) -> None:
    (message,) = said("tls-1-2", LISTENER, {"protocol": "HTTPS", "sslPolicy": policy})
    assert "ELBSecurityPolicy-TLS13-1-2-2021-06" in message


@pytest.mark.parametrize(
    "policy", ["ELBSecurityPolicy-TLS13-1-2-2021-06", "ELBSecurityPolicy-TLS13-1-3-2021-06", UNKNOWN]
)
def test_current_tls_passes(policy: object) -> None:
    assert said("tls-1-2", LISTENER, {"protocol": "HTTPS", "sslPolicy": policy}) == []
    assert said("tls-1-2", LISTENER, {"protocol": "HTTP"}) == []


def test_plain_http_redirects_where_a_stack_wants_it() -> None:
    (message,) = said("https-only", LISTENER, {"protocol": "HTTP", "defaultActions": [{"type": "fixed-response"}]})
    assert "HTTPS listener" in message
    assert said("https-only", LISTENER, {"protocol": "HTTP", "defaultActions": [{"type": "redirect"}]}) == []
    assert said("https-only", LISTENER, {"protocol": "HTTPS"}) == []
