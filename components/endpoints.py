"""VPC endpoints: how what has no way to the internet reaches AWS's own services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from berth.components.security_group import Rule, SecurityGroup, SecurityGroupArgs


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointsArgs:
    """``interfaces`` are services by the end of their endpoints' names (``ecr.api``); ``cidr`` is the VPC's range.

    https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
    """

    vpc_id: pulumi.Input[str]
    region: str
    cidr: str
    subnet_ids: Sequence[pulumi.Input[str]]
    route_table_ids: Sequence[pulumi.Input[str]]
    interfaces: Sequence[str] = ()
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """``security_group_id`` is that of the interface endpoints; None where there are none."""

    s3_prefix_list_id: pulumi.Output[str]
    security_group_id: pulumi.Output[str] | None


def create_endpoints(name: str, args: EndpointsArgs, opts: pulumi.ResourceOptions) -> Endpoints:
    """S3 by the routes, at no charge, and an interface in each subnet for every other service."""
    s3 = aws.ec2.VpcEndpoint(
        f"{name}-s3",
        vpc_id=args.vpc_id,
        service_name=f"com.amazonaws.{args.region}.s3",
        vpc_endpoint_type="Gateway",
        route_table_ids=args.route_table_ids,
        tags={**args.tags, "Name": f"{name}-s3"},
        opts=opts,
    )
    if not args.interfaces:
        return Endpoints(s3_prefix_list_id=s3.prefix_list_id, security_group_id=None)
    group = SecurityGroup(
        f"{name}-endpoints",
        SecurityGroupArgs(
            vpc_id=args.vpc_id,
            description="AWS endpoints",
            ingress=[Rule(from_port=443, cidr=args.cidr, description="From the VPC")],
            tags=args.tags,
        ),
        opts,
    )
    for service in args.interfaces:
        aws.ec2.VpcEndpoint(
            f"{name}-{service.replace('.', '-')}",
            vpc_id=args.vpc_id,
            service_name=f"com.amazonaws.{args.region}.{service}",
            vpc_endpoint_type="Interface",
            private_dns_enabled=True,
            subnet_ids=args.subnet_ids,
            security_group_ids=[group.id],
            tags={**args.tags, "Name": f"{name}-{service}"},
            # Never changed. A rehearsal's emulator forgets it, and each preview would want it back.
            opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(ignore_changes=["privateDnsEnabled"])),
        )
    return Endpoints(s3_prefix_list_id=s3.prefix_list_id, security_group_id=group.id)
