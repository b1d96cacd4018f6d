"""What is around a service: its VPC, the load balancers that lead to it, and names that others reach it by.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Rule.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from berth.components.aws_access import AwsAccess
from berth.draft.containers import Part
from berth.importing.live import Live
from berth.untyped import entries, inside


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A rule of an Application Load Balancer that leads to a target group by ``host`` and ``path`` (None: any)."""

    target_group_arn: str
    listener_arn: str
    host: str | None
    path: str | None
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """``health`` is the path of a target group's check. ``subnets`` are the load balancers'; ``vpc_id`` None: no task
    has a network interface of its own."""

    vpc_id: str | None = None
    vpc_cidr: str | None = None
    subnets: tuple[str, ...] = ()
    ways: tuple[Way, ...] = ()
    health: Mapping[str, str] | None = None
    aliases: tuple[str, ...] = ()
    namespace: str | None = None


def look_around(access: AwsAccess, live: Live) -> Front:
    """Ask AWS for all of it; errors are botocore's."""
    vpc_id = cidr = None
    if live.subnets:
        ec2 = access.client("ec2")
        vpc_id = ec2.describe_subnets(SubnetIds=list(live.subnets))["Subnets"][0]["VpcId"]
        cidr = ec2.describe_vpcs(VpcIds=[vpc_id])["Vpcs"][0]["CidrBlock"]
    groups: list[Mapping[str, Any]] = []
    ways: list[Way] = []
    subnets: dict[str, None] = {}
    if arns := list(dict.fromkeys(item.target_group_arn for item in live.load_balancers)):
        elb = access.client("elbv2")
        groups = elb.describe_target_groups(TargetGroupArns=arns)["TargetGroups"]
        balancers = dict.fromkeys(arn for group in groups for arn in group["LoadBalancerArns"])
        for balancer in (
            elb.describe_load_balancers(LoadBalancerArns=list(balancers))["LoadBalancers"] if balancers else ()
        ):
            subnets |= dict.fromkeys(zone["SubnetId"] for zone in balancer.get("AvailabilityZones") or ())
            if balancer["Type"] == "application":
                for listener in elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]:
                    rules = elb.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]
                    ways += [way for rule in rules for way in _ways(rule, listener["ListenerArn"], arns)]
    connect = inside(next(iter(entries(live.service.get("deployments"))), None), "serviceConnectConfiguration")
    return Front(
        vpc_id=vpc_id,
        vpc_cidr=cidr,
        subnets=tuple(subnets),
        ways=tuple(ways),
        health={group["TargetGroupArn"]: group["HealthCheckPath"] for group in groups if group.get("HealthCheckPath")},
        aliases=tuple(
            alias["dnsName"]
            for entry in connect.get("services") or ()
            for alias in entry.get("clientAliases") or ()
            if alias.get("dnsName")
        ),
        namespace=connect.get("namespace") if connect.get("enabled") else None,
    )


def _ways(rule: Mapping[str, Any], listener: str, groups: Sequence[str]) -> list[Way]:
    values = {
        item["Field"]: inside(item, KEYS.get(item["Field"], "")).get("Values") or item.get("Values") or ()
        for item in rule.get("Conditions") or ()
    }
    targets = {
        group["TargetGroupArn"]
        for action in rule.get("Actions") or ()
        for group in (action, *(inside(action, "ForwardConfig").get("TargetGroups") or ()))
        if group.get("TargetGroupArn") in groups
    }
    hosts, paths = (values.pop(key, ()) or (None,) for key in KEYS)
    more = tuple(f"{key}: {', '.join(value)}" for key, value in values.items())
    return [
        Way(target_group_arn=target, listener_arn=listener, host=host, path=path, more=more)
        for target in sorted(targets)
        for host in hosts
        for path in paths
    ]


KEYS = {"host-header": "HostHeaderConfig", "path-pattern": "PathPatternConfig"}


def chosen_listener(front: Front) -> str | None:
    """Of the listeners the one that most rules with a host or a path are on, the later of two: HTTPS follows HTTP."""
    own = [way.listener_arn for way in front.ways if _is_own(way)]
    return max(reversed(own), key=own.count) if own else None


def _is_own(way: Way) -> bool:
    """Whether a stack may share a listener by it: one for all requests would take others'."""
    return bool(way.host or (way.path or "/").strip("/*")) and not way.more


def read_front(live: Live, front: Front) -> Part:
    """``x-berth.ingress`` for each rule of the listener, and the names that others use."""
    listener, ports = chosen_listener(front), {item.target_group_arn: item.port for item in live.load_balancers}
    ingress: list[dict[str, Any]] = []
    notes: list[str] = []
    for way in front.ways:
        said = f"{way.listener_arn.split(':')[-1]}: host {way.host or 'any'}, path {way.path or 'any'}"
        if way.listener_arn == listener and _is_own(way):
            path = (way.path or "/").removesuffix("*").rstrip("/") or "/"
            item = {
                "port": ports[way.target_group_arn],
                **({"host": way.host} if way.host else {}),
                **({"path": path} if path != "/" else {}),
                **({"health_path": health} if (health := (front.health or {}).get(way.target_group_arn)) else {}),
            }
            if item not in ingress:
                ingress.append(item)
        else:
            why = f" and {'; '.join(way.more)}" if way.more else ""
            notes.append(f"the rule on {said}{why} leads to its target group as before; write x-berth.ingress for it")
    keys: dict[str, Any] = {}
    if front.aliases:
        keys["networks"] = {"default": {"aliases": list(front.aliases)}}
    if front.namespace:
        notes.append(
            f"serviceConnectConfiguration: its namespace is {front.namespace}; Berth makes one for the stack, and "
            "services that stay behind don't reach it by name any more"
        )
    return Part(keys=keys, extension={"ingress": ingress} if ingress else {}, notes=tuple(notes))
