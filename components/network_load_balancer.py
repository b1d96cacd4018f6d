"""A Network Load Balancer: connections and datagrams as they come, each port for one service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from berth.components.load_balancer import load_balancer_name


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkLoadBalancerArgs:
    """``subnet_ids`` are public. Of ``dual_stack`` with UDP see ``NetworkRouteArgs``.

    AWS takes security groups only where one is given as the balancer is created, so that one is.
    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
    """

    subnet_ids: Sequence[pulumi.Input[str]]
    security_group_id: pulumi.Input[str]
    dual_stack: bool = False
    deletion_protection: bool = False
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


class NetworkLoadBalancer(pulumi.ComponentResource):
    """Its listeners come with their routes, as each needs a target group to begin with."""

    arn: pulumi.Output[str]
    dns_name: pulumi.Output[str]
    zone_id: pulumi.Output[str]

    def __init__(self, name: str, args: NetworkLoadBalancerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("berth:components:NetworkLoadBalancer", name, None, opts)
        balancer = aws.lb.LoadBalancer(
            load_balancer_name(name),
            load_balancer_type="network",
            internal=False,
            ip_address_type="dualstack" if args.dual_stack else None,
            subnets=args.subnet_ids,
            security_groups=[args.security_group_id],
            # An address in each zone, and few tasks: without it those in a zone without a task would lead nowhere.
            enable_cross_zone_load_balancing=True,
            enable_deletion_protection=args.deletion_protection,
            tags=dict(args.tags),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.arn = balancer.arn
        self.dns_name = balancer.dns_name
        self.zone_id = balancer.zone_id
        self.register_outputs({"arn": self.arn, "dns_name": self.dns_name, "zone_id": self.zone_id})
