"""A DNS zone inside of a VPC, in which its members look up names that have no dot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateZoneArgs:
    """``domain`` is the zone's name (shop-prod.internal). With ``searched`` it becomes the VPC's domain name, by which
    whatever starts in the VPC from then on completes a name without a dot: for a VPC of one's own alone.

    https://docs.aws.amazon.com/vpc/latest/userguide/DHCPOptionSetConcepts.html
    """

    domain: str
    vpc_id: pulumi.Input[str]
    searched: bool
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


class PrivateZone(pulumi.ComponentResource):
    """``ready``: what must be there before a task that looks names up starts."""

    id: pulumi.Output[str]
    ready: Sequence[pulumi.Resource]

    def __init__(self, name: str, args: PrivateZoneArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("berth:components:PrivateZone", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        tags = {**args.tags, "Name": name}
        zone = aws.route53.Zone(
            name,
            name=args.domain,
            comment=f"Managed services of {name}",
            vpcs=[aws.route53.ZoneVpcArgs(vpc_id=args.vpc_id)],
            force_destroy=False,
            tags=tags,
            opts=child,
        )
        self.id = zone.zone_id
        self.ready = [zone]
        if args.searched:
            options = aws.ec2.VpcDhcpOptions(
                name,
                domain_name=args.domain,
                domain_name_servers=["AmazonProvidedDNS"],
                tags=tags,
                opts=child,
            )
            self.ready = [
                zone,
                aws.ec2.VpcDhcpOptionsAssociation(name, vpc_id=args.vpc_id, dhcp_options_id=options.id, opts=child),
            ]
        self.register_outputs({"id": self.id})
