"""Finds, for each type of the Terraform provider, the token that the installed pulumi_aws has for it.

pulumi_aws derives its tokens from a table of its own, which no package holds; but nearly all of them read as module and
name run together: ``aws_ecs_service`` is ``aws:ecs/service:Service``, ``aws_vpc`` is ``aws:ec2/vpc:Vpc``.
"""

from __future__ import annotations

import importlib.util
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

RESOURCES = {
    "aws_autoscaling_group_tag": "aws:autoscaling/tag:Tag",
    "aws_db_instance": "aws:rds/instance:Instance",
    "aws_db_parameter_group": "aws:rds/parameterGroup:ParameterGroup",
    "aws_db_subnet_group": "aws:rds/subnetGroup:SubnetGroup",
    "aws_ec2_transit_gateway": "aws:ec2transitgateway/transitGateway:TransitGateway",
    "aws_lb": "aws:lb/loadBalancer:LoadBalancer",
    "aws_lb_listener": "aws:lb/listener:Listener",
    "aws_lb_listener_certificate": "aws:lb/listenerCertificate:ListenerCertificate",
    "aws_lb_listener_rule": "aws:lb/listenerRule:ListenerRule",
    "aws_lb_target_group": "aws:lb/targetGroup:TargetGroup",
    "aws_lb_target_group_attachment": "aws:lb/targetGroupAttachment:TargetGroupAttachment",
}
FUNCTIONS = {
    "aws_caller_identity": "aws:index/getCallerIdentity:getCallerIdentity",
    "aws_eip": "aws:ec2/getElasticIp:getElasticIp",
    "aws_lb": "aws:lb/getLoadBalancer:getLoadBalancer",
    "aws_lb_listener": "aws:lb/getListener:getListener",
    "aws_lb_target_group": "aws:lb/getTargetGroup:getTargetGroup",
    "aws_region": "aws:index/getRegion:getRegion",
}
"""Names that do not follow the rule."""

ALIASES = {
    "lb": ("lb", "alb"),
    "cfg": ("config",),
    "ec2": ("ec2", "vpc", "ebs"),
    "index": ("",),
    "elbv2": ("lb",),
    "rds": ("db", "rds"),
}
"""A module of pulumi_aws -> what Terraform's names have in its place."""

LEFT_OUT = {"aws_elasticache_reserved_cache_node"}
"""A type that takes an input named id, which the bridge maps by hand only."""

SUPERSEDED = ("aws:alb/", "aws:applicationloadbalancing/", "aws:elasticloadbalancingv2/")
"""Older modules with the same resources as ``aws:lb``."""


def names(upstream: Path) -> dict[str, dict[str, str]]:
    """``{"resources": {Terraform type: token}, "functions": {…}}`` for the provider's source in ``upstream``."""
    resources, functions = _tokens()
    types, data_sources = _types(upstream)
    return {
        "functions": _match(data_sources, functions, FUNCTIONS),
        "resources": _match(types, resources, RESOURCES),
    }


def _tokens() -> tuple[set[str], set[str]]:
    spec = importlib.util.find_spec("pulumi_aws")  # importing it would take seconds
    if spec is None or spec.origin is None:
        raise SystemExit("pulumi-aws is not installed; run this with .venv/bin/python")
    resources, functions = set(), set()
    for file in Path(spec.origin).parent.rglob("*.py"):
        text = file.read_text()
        resources |= set(re.findall(r"super\([^)]*\).__init__\(\s*'(aws:[^']+)'", text))
        functions |= set(re.findall(r"invoke(?:_output)?\('(aws:[^']+)'", text))
    return resources, functions


def _types(upstream: Path) -> tuple[set[str], set[str]]:
    types, data_sources = set(), set()
    for file in upstream.glob("internal/service/*/service_package_gen.go"):
        for function in file.read_text().split("\nfunc "):
            signature = function.partition("{")[0]
            found = set(re.findall(r'TypeName:\s*"(aws_\w+)"', function))
            if "DataSources(" in signature:
                data_sources |= found
            elif "Resources(" in signature and "Ephemeral" not in signature and "List" not in signature:
                types |= found
    return ({name for name in found if not name.startswith("aws_alb")} for found in (types, data_sources))


def _match(types: set[str], tokens: set[str], irregular: dict[str, str]) -> dict[str, str]:
    found = {name: token for name, token in irregular.items() if name in types and token in tokens}
    used = set(found.values())
    by_spelling: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for token in tokens:
        if not token.startswith(SUPERSEDED):
            for rank, spelling in enumerate(_spellings(token), 1):
                by_spelling[spelling].append((0 if token.startswith("aws:ec2/") else rank, token))
    for name in sorted(types - set(found) - LEFT_OUT):
        free = sorted(item for item in by_spelling[_bare(name.removeprefix("aws_"))] if item[1] not in used)
        if free:
            found[name] = free[0][1]
            used.add(free[0][1])
    return dict(sorted(found.items()))


def _spellings(token: str) -> Iterator[str]:
    """How Terraform may spell a token, the most likely first: ``aws:ec2/getVpc:getVpc`` is ec2vpc, vpc, …"""
    module, name = re.match(r"aws:([^/:]+)(?:/[^:]+)?:(\w+)", token).groups()
    name = re.sub("^get", "", name)
    for prefix in (_bare(module), "", *ALIASES.get(module, ())):
        yield prefix + _bare(name)


def _bare(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())
