"""What the internet reaches: security group rules, load balancers and their listeners."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from guard.rule import UNKNOWN, Options, Resource, Rule, StackRule, blocks, items, on, parsed

INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
OLD_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"
GROUPS = ("aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
OPENINGS = frozenset({INGRESS_RULE, OLD_RULE, *GROUPS})
BALANCERS = frozenset({"aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer"})
LISTENERS = frozenset({"aws:lb/listener:Listener", "aws:alb/listener:Listener"})
TASKS = "aws:ecs/taskDefinition:TaskDefinition"

REMOTE_CONTROL = {22: "SSH", 3389: "RDP", 5985: "WinRM", 5986: "WinRM", 2375: "Docker", 2376: "Docker"}
"""Ports of which AWS Security Hub wants none open to the world (EC2.13, EC2.14, EC2.19)."""

TLS_POLICIES = ("ELBSecurityPolicy-TLS13-1-2-", "ELBSecurityPolicy-TLS13-1-3-")
"""TLS 1.2 and 1.3, or 1.3 alone:
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html"""


def openings(resource: Resource) -> Iterator[tuple[str, int, int]]:
    """Protocol, first and last port of what is open to the world; ``-1`` and 0 to 65535 is everything."""
    inputs = resource.inputs
    if resource.type == INGRESS_RULE:
        rules: list[Mapping[str, Any]] = [{**inputs, "protocol": inputs.get("ipProtocol")}]
    elif resource.type == OLD_RULE:
        rules = [inputs] if inputs.get("type") == "ingress" else []
    else:
        rules = blocks(inputs.get("ingress"))
    for rule in rules:
        keys = ("cidrIpv4", "cidrIpv6", "cidrBlocks", "ipv6CidrBlocks")
        if any(anywhere(cidr) for key in keys for cidr in items(rule.get(key))):
            yield _ports(rule)


def anywhere(cidr: object) -> bool:
    """Whether a range is the whole internet, or a part of it so large that it may as well be (/8 and above)."""
    if not isinstance(cidr, str):
        return False
    try:
        network = ipaddress.ip_network(cidr, strict=False)
    except ValueError:
        return False
    return network.prefixlen < (8 if network.version == 4 else 16) and not network.is_private


def _ports(rule: Mapping[str, Any]) -> tuple[str, int, int]:
    protocol = str(rule.get("protocol"))
    low, high = rule.get("fromPort"), rule.get("toPort")
    if protocol in ("-1", "all") or low is None or low is UNKNOWN or high is UNKNOWN:
        return protocol, 0, 65535
    return protocol, int(low), int(low if high is None else high)


def _wide_openings(resource: Resource, options: Options) -> Iterator[str]:
    allowed = set(options.get("ports", ()))
    for protocol, low, high in openings(resource):
        if protocol in ("icmp", "icmpv6", "1", "58"):
            continue
        if low != high:
            yield (
                f"ports {low} to {high} ({'every protocol' if protocol == '-1' else protocol}) are open to the world: "
                "write a rule for each port that is published, or name a range or a security group that may reach them."
            )
        elif low in REMOTE_CONTROL and low not in allowed:
            yield (
                f"port {low} ({REMOTE_CONTROL[low]}) is open to the world: leave the rule out and use AWS Systems "
                "Manager's Session Manager or ECS Exec, or name the range that may reach it."
            )


def _unpublished(resources: Sequence[Resource], options: Options) -> Iterator[tuple[Resource, str]]:
    published = set(options.get("ports", ()))
    for resource in resources:
        if resource.type in LISTENERS:
            published.add(resource.inputs.get("port"))
        elif resource.type == TASKS:
            published |= host_ports(resource)
    if UNKNOWN in published:
        return  # a task that is not known yet may publish any port; the update looks once more
    for resource in resources:
        for _, low, high in openings(resource):
            if low == high and low not in published:
                yield (
                    resource,
                    f"port {low} is open to the world, and no listener or container publishes it: leave the rule out, "
                    "name a range or security group, or publish the port.",
                )


def host_ports(task: Resource) -> set[object]:
    """The ports that a task definition opens on its instance, in network modes that have such."""
    if task.inputs.get("networkMode") == "awsvpc":
        return set()
    known = parsed(task.inputs.get("containerDefinitions"))
    if known is None:
        return {UNKNOWN}
    mappings = [mapping for container in blocks(known) for mapping in blocks(container.get("portMappings"))]
    return {mapping.get("hostPort") or mapping.get("containerPort") for mapping in mappings}


def _invalid_headers(resource: Resource, options: Options) -> Iterator[str]:
    kind = resource.inputs.get("loadBalancerType", "application")
    if kind == "application" and not on(resource.inputs.get("dropInvalidHeaderFields")):
        yield "set dropInvalidHeaderFields to true, or services may read headers otherwise than the load balancer."


def _public_balancer(resource: Resource, options: Options) -> Iterator[str]:
    if not on(resource.inputs.get("internal")):
        yield "set internal to true, or allow this one by an exception in the pack's configuration."


def _old_tls(resource: Resource, options: Options) -> Iterator[str]:
    if resource.inputs.get("protocol") not in ("HTTPS", "TLS"):
        return
    policy = resource.inputs.get("sslPolicy")
    if policy is UNKNOWN or str(policy).startswith(TLS_POLICIES):
        return
    named = f"{policy} is not among the current ones" if policy else "without sslPolicy AWS takes one of 2016"
    yield f"{named}: set sslPolicy to ELBSecurityPolicy-TLS13-1-2-2021-06 or a later {TLS_POLICIES[0]}… or -1-3-…."


def _plain_http(resource: Resource, options: Options) -> Iterator[str]:
    if resource.inputs.get("protocol") != "HTTP":
        return
    kinds = [action.get("type") for action in blocks(resource.inputs.get("defaultActions"))]
    if kinds != ["redirect"]:
        yield "requests travel unencrypted: add an HTTPS listener with a certificate, and redirect this one to it."


PORTS: Mapping[str, Any] = {"type": "array", "items": {"type": "integer"}, "default": []}

RULES = (
    Rule(
        name="no-wide-openings",
        description="The internet reaches single ports, and none for remote control.",
        types=OPENINGS,
        check=_wide_openings,
        url="https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-13",
        options={"ports": {**PORTS, "description": "Ports for remote control that may be open."}},
    ),
    Rule(
        name="drop-invalid-headers",
        description="Application Load Balancers drop invalid HTTP headers.",
        types=BALANCERS,
        check=_invalid_headers,
        url="https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html#elb-4",
    ),
    Rule(
        name="internal-load-balancers",
        description="Load balancers are internal.",
        types=BALANCERS,
        check=_public_balancer,
        level="disabled",
        url="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html",
    ),
    Rule(
        name="tls-1-2",
        description="Listeners take TLS 1.2 or later.",
        types=LISTENERS,
        check=_old_tls,
        url="https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html#elb-17",
    ),
    Rule(
        name="https-only",
        description="A listener for HTTP only redirects.",
        types=LISTENERS,
        check=_plain_http,
        level="disabled",
        url="https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html#elb-1",
    ),
)

STACK_RULES = (
    StackRule(
        name="published-ports-only",
        description="The internet reaches published ports alone.",
        types=OPENINGS | LISTENERS | {TASKS},
        check=_unpublished,
        url="https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-18",
        options={"ports": {**PORTS, "description": "Ports that something else than a listener or a task publishes."}},
    ),
)
