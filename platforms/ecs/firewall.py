"""Who may reach whom: the security groups of the load balancer, the instances and the Compose networks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pulumi
import pulumi_aws as aws

from berth.components.network import Network
from berth.components.security_group import Rule, SecurityGroup, SecurityGroupArgs
from berth.compose.model import Application
from berth.platforms.ecs.ingress import listener_ports
from berth.platforms.ecs.network_ingress import plan_network_routes
from berth.platforms.ecs.tags import tags_of
from berth.settings import Settings

ANYWHERE, ANYWHERE_IPV6 = "0.0.0.0/0", "::/0"
NO_NETWORK = ""
"""The group of services that have no network of the file's: those with ``network_mode: bridge``."""
DYNAMIC_PORTS = (32768, 65535)
"""Host ports that ECS picks from when a task names none:
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html"""


def anywhere(settings: Settings) -> tuple[str, ...]:
    """Every address that the stack knows of."""
    return (ANYWHERE, ANYWHERE_IPV6) if settings.ipv6 else (ANYWHERE,)


def to_anywhere(settings: Settings, description: str) -> list[Rule]:
    return [Rule(protocol="all", cidr=cidr, description=description) for cidr in anywhere(settings)]


def published(ports: Iterable[tuple[int, str]], settings: Settings) -> list[Rule]:
    """Each port and its protocol, from everywhere."""
    return [
        Rule(protocol="udp" if protocol == "udp" else "tcp", from_port=port, cidr=cidr, description="Published")
        for port, protocol in ports
        for cidr in anywhere(settings)
    ]


def load_balancer_group(
    prefix: str, application: Application, settings: Settings, network: Network, opts: pulumi.ResourceOptions
) -> SecurityGroup | None:
    """Of the stack's own Application Load Balancer; None where it has none."""
    ports = listener_ports(application, settings)
    if not ports:
        return None
    said = f"Load balancer of {application.name}"
    return _open_group(f"{prefix}-ingress", said, [(port, "tcp") for port in ports], settings, network, opts)


def network_balancer_group(
    prefix: str, application: Application, settings: Settings, network: Network, opts: pulumi.ResourceOptions
) -> SecurityGroup | None:
    """Of the Network Load Balancer; None where there is none."""
    routes = plan_network_routes(application, settings)
    if not routes:
        return None
    said = f"Network Load Balancer of {application.name}"
    ports = dict.fromkeys((route.port, route.transport) for route in routes)
    return _open_group(f"{prefix}-network-ingress", said, ports, settings, network, opts)


def _open_group(
    name: str,
    description: str,
    ports: Iterable[tuple[int, str]],
    settings: Settings,
    network: Network,
    opts: pulumi.ResourceOptions,
) -> SecurityGroup:
    """A load balancer's: its listeners are open to everywhere, and it reaches every service."""
    return SecurityGroup(
        name,
        SecurityGroupArgs(
            vpc_id=network.vpc_id,
            description=description,
            ingress=published(ports, settings),
            egress=to_anywhere(settings, "To the services"),
            tags=settings.tags,
        ),
        opts,
    )


def instances_group(
    prefix: str,
    application: Application,
    settings: Settings,
    network: Network,
    balancers: Sequence[pulumi.Input[str]],
    network_balancer: SecurityGroup | None,
    opts: pulumi.ResourceOptions,
) -> pulumi.Input[str]:
    """The id of a group: instances take the published ports, or what the load balancers send, and each other's proxied
    traffic. Those of another stack let in what its own balancer sends; of this stack's Network Load Balancer a rule is
    added there.
    """
    if settings.shared is not None:
        assert settings.shared.instances_group_id is not None, "the settings refuse instances of a stack without"
        if network_balancer is not None:
            _let_in(prefix, settings, settings.shared.instances_group_id, network_balancer, opts)
        return settings.shared.instances_group_id
    rules = [Rule(protocol="all", within=True, description="Service Connect between instances")]
    low, high = DYNAMIC_PORTS
    rules += [
        Rule(from_port=low, to_port=high, security_group_id=group, description="From the load balancer")
        for group in balancers
    ]
    if network_balancer is not None:
        rules.append(
            Rule(
                from_port=low,
                to_port=high,
                security_group_id=network_balancer.id,
                description="From the Network Load Balancer",
                label="network",
            )
        )
    if not settings.load_balanced:
        ports = {
            (port.published, port.protocol)
            for service in application.services.values()
            for port in service.ports
            if port.published
        }
        rules += published(sorted(ports), settings)
    return SecurityGroup(
        f"{prefix}-instances",
        SecurityGroupArgs(
            vpc_id=network.vpc_id,
            description=f"Instances of {application.name}",
            ingress=rules,
            egress=to_anywhere(settings, "Image pulls, AWS and the internet"),
            tags=settings.tags,
        ),
        opts,
    ).id


def _let_in(
    prefix: str, settings: Settings, instances: str, network_balancer: SecurityGroup, opts: pulumi.ResourceOptions
) -> None:
    low, high = DYNAMIC_PORTS
    aws.vpc.SecurityGroupIngressRule(
        f"{prefix}-network-to-instances",
        security_group_id=instances,
        ip_protocol="tcp",
        from_port=low,
        to_port=high,
        referenced_security_group_id=network_balancer.id,
        description=f"From the Network Load Balancer of {prefix}",
        tags=dict(settings.tags),
        opts=opts,
    )


def network_groups(
    prefix: str, application: Application, settings: Settings, network: Network, opts: pulumi.ResourceOptions
) -> dict[str, SecurityGroup]:
    """One group a Compose network: members reach each other; only a network that is not internal lets out. One more,
    ``NO_NETWORK``, where services have none."""

    wanted = {
        name: (f"{prefix}-network-{name}", f"Compose network {name}", compose_network.internal, compose_network.labels)
        for name, compose_network in sorted(application.networks.items())
        if not compose_network.external  # its name is that of a group
    }
    if any(not service.networks for service in application.services.values()):
        # Else AWS gives these services the VPC's default group, and no load balancer or other service reaches them.
        wanted[NO_NETWORK] = (f"{prefix}-bridge", "Docker's bridge", False, {})
    within = Rule(protocol="all", within=True, description="Within the network")
    return {
        key: SecurityGroup(
            name,
            SecurityGroupArgs(
                vpc_id=network.vpc_id,
                description=f"{description} of {application.name}",
                ingress=[within],
                egress=[within, *([] if internal else to_anywhere(settings, "To the internet"))],
                tags=tags_of(settings, labels),
            ),
            opts,
        )
        for key, (name, description, internal, labels) in wanted.items()
    }


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
