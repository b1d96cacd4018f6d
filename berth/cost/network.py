"""Addresses, NAT gateways, endpoints, the load balancer and what goes out."""

from __future__ import annotations

from collections.abc import Iterator

from berth.cost.compute import task_hours
from berth.cost.instances import spot_instances
from berth.cost.model import HOURS, Item, Plan, Rate
from berth.platforms.ecs.endpoints import interface_endpoints
from berth.platforms.ecs.ingress import listener_ports
from berth.platforms.ecs.network_ingress import plan_network_routes

FREE_ADDRESS_HOURS = 750
FREE_BALANCER_HOURS = 750
"""Of an account made before 2025-07-15, in its first 12 months: https://aws.amazon.com/vpc/pricing/
https://aws.amazon.com/elasticloadbalancing/pricing/"""

FREE_OUT = 100
"""GB a month, in every account: https://aws.amazon.com/ec2/pricing/on-demand/"""


def network(plan: Plan) -> Iterator[Item | Rate]:
    settings = plan.settings
    own = settings.vpc_id is None
    gateways = nat_gateways(plan)
    if own and gateways:
        yield plan.item("nat_gateway", gateways * HOURS, _count(gateways, "NAT gateway"))
        yield plan.use("nat_gateway_gb", plan.assumptions.nat_gb, "through NAT gateways", option="--nat-gb")
    endpoints = len(interface_endpoints(plan.containers, settings)) * settings.zones
    if own and endpoints:
        yield plan.item("interface_endpoint", endpoints * HOURS, f"{endpoints} interface endpoints")
        yield plan.use(
            "interface_endpoint_gb", plan.assumptions.endpoint_gb, "through endpoints", option="--endpoint-gb"
        )
    yield from _load_balancers(plan)
    yield from _addresses(plan, gateways if own else 0)
    yield plan.use("transfer_out_gb", plan.assumptions.out_gb, "sent to the internet", option="--out-gb", free=FREE_OUT)
    if settings.hosted_zone_id and not settings.shared:
        yield plan.item("hosted_zone", 1, "hosted zone", note="yours already")


def _load_balancers(plan: Plan) -> Iterator[Item | Rate]:
    """Of ``listenerArn``'s load balancer, and of a web ACL, the price is paid where they are made."""
    assumed = plan.assumptions
    if balanced(plan):
        yield plan.item("load_balancer", HOURS, "load balancer", free=FREE_BALANCER_HOURS)
        yield plan.use("load_balancer_lcu", _hours(assumed.lcu), "load balancer's use", option="--lcu")
    if network_balanced(plan):
        yield plan.item("network_load_balancer", HOURS, "Network Load Balancer")
        units = _hours(assumed.nlcu)
        yield plan.use("network_load_balancer_nlcu", units, "Network Load Balancer's use", option="--nlcu")


def balanced(plan: Plan) -> bool:
    """Whether the stack has an Application Load Balancer of its own."""
    return bool(listener_ports(plan.containers, plan.settings))


def network_balanced(plan: Plan) -> bool:
    return bool(plan_network_routes(plan.containers, plan.settings))


def _hours(average: float | None) -> float | None:
    return None if average is None else average * HOURS


def nat_gateways(plan: Plan) -> int:
    if not plan.fargate:
        return 0
    return {"none": 0, "one": 1, "zone": plan.settings.zones}[plan.settings.nat_gateways]


def _addresses(plan: Plan, gateways: int) -> Iterator[Item]:
    """Public IPv4 addresses, charged since February 2024 wherever they are in use."""
    settings = plan.settings
    subnets = len(settings.public_subnet_ids) or settings.zones
    instances = 0 if plan.fargate or settings.shared else settings.instance_count + spot_instances(plan)
    hours = {
        "of instances": instances * HOURS,
        "of the load balancer": subnets * HOURS * balanced(plan),
        "of the Network Load Balancer": subnets * HOURS * network_balanced(plan),
        "of NAT gateways": gateways * HOURS,
        "of tasks": sum(task_hours(plan, name)[0] for name in plan.services) if _public_tasks(plan) else 0,
    }
    free = float(FREE_ADDRESS_HOURS)
    for whose, number in hours.items():
        if number:
            yield plan.item("public_ipv4", number, f"public IPv4 {whose}", free=min(free, number))
            free = max(0.0, free - number)


def _public_tasks(plan: Plan) -> bool:
    settings = plan.settings
    if not plan.fargate:
        return False
    if settings.vpc_id:
        return not settings.private_subnet_ids
    return settings.nat_gateways == "none" and settings.endpoints == "gateway"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
