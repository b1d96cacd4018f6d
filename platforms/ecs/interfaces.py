"""Where a Fargate task's network interface lies, and which security groups it has."""

from __future__ import annotations

from components.security_group import Rule, SecurityGroup, SecurityGroupArgs
from components.service import Placement
from platforms.ecs.deployment import Deployment
from platforms.ecs.existing import security_groups
from platforms.ecs.ingress import PlannedRoute
from platforms.ecs.plan import ServicePlan


def place(deployment: Deployment, plan: ServicePlan, name: str, routes: list[PlannedRoute]) -> Placement | None:
    """Where a Fargate task's network interface lies, and which groups let it be reached; None in bridge mode."""
    settings, foundation = deployment.settings, deployment.foundation
    if settings.platform != "ecs-fargate":
        return None
    networks = [network for network in plan.service.networks if network in foundation.groups]
    groups = [foundation.groups[network].id for network in sorted(networks)]
    groups += security_groups(deployment.application, plan.service)
    if all(deployment.application.networks[network].internal for network in networks) and foundation.aws_only:
        groups.append(foundation.aws_only.id)
    if deployment.storage.client and plan.volumes:
        groups.append(deployment.storage.client.id)
    if routes and foundation.load_balancer_group:
        groups.append(_ingress_group(deployment, name, routes, foundation.load_balancer_group).id)
    public = not foundation.network.private_subnet_ids
    return Placement(
        subnet_ids=foundation.network.public_subnet_ids if public else foundation.network.private_subnet_ids,
        security_group_ids=groups,
        assign_public_ip=public,
    )


def _ingress_group(
    deployment: Deployment, name: str, routes: list[PlannedRoute], balancer: SecurityGroup
) -> SecurityGroup:
    ports = sorted({route.container_port for route in routes})
    return SecurityGroup(
        f"{name}-ingress",
        SecurityGroupArgs(
            vpc_id=deployment.foundation.network.vpc_id,
            description=f"From the load balancer to {name}",
            ingress=[
                Rule(from_port=port, security_group_id=balancer.id, description="From the load balancer")
                for port in ports
            ],
            tags=deployment.settings.tags,
        ),
        deployment.opts,
    )
