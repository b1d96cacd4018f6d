"""A service's ways in: its routes on the load balancers, and what these may send to its tasks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pulumi

from berth.components.network_route import NetworkRoute, NetworkRouteArgs
from berth.components.route import Route, RouteArgs
from berth.components.security_group import Rule
from berth.components.service import Target
from berth.platforms.ecs.deployment import Deployment
from berth.platforms.ecs.ingress import SHARED, PlannedRoute
from berth.platforms.ecs.joined import joined_groups
from berth.platforms.ecs.network_ingress import PlannedNetworkRoute
from berth.platforms.ecs.plan import ServicePlan
from berth.platforms.ecs.rollouts import draining, two_groups


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A target group of the service, which waits for ``ready``: a load balancer uses the group then. None: one does.

    ``port`` is the listener's, or of a group that exists the container's; ``route`` is the Application Load Balancer's,
    None of others.
    """

    target: Target
    ready: pulumi.Resource | None
    port: int
    route: Route | None = None


def create_ways(deployment: Deployment, plan: ServicePlan, name: str) -> list[Way]:
    """The service's target groups, with the rule or listener that sends to each."""
    return [
        *(_route(deployment, name, route) for route in _routes(deployment, plan)),
        *(_network_route(deployment, name, route) for route in _network_routes(deployment, plan)),
        *(
            Way(
                target=Target(target_group_arn=group.arn, container_name=group.service, container_port=group.port),
                ready=None,
                port=group.port,
            )
            for group in joined_groups(deployment.application, deployment.settings)
            if group.service == plan.service.name
        ),
    ]


def allowed(deployment: Deployment, plan: ServicePlan) -> list[Rule]:
    """What a Fargate task of the service takes from load balancers, by its ports."""
    foundation = deployment.foundation
    groups = foundation.load_balancer.security_group_ids if foundation.load_balancer else ()
    rules = [
        Rule(from_port=port, security_group_id=group, description="From the load balancer")
        for port in sorted({route.container_port for route in _routes(deployment, plan)})
        for group in groups
    ]
    network = _network_routes(deployment, plan)
    if foundation.network_balancer_group is not None:
        ports: dict[tuple[Literal["tcp", "udp"], int], None] = {}
        for route in network:
            ports[route.transport, route.container_port] = None
            if route.health_port is not None:
                ports["tcp", route.health_port] = None
        rules += [
            Rule(
                protocol=protocol,
                from_port=port,
                security_group_id=foundation.network_balancer_group.id,
                description="From the Network Load Balancer",
                label="network",
            )
            for protocol, port in ports
        ]
    return rules


def _routes(deployment: Deployment, plan: ServicePlan) -> list[PlannedRoute]:
    return [route for route in deployment.routes if route.service == plan.service.name]


def _network_routes(deployment: Deployment, plan: ServicePlan) -> list[PlannedNetworkRoute]:
    return [route for route in deployment.network_routes if route.service == plan.service.name]


def _target_type(deployment: Deployment) -> Literal["ip", "instance"]:
    return "ip" if deployment.settings.platform == "ecs-fargate" else "instance"


def _route(deployment: Deployment, name: str, route: PlannedRoute) -> Way:
    balancer, service = deployment.foundation.load_balancer, deployment.application.services[route.service]
    assert balancer is not None, "routes are planned for load-balanced stacks only"
    created = Route(
        f"{name}-{'shared' if route.port == SHARED else route.port}{route.label}",
        RouteArgs(
            listener_arn=balancer.listener_arns[route.port],
            vpc_id=deployment.foundation.network.vpc_id,
            container_port=route.container_port,
            target_type=_target_type(deployment),
            priority=route.priority,
            host=route.host,
            path=route.path,
            health_path=route.health_path,
            deregistration_delay=draining(service, deployment.settings),
            two_groups=two_groups(service, deployment.settings),
            tags=deployment.settings.tags,
        ),
        deployment.opts,
    )
    return Way(target=_target(route, created.target_group_arn), ready=created.rule, port=route.port, route=created)


def _network_route(deployment: Deployment, name: str, route: PlannedNetworkRoute) -> Way:
    foundation = deployment.foundation
    assert foundation.network_balancer is not None, "such routes are planned for load-balanced stacks only"
    created = NetworkRoute(
        f"{name}-{route.port}-{route.protocol.lower()}",
        NetworkRouteArgs(
            load_balancer_arn=foundation.network_balancer.arn,
            vpc_id=foundation.network.vpc_id,
            protocol=route.protocol,
            port=route.port,
            container_port=route.container_port,
            target_type=_target_type(deployment),
            health_port=route.health_port,
            deregistration_delay=draining(deployment.application.services[route.service], deployment.settings),
            certificate_arn=foundation.certificate_arn if route.protocol == "TLS" else None,
            tags=deployment.settings.tags,
        ),
        deployment.opts,
    )
    return Way(target=_target(route, created.target_group_arn), ready=created.listener, port=route.port)


def _target(route: PlannedRoute | PlannedNetworkRoute, group: pulumi.Output[str]) -> Target:
    return Target(target_group_arn=group, container_name=route.service, container_port=route.container_port)
