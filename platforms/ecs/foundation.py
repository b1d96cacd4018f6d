"""What all services of one ECS environment share: network, cluster, names, load balancer, firewall."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.aws_access import AwsAccess
from components.certificate import Certificate, CertificateArgs
from components.cluster import Cluster, ClusterArgs, InstancesSpec
from components.load_balancer import LoadBalancer, LoadBalancerArgs
from components.naming import autonamed
from components.network import ExistingNetwork, Network, NetworkArgs
from components.security_group import Rule, SecurityGroup, SecurityGroupArgs
from compose.model import Application
from platforms.ecs.ingress import listener_ports
from platforms.ecs.logs import log_drivers
from settings import Settings

ANYWHERE = "0.0.0.0/0"
DYNAMIC_PORTS = (32768, 65535)
"""Host ports that ECS picks from when a task names none:
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foundation:
    """``groups``: Compose network -> its security group (Fargate). ``instances``: the instances' group (EC2)."""

    access: AwsAccess
    network: Network
    cluster: Cluster
    namespace: aws.servicediscovery.HttpNamespace
    load_balancer: LoadBalancer | None
    load_balancer_group: SecurityGroup | None
    instances: SecurityGroup | None
    groups: Mapping[str, SecurityGroup]
    aws_only: SecurityGroup | None


def lay_foundation(
    prefix: str, application: Application, settings: Settings, opts: pulumi.ResourceOptions
) -> Foundation:
    """Create what is shared. ``prefix`` starts every name; ``opts`` carries the parent and the provider."""
    tags = dict(settings.tags)
    fargate = settings.platform == "ecs-fargate"
    network = Network(prefix, _network_args(settings, tags, private=fargate), opts)
    balancer_group = _load_balancer_group(prefix, application, settings, network, opts)
    instances = None if fargate else _instances_group(prefix, application, settings, network, balancer_group, opts)
    return Foundation(
        access=AwsAccess(region=settings.region, endpoint=settings.aws_endpoint),
        network=network,
        cluster=Cluster(prefix, _cluster_args(application, settings, network, instances, tags), opts),
        namespace=aws.servicediscovery.HttpNamespace(
            prefix, description=f"Service names of {application.name}", tags=tags, opts=opts
        ),
        load_balancer=_load_balancer(prefix, application, settings, network, balancer_group, opts),
        load_balancer_group=balancer_group,
        instances=instances,
        groups=_network_groups(prefix, application, network, tags, opts) if fargate else {},
        aws_only=_aws_only_group(prefix, application, settings, network, opts) if fargate else None,
    )


def _network_args(settings: Settings, tags: Mapping[str, str], *, private: bool) -> NetworkArgs:
    existing = None
    if settings.vpc_id:
        existing = ExistingNetwork(
            vpc_id=settings.vpc_id,
            public_subnet_ids=settings.public_subnet_ids,
            private_subnet_ids=settings.private_subnet_ids,
        )
    return NetworkArgs(
        region=settings.region,
        cidr=settings.vpc_cidr,
        zones=settings.zones,
        private_subnets=private and (settings.nat_gateways != "none" or settings.endpoints == "interface"),
        nat_gateways=settings.nat_gateways if private else "none",
        endpoints=settings.endpoints if private else "gateway",
        existing=existing,
        tags=tags,
    )


def _cluster_args(
    application: Application,
    settings: Settings,
    network: Network,
    instances: SecurityGroup | None,
    tags: Mapping[str, str],
) -> ClusterArgs:
    if instances is None:
        return ClusterArgs(fargate_spot=settings.fargate_spot, tags=tags)
    return ClusterArgs(
        instances=InstancesSpec(
            subnet_ids=network.public_subnet_ids,
            security_group_ids=[instances.id],
            instance_type=settings.instance_type,
            count=settings.instance_count,
            disk_size=settings.disk_size,
            cpu_architecture=settings.cpu_architecture,
            gpus=any(service.gpus for service in application.services.values()),
            attributes=settings.instance_attributes,
            log_drivers=log_drivers(application),
            elastic_ip=settings.instance_count == 1 and not settings.load_balanced,
            tags=tags,
        ),
        tags=tags,
    )


def _load_balancer_group(
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


def _load_balancer(
    prefix: str,
    application: Application,
    settings: Settings,
    network: Network,
    group: SecurityGroup | None,
    opts: pulumi.ResourceOptions,
) -> LoadBalancer | None:
    if group is None:
        return None
    certificate = settings.certificate_arn
    if settings.domain and settings.hosted_zone_id and not certificate:
        certificate = Certificate(
            prefix,
            CertificateArgs(
                domain=settings.domain,
                hosted_zone_id=settings.hosted_zone_id,
                subject_alternative_names=[f"*.{settings.domain}"],
                tags=settings.tags,
            ),
            opts,
        ).arn
    balancer = LoadBalancer(
        autonamed(prefix, 32),
        LoadBalancerArgs(
            vpc_id=network.vpc_id,
            subnet_ids=network.public_subnet_ids,
            security_group_id=group.id,
            http_ports=[port for port in listener_ports(application, settings) if port != 443],
            certificate_arn=certificate,
            deletion_protection=settings.protect_data,
            tags=settings.tags,
        ),
        opts,
    )
    if settings.domain and settings.hosted_zone_id:
        _point_domain(prefix, settings.domain, settings.hosted_zone_id, balancer, opts)
    return balancer


def _point_domain(
    prefix: str, domain: str, hosted_zone_id: str, balancer: LoadBalancer, opts: pulumi.ResourceOptions
) -> None:
    """The domain, and every name below it for host rules, is an alias of the load balancer."""
    for label, name in (("domain", domain), ("subdomains", f"*.{domain}")):
        aws.route53.Record(
            f"{prefix}-{label}",
            zone_id=hosted_zone_id,
            name=name,
            type="A",
            aliases=[
                aws.route53.RecordAliasArgs(
                    name=balancer.dns_name, zone_id=balancer.zone_id, evaluate_target_health=True
                )
            ],
            opts=opts,
        )


def _instances_group(
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


def _network_groups(
    prefix: str, application: Application, network: Network, tags: Mapping[str, str], opts: pulumi.ResourceOptions
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
                tags=tags,
            ),
            opts,
        )
    return groups


def _aws_only_group(
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
