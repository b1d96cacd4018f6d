"""A listener of HTTP on a load balancer that exists, with its port open to everyone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from berth.components.load_balancer import HTTPS, not_found

ANYWHERE = {"": "0.0.0.0/0", "-ipv6": "::/0"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenerOnPortArgs:
    """``port`` is one that the Application Load Balancer has no listener on yet; ``security_group_id`` is one of its
    groups, which gets a rule. ``ipv6`` lets it in by IPv6, too. A load balancer has 50 listeners at most:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html

    Raises:
        ValueError: 443, which is for HTTPS.
    """

    load_balancer_arn: pulumi.Input[str]
    security_group_id: pulumi.Input[str]
    port: int
    ipv6: bool = False
    tags: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        if self.port == HTTPS:
            raise ValueError("port: 443 is for HTTPS")


class ListenerOnPort(pulumi.ComponentResource):
    """Answers 404 until a route says otherwise."""

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: ListenerOnPortArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("berth:components:ListenerOnPort", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.arn = aws.lb.Listener(
            name,
            load_balancer_arn=args.load_balancer_arn,
            port=args.port,
            protocol="HTTP",
            default_actions=[not_found()],
            tags=dict(args.tags),
            opts=child,
        ).arn
        for suffix, cidr in ANYWHERE.items():
            if suffix and not args.ipv6:
                continue
            aws.vpc.SecurityGroupIngressRule(
                f"{name}{suffix}",
                security_group_id=args.security_group_id,
                ip_protocol="tcp",
                from_port=args.port,
                to_port=args.port,
                cidr_ipv4=None if suffix else cidr,
                cidr_ipv6=cidr if suffix else None,
                description=f"Published by {name}",
                tags=dict(args.tags),
                opts=child,
            )
        self.register_outputs({"arn": self.arn})
