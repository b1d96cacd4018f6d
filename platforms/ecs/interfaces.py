"""Where a Fargate task's network interface lies, and which security groups it has."""

from __future__ import annotations

from collections.abc import Sequence

from berth.components.security_group import Rule, SecurityGroup, SecurityGroupArgs
from berth.components.service import Placement
from berth.platforms.ecs.deployment import Deployment
from berth.platforms.ecs.existing import security_groups
from berth.platforms.ecs.firewall import NO_NETWORK
from berth.platforms.ecs.plan import ServicePlan


def place(deployment: Deployment, plan: ServicePlan, name: str, allowed: Sequence[Rule]) -> Placement | None:
    """Where a Fargate task's network interface lies, and which groups let it be reached; None in bridge mode.

    ``allowed`` is what it takes from load balancers.
    """
    settings, foundation = deployment.settings, deployment.foundation
    if settings.platform != "ecs-fargate":
        return None
    networks = [network for network in plan.service.networks or (NO_NETWORK,) if network in foundation.groups]
    groups = [foundation.groups[network].id for network in sorted(networks)]
    groups += security_groups(deployment.application, plan.service)
    inside = all(network and deployment.application.networks[network].internal for network in networks)
    if inside and foundation.aws_only:
        groups.append(foundation.aws_only.id)
    if deployment.storage.client and plan.volumes:
        groups.append(deployment.storage.client.id)
    if allowed:
        groups.append(_ingress_group(deployment, name, allowed).id)
    public = not foundation.network.private_subnet_ids
    return Placement(
        subnet_ids=foundation.network.public_subnet_ids if public else foundation.network.private_subnet_ids,
        security_group_ids=groups,
        assign_public_ip=public,
    )


def _ingress_group(deployment: Deployment, name: str, allowed: Sequence[Rule]) -> SecurityGroup:
    return SecurityGroup(
        f"{name}-ingress",
        SecurityGroupArgs(
            vpc_id=deployment.foundation.network.vpc_id,
            description=f"From the load balancer to {name}",
            ingress=allowed,
            tags=deployment.settings.tags,
        ),
        deployment.opts,
    )
