"""The Network Load Balancer that opens ports as they are, and the names that lead to it."""

from __future__ import annotations

import pulumi

from berth.components.naming import autonamed
from berth.components.network import Network
from berth.components.network_load_balancer import NetworkLoadBalancer, NetworkLoadBalancerArgs
from berth.components.security_group import SecurityGroup
from berth.compose.model import Application
from berth.platforms.ecs.balancer import alias
from berth.platforms.ecs.network_ingress import dual_stack, in_domain, plan_network_routes
from berth.settings import Settings


def create_network_balancer(
    prefix: str,
    application: Application,
    settings: Settings,
    network: Network,
    group: SecurityGroup | None,
    opts: pulumi.ResourceOptions,
) -> NetworkLoadBalancer | None:
    if group is None:
        return None
    both = dual_stack(application, settings)
    balancer = NetworkLoadBalancer(
        autonamed(f"{prefix}-network", 32),
        NetworkLoadBalancerArgs(
            subnet_ids=network.public_subnet_ids,
            security_group_id=group.id,
            dual_stack=both,
            deletion_protection=settings.protect_data,
            tags=settings.tags,
        ),
        opts,
    )
    hosts = {route.host for route in plan_network_routes(application, settings)}
    for host in sorted(host for host in hosts if host and in_domain(host, settings)):
        alias(f"{prefix}-{host}", host, settings, balancer.dns_name, balancer.zone_id, opts, ipv6=both)
    return balancer
