"""A security group whose rules are resources of their own."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What one rule allows, to or from exactly one peer: a ``cidr`` (IPv4 or IPv6), another group, a prefix list, or
    ``within``, this group itself.

    ``to_port`` None is ``from_port``. Protocol "all" takes no ports. ``label`` tells rules apart whose peers are not
    known before they exist.
    https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
    """

    protocol: Literal["tcp", "udp", "all"] = "tcp"
    from_port: int | None = None
    to_port: int | None = None
    cidr: str | None = None
    security_group_id: pulumi.Input[str] | None = None
    prefix_list_id: pulumi.Input[str] | None = None
    within: bool = False
    description: str = ""
    label: str = ""

    def __post_init__(self) -> None:
        peers = [peer for peer in (self.cidr, self.security_group_id, self.prefix_list_id) if peer is not None]
        if len(peers) + self.within != 1:
            raise ValueError("a rule has exactly one of cidr, security_group_id, prefix_list_id and within")
        if self.protocol == "all" and (self.from_port is not None or self.to_port is not None):
            raise ValueError("a rule with protocol 'all' takes no ports")
        if self.protocol != "all" and self.from_port is None:
            raise ValueError(f"a rule with protocol {self.protocol!r} needs from_port")

    @property
    def ports(self) -> tuple[int, int] | None:
        """The first and last port; None: all."""
        if self.from_port is None:
            return None
        return self.from_port, self.from_port if self.to_port is None else self.to_port


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityGroupArgs:
    """No rule allows nothing, in either direction. AWS can't change ``description``: a new one replaces the group."""

    vpc_id: pulumi.Input[str]
    description: str
    ingress: Sequence[Rule] = ()
    egress: Sequence[Rule] = ()
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


class SecurityGroup(pulumi.ComponentResource):
    """The group comes first and each rule after it, so that groups may name each other."""

    id: pulumi.Output[str]
    arn: pulumi.Output[str]

    def __init__(self, name: str, args: SecurityGroupArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("berth:components:SecurityGroup", name, None, opts)
        tags = {"Name": name, **args.tags}
        group = aws.ec2.SecurityGroup(
            f"group-{name}" if name.startswith("sg-") else name,  # AWS keeps names with sg- for its own ids
            description=args.description,
            vpc_id=args.vpc_id,
            tags=tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.id = group.id
        self.arn = group.arn
        for label, rule in labelled(args.ingress):
            self._rule(aws.vpc.SecurityGroupIngressRule, f"{name}-ingress-{label}", rule, dict(args.tags))
        for label, rule in labelled(args.egress):
            self._rule(aws.vpc.SecurityGroupEgressRule, f"{name}-egress-{label}", rule, dict(args.tags))
        self.register_outputs({"id": self.id, "arn": self.arn})

    def _rule(
        self,
        kind: type[aws.vpc.SecurityGroupIngressRule] | type[aws.vpc.SecurityGroupEgressRule],
        name: str,
        rule: Rule,
        tags: dict[str, str],
    ) -> None:
        low, high = rule.ports or (None, None)
        kind(
            name,
            security_group_id=self.id,
            ip_protocol="-1" if rule.protocol == "all" else rule.protocol,
            from_port=low,
            to_port=high,
            cidr_ipv4=None if _is_ipv6(rule) else rule.cidr,
            cidr_ipv6=rule.cidr if _is_ipv6(rule) else None,
            referenced_security_group_id=self.id if rule.within else rule.security_group_id,
            prefix_list_id=rule.prefix_list_id,
            description=rule.description or None,
            tags=tags,
            opts=pulumi.ResourceOptions(parent=self),
        )


def labelled(rules: Sequence[Rule]) -> list[tuple[str, Rule]]:
    """Each rule with a name made of what it allows, never of its place in the list.

    The id of a peer is not known before it exists: rules that differ in nothing else are told apart by their
    descriptions. Elsewhere a description is not in the name, as AWS can change it, but refuses a second rule for the
    same traffic, and Pulumi creates what has a new name before it deletes what had the old.

    Raises:
        ValueError: two rules allow the same.
    """
    labels = Counter(_label(rule) for rule in rules)
    named: dict[str, Rule] = {}
    for rule in rules:
        label = _label(rule)
        if labels[label] > 1 and _peer_is_late(rule):
            label = f"{label}-{_digest(rule.description)}"
        if label in named:
            raise ValueError(f"two rules are {label!r}: leave one out, or give each a description of its own")
        named[label] = rule
    return list(named.items())


def _label(rule: Rule) -> str:
    ports = "" if rule.ports is None else "-".join(str(port) for port in dict.fromkeys(rule.ports))
    return "-".join(part for part in (rule.protocol, ports, _peer(rule), rule.label) if part)


def _is_ipv6(rule: Rule) -> bool:
    return rule.cidr is not None and ":" in rule.cidr


def _peer(rule: Rule) -> str:
    if rule.cidr is not None:
        return rule.cidr.replace("/", "_").replace("::", "ipv6").replace(":", "-")
    if rule.within:
        return "self"
    for kind, peer in (("group", rule.security_group_id), ("prefixes", rule.prefix_list_id)):
        if isinstance(peer, str):
            return f"{kind}-{_digest(peer)}"
        if peer is not None:
            return kind
    raise AssertionError("a rule has a peer")


def _peer_is_late(rule: Rule) -> bool:
    return any(peer is not None and not isinstance(peer, str) for peer in (rule.security_group_id, rule.prefix_list_id))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:6]
