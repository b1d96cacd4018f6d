"""What all services of one ECS environment share: network, cluster, names, load balancer, firewall."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from berth.components.aws_access import AwsAccess
from berth.components.cluster import CapacityShare, Cluster, ClusterArgs, InstancesSpec
from berth.components.network import ExistingNetwork, Network, NetworkArgs
from berth.components.network_load_balancer import NetworkLoadBalancer
from berth.components.security_group import SecurityGroup
from berth.compose.model import Application
from berth.platforms.ecs.balancer import Entrance, create_certificate, create_load_balancer, find_entrance, point_domain
from berth.platforms.ecs.endpoints import interface_endpoints
from berth.platforms.ecs.firewall import (
    aws_only_group,
    instances_group,
    load_balancer_group,
    network_balancer_group,
    network_groups,
)
from berth.platforms.ecs.logs import log_drivers
from berth.platforms.ecs.network_balancer import create_network_balancer
from berth.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Foundation:
    """``groups``: Compose network -> its security group (Fargate). ``instances_group_id``: the instances' (EC2)."""

    access: AwsAccess
    network: Network
    cluster: Cluster
    namespace: aws.servicediscovery.HttpNamespace
    load_balancer: Entrance | None
    certificate_arn: pulumi.Input[str] | None
    network_balancer: NetworkLoadBalancer | None
    network_balancer_group: SecurityGroup | None
    load_balancer_group: SecurityGroup | None
    instances_group_id: pulumi.Input[str] | None
    groups: Mapping[str, SecurityGroup]
    aws_only: SecurityGroup | None


def lay_foundation(
    prefix: str, application: Application, settings: Settings, opts: pulumi.ResourceOptions
) -> Foundation:
    """Create what is shared. ``prefix`` starts every name; ``opts`` carries the parent and the provider."""
    tags = dict(settings.tags)
    fargate = settings.platform == "ecs-fargate"
    network = Network(prefix, _network_args(application, settings, tags, private=fargate), opts)
    group = load_balancer_group(prefix, application, settings, network, opts)
    network_group = network_balancer_group(prefix, application, settings, network, opts)
    certificate = create_certificate(prefix, application, settings, opts)
    entrance = find_entrance(prefix, application, settings, opts) or create_load_balancer(
        prefix, application, settings, network, group, certificate, opts
    )
    if entrance is not None:
        point_domain(prefix, settings, entrance, opts)
    sources = entrance.security_group_ids if entrance else ()
    instances = (
        None if fargate else instances_group(prefix, application, settings, network, sources, network_group, opts)
    )
    return Foundation(
        access=AwsAccess(region=settings.region, endpoint=settings.aws_endpoint),
        network=network,
        cluster=Cluster(prefix, _cluster_args(application, settings, network, instances, tags), opts),
        namespace=aws.servicediscovery.HttpNamespace(
            prefix, description=f"Service names of {application.name}", tags=tags, opts=opts
        ),
        load_balancer=entrance,
        certificate_arn=certificate,
        network_balancer=create_network_balancer(prefix, application, settings, network, network_group, opts),
        network_balancer_group=network_group,
        load_balancer_group=group,
        instances_group_id=instances,
        groups=network_groups(prefix, application, settings, network, opts) if fargate else {},
        aws_only=aws_only_group(prefix, application, settings, network, opts) if fargate else None,
    )


def _network_args(
    application: Application, settings: Settings, tags: Mapping[str, str], *, private: bool
) -> NetworkArgs:
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
        flow_logs=settings.flow_logs,
        log_retention_days=settings.log_retention_days,
        interface_endpoints=interface_endpoints(application, settings),
        ipv6=settings.ipv6,
        existing=existing,
        tags=tags,
    )


def _cluster_args(
    application: Application,
    settings: Settings,
    network: Network,
    instances: pulumi.Input[str] | None,
    tags: Mapping[str, str],
) -> ClusterArgs:
    if settings.shared is not None and instances is not None:
        capacity = [
            CapacityShare(capacity_provider=pulumi.Output.from_input(item.provider), weight=item.weight, base=item.base)
            for item in settings.shared.capacity
        ]
        return ClusterArgs(existing_arn=settings.cluster_arn, capacity=capacity, tags=tags)
    if instances is None:
        return ClusterArgs(
            existing_arn=settings.cluster_arn,
            spot=settings.fargate_spot,
            container_insights=settings.container_insights,
            tags=tags,
        )
    return ClusterArgs(
        container_insights=settings.container_insights,
        instances=InstancesSpec(
            subnet_ids=network.public_subnet_ids,
            security_group_ids=[instances],
            instance_type=settings.instance_type,
            count=settings.instance_count,
            maximum=settings.instance_maximum or None,
            spot_maximum=settings.instance_maximum if settings.instance_spot else 0,
            spot_types=settings.spot_instance_types,
            disk_size=settings.disk_size,
            cpu_architecture=settings.cpu_architecture,
            gpus=any(service.gpus for service in application.services.values()),
            attributes=settings.instance_attributes,
            log_drivers=log_drivers(application),
            elastic_ip=settings.most_instances == 1 and not settings.load_balanced,
            ipv6=settings.ipv6,
            tags=tags,
        ),
        spot=settings.instance_spot,
        tags=tags,
    )
