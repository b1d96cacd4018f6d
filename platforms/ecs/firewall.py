"""Who may reach whom: the security groups of the load balancer, the instances and the Compose networks."""

from __future__ import annotations

import pulumi

from components.network import Network
from components.security_group import Rule, SecurityGroup, SecurityGroupArgs
from compose.model import Application
from platforms.ecs.ingress import listener_ports
from platforms.ecs.tags import tags_of
from settings import Settings

ANYWHERE = "0.0.0.0/0"
DYNAMIC_PORTS = (32768, 65535)
"""Host ports that ECS picks from when a task names none:
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html"""


def load_balancer_group(
    prefix: str, application: Application, settings: Settings, network: Network, opts: pulumi.ResourceOptions
) -> SecurityGroup | None:
    ports = listener_ports(application, settings)
    if not ports:
        return None
    return SecurityGroup(
        f"{prefix}-ingress",
        SecurityGroupArgs(
            vpc_id=network.vpc_id,
            description=f"Load balancer of {application.name}",
            ingress=[Rule(from_port=port, cidr=ANYWHERE, description="Published") for port in ports],
            egress=[Rule(protocol="all", cidr=ANYWHERE, description="To the services")],
            tags=settings.tags,
        ),
        opts,
    )


def instances_group(
    prefix: str,
    application: Application,
    settings: Settings,
    network: Network,
    balancer: SecurityGroup | None,
    opts: pulumi.ResourceOptions,
) -> SecurityGroup:
    """Instances take the published ports, or what the load balancer sends, and each other's proxied traffic."""
    rules = [Rule(protocol="all", within=True, description="Service Connect between instances")]
    if balancer is not None:
        low, high = DYNAMIC_PORTS
        rules.append(
            Rule(from_port=low, to_port=high, security_group_id=balancer.id, description="From the load balancer")
        )
    else:
        published = {
            (port.published, port.protocol)
            for service in application.services.values()
            for port in service.ports
            if port.published
        }
        rules += [
            Rule(protocol=protocol, from_port=port, cidr=ANYWHERE, description="Published")
            for port, protocol in sorted(published)
        ]
    return SecurityGroup(
        f"{prefix}-instances",
        SecurityGroupArgs(
            vpc_id=network.vpc_id,
            description=f"Instances of {application.name}",
            ingress=rules,
            egress=[Rule(protocol="all", cidr=ANYWHERE, description="Image pulls, AWS and the internet")],
            tags=settings.tags,
        ),
        opts,
    )


def network_groups(
    prefix: str, application: Application, settings: Settings, network: Network, opts: pulumi.ResourceOptions
) -> dict[str, SecurityGroup]:
    """One group a Compose network: members reach each other; only a network that is not internal lets out."""
    groups = {}
    for name, compose_network in sorted(application.networks.items()):
        if compose_network.external:
            continue  # its name is that of a group
        egress = [Rule(protocol="all", within=True, description="Within the network")]
        if not compose_network.internal:
            egress.append(Rule(protocol="all", cidr=ANYWHERE, description="To the internet"))
        groups[name] = SecurityGroup(
            f"{prefix}-network-{name}",
            SecurityGroupArgs(
                vpc_id=network.vpc_id,
                description=f"Compose network {name} of {application.name}",
                ingress=[Rule(protocol="all", within=True, description="Within the network")],
                egress=egress,
                tags=tags_of(settings, compose_network.labels),
            ),
            opts,
        )
    return groups


def aws_only_group(
    prefix: str, application: Application, settings: Settings, network: Network, opts: pulumi.ResourceOptions
) -> SecurityGroup | None:
    """For services on internal networks alone: Fargate pulls images and secrets through the task's own interface."""
    if not any(network.internal for network in application.networks.values()):
        return None
    if network.endpoint_security_group_id is not None:
        egress = [Rule(from_port=443, security_group_id=network.endpoint_security_group_id, description="AWS")]
        if network.s3_prefix_list_id is not None:
            egress.append(Rule(from_port=443, prefix_list_id=network.s3_prefix_list_id, description="Image layers"))
    else:
        egress = [Rule(from_port=443, cidr=ANYWHERE, description="AWS: image pulls, secrets, logs")]
    return SecurityGroup(
        f"{prefix}-aws",
        SecurityGroupArgs(
            vpc_id=network.vpc_id, description="Out to AWS alone", egress=egress, tags=dict(settings.tags)
        ),
        opts,
    )
