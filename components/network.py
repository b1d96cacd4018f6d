"""A VPC over two or more Availability Zones, or the network that is already there."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, cast

import pulumi
import pulumi_aws as aws

from berth.components.endpoints import EndpointsArgs, create_endpoints
from berth.components.flow_log import FlowLog, FlowLogArgs
from berth.diagnostics import Diagnostic, PlatformError

ANYWHERE, ANYWHERE_IPV6 = "0.0.0.0/0", "::/0"
PARTS = 16
"""The VPC's range is cut into this many equal subnets: the first half is public, the second private."""
PREFIX_LENGTHS = range(16, 24)
"""A VPC has /16 at most; a load balancer needs a /27 in each zone, a sixteenth of a /23.
https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingNetwork:
    """A VPC that others made; subnets are one a zone, the public ones with a route to an internet gateway."""

    vpc_id: str
    public_subnet_ids: Sequence[str]
    private_subnet_ids: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkArgs:
    """``cidr`` is an IPv4 range from /16 to /23. ``zones`` counts Availability Zones, ``nat_gateways`` is "none",
    "one" for all private subnets or one a "zone". S3 has its endpoint always; ``interface_endpoints`` are further
    services (``ecr.api``). ``ipv6`` adds a range of Amazon's, of which the private subnets only send.
    ``flow_logs`` writes the VPC's traffic to CloudWatch, which bills it; ``log_retention_days`` is for how long.
    With ``existing`` nothing is created and the rest is not used.

    Raises:
        PlatformError: ``cidr`` or ``zones`` cannot be laid out.
    """

    region: str
    cidr: str = "10.0.0.0/16"
    zones: int = 2
    private_subnets: bool = True
    nat_gateways: Literal["none", "one", "zone"] = "one"
    interface_endpoints: Sequence[str] = ()
    ipv6: bool = False
    flow_logs: bool = False
    log_retention_days: int = 30
    existing: ExistingNetwork | None = None
    tags: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        subnet_ranges(self.cidr)
        if not 1 <= self.zones <= PARTS // 2:
            raise _misfit("zones", f"must be 1 to {PARTS // 2} (got {self.zones})", "Two serve most applications.")
        if self.interface_endpoints and not self.private_subnets:
            raise ValueError("interface_endpoints lie in private subnets, but private_subnets is False")


class Network(pulumi.ComponentResource):
    """``public_subnet_ids`` and ``private_subnet_ids`` are usable: whoever takes one waits for its routes.

    ``s3_prefix_list_id`` and ``endpoint_security_group_id`` are where a task without a way to the internet still
    sends to; None in an existing network, and the latter without interface endpoints.
    """

    vpc_id: pulumi.Output[str]
    public_subnet_ids: Sequence[pulumi.Output[str]]
    private_subnet_ids: Sequence[pulumi.Output[str]]
    endpoint_security_group_id: pulumi.Output[str] | None
    s3_prefix_list_id: pulumi.Output[str] | None

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("berth:components:Network", name, None, opts)
        self._name = name
        self._args = args
        self.endpoint_security_group_id = None
        self.s3_prefix_list_id = None
        if args.existing is not None:
            self.vpc_id = pulumi.Output.from_input(args.existing.vpc_id)
            self.public_subnet_ids = [pulumi.Output.from_input(id_) for id_ in args.existing.public_subnet_ids]
            self.private_subnet_ids = [pulumi.Output.from_input(id_) for id_ in args.existing.private_subnet_ids]
        else:
            self._create()
        self.register_outputs(
            {
                "vpc_id": self.vpc_id,
                "public_subnet_ids": self.public_subnet_ids,
                "private_subnet_ids": self.private_subnet_ids,
            }
        )

    def _create(self) -> None:
        args = self._args
        zones = self._zones()
        vpc = aws.ec2.Vpc(
            self._name,
            cidr_block=args.cidr,
            enable_dns_support=True,
            enable_dns_hostnames=True,  # private names of interface endpoints and of EFS need both
            assign_generated_ipv6_cidr_block=True if args.ipv6 else None,
            tags=self._tags(),
            opts=self._child(),
        )
        self.vpc_id = vpc.id
        # AWS puts whatever names no group into this one, where all may reach all: empty, it lets nobody reach anybody.
        # https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-2
        aws.ec2.DefaultSecurityGroup(
            self._name, vpc_id=vpc.id, ingress=[], egress=[], tags=self._tags("default"), opts=self._child()
        )
        if args.flow_logs:
            retention = args.log_retention_days
            FlowLog(self._name, FlowLogArgs(vpc_id=vpc.id, retention_days=retention, tags=args.tags), self._child())
        public_table = self._public_table(vpc)
        public = [self._subnet(f"public-{index}", vpc, zone, index, public_table) for index, zone in enumerate(zones)]
        self.public_subnet_ids = [_subnet_id(association) for association in public]
        private_tables: list[_RoutedTable] = []
        private: list[aws.ec2.RouteTableAssociation] = []
        if args.private_subnets:
            private_tables = self._private_tables(vpc)
            private = [
                self._subnet(f"private-{index}", vpc, zone, PARTS // 2 + index, table)
                for index, (zone, table) in enumerate(zip(zones, private_tables, strict=True))
            ]
        self.private_subnet_ids = [_subnet_id(association) for association in private]
        endpoints = create_endpoints(
            self._name,
            EndpointsArgs(
                vpc_id=vpc.id,
                region=args.region,
                cidr=args.cidr,
                subnet_ids=self.private_subnet_ids,
                route_table_ids=[item.table.id for item in (public_table, *private_tables)],
                interfaces=args.interface_endpoints,
                tags=args.tags,
            ),
            self._child(),
        )
        self.s3_prefix_list_id = endpoints.s3_prefix_list_id
        self.endpoint_security_group_id = endpoints.security_group_id

    def _zones(self) -> list[str]:
        """Names of the first zones of the region; Local and Wavelength Zones that the account opted into are not."""
        found = aws.get_availability_zones(
            state="available",
            filters=[aws.GetAvailabilityZonesFilterArgs(name="zone-type", values=["availability-zone"])],
            opts=pulumi.InvokeOptions(parent=self),
        )
        names = sorted(found.names)
        if len(names) < self._args.zones:
            raise _misfit(
                "zones",
                f"{self._args.region} has {len(names)} Availability Zones for this account (asked for "
                f"{self._args.zones})",
                f"Write {len(names)} or fewer, or choose another region.",
            )
        return names[: self._args.zones]

    def _public_table(self, vpc: aws.ec2.Vpc) -> _RoutedTable:
        gateway = aws.ec2.InternetGateway(
            f"{self._name}-internet", vpc_id=vpc.id, tags=self._tags(), opts=self._child()
        )
        table = self._table("public", vpc)
        route = aws.ec2.Route(
            f"{self._name}-public",
            route_table_id=table.id,
            destination_cidr_block=ANYWHERE,
            gateway_id=gateway.id,
            opts=self._child(),
        )
        routes = [route]
        if self._args.ipv6:
            routes.append(self._ipv6_route("public", table, gateway_id=gateway.id))
        return _RoutedTable(table=table, routes=routes)

    def _ipv6_route(self, label: str, table: aws.ec2.RouteTable, **way: pulumi.Input[str]) -> aws.ec2.Route:
        return aws.ec2.Route(
            f"{self._name}-{label}-ipv6",
            route_table_id=table.id,
            destination_ipv6_cidr_block=ANYWHERE_IPV6,
            **way,
            opts=self._child(),
        )

    def _private_tables(self, vpc: aws.ec2.Vpc) -> list[_RoutedTable]:
        """One table a zone, also where they share a NAT gateway: going from one to one a zone replaces no subnet."""
        count = {"none": 0, "one": 1, "zone": self._args.zones}[self._args.nat_gateways]
        gateways = [self._nat_gateway(index) for index in range(count)]
        outward = None
        if self._args.ipv6:  # an address of IPv6 is public: this gateway lets nothing in
            outward = aws.ec2.EgressOnlyInternetGateway(
                f"{self._name}-egress-only", vpc_id=vpc.id, tags=self._tags("egress-only"), opts=self._child()
            )
        tables: list[_RoutedTable] = []
        for index in range(self._args.zones):
            table = self._table(f"private-{index}", vpc)
            routes: list[aws.ec2.Route] = []
            if gateways:
                routes.append(
                    aws.ec2.Route(
                        f"{self._name}-private-{index}",
                        route_table_id=table.id,
                        destination_cidr_block=ANYWHERE,
                        nat_gateway_id=gateways[index % len(gateways)].id,
                        opts=self._child(),
                    )
                )
            if outward is not None:
                routes.append(self._ipv6_route(f"private-{index}", table, egress_only_gateway_id=outward.id))
            tables.append(_RoutedTable(table=table, routes=routes))
        return tables

    def _nat_gateway(self, index: int) -> aws.ec2.NatGateway:
        tags = self._tags(f"nat-{index}")
        address = aws.ec2.Eip(f"{self._name}-nat-{index}", domain="vpc", tags=tags, opts=self._child())
        return aws.ec2.NatGateway(
            f"{self._name}-nat-{index}",
            allocation_id=address.id,
            subnet_id=self.public_subnet_ids[index],  # routed: AWS wants the internet gateway first
            tags=tags,
            opts=self._child(),
        )

    def _table(self, label: str, vpc: aws.ec2.Vpc) -> aws.ec2.RouteTable:
        """Routes are resources of their own: inline ones fight with those that gateway endpoints add."""
        return aws.ec2.RouteTable(f"{self._name}-{label}", vpc_id=vpc.id, tags=self._tags(label), opts=self._child())

    def _subnet(
        self,
        label: str,
        vpc: aws.ec2.Vpc,
        zone: str,
        index: int,
        routed: _RoutedTable,
    ) -> aws.ec2.RouteTableAssociation:
        """The subnet ``index`` with its table: an association, whose ``subnet_id`` is there once the routes are."""
        args = self._args
        subnet = aws.ec2.Subnet(
            f"{self._name}-{label}",
            vpc_id=vpc.id,
            cidr_block=subnet_ranges(args.cidr)[index],
            ipv6_cidr_block=vpc.ipv6_cidr_block.apply(lambda block: ipv6_subnet(block, index)) if args.ipv6 else None,
            assign_ipv6_address_on_creation=True if args.ipv6 else None,
            availability_zone=zone,
            tags=self._tags(label),
            # A zone that AWS adds or closes later must not replace a subnet in use.
            opts=self._child(ignore_changes=["availabilityZone"]),
        )
        return aws.ec2.RouteTableAssociation(
            f"{self._name}-{label}",
            subnet_id=subnet.id,
            route_table_id=routed.table.id,
            opts=self._child(depends_on=routed.routes),
        )

    def _child(
        self, depends_on: Sequence[pulumi.Resource] | None = None, ignore_changes: list[str] | None = None
    ) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, depends_on=depends_on, ignore_changes=ignore_changes)

    def _tags(self, label: str = "") -> dict[str, str]:
        return {**self._args.tags, "Name": f"{self._name}-{label}" if label else self._name}


@dataclass(frozen=True, slots=True, kw_only=True)
class _RoutedTable:
    """A route table and its ways out of the VPC."""

    table: aws.ec2.RouteTable
    routes: Sequence[aws.ec2.Route]


def _subnet_id(association: aws.ec2.RouteTableAssociation) -> pulumi.Output[str]:
    """Known to be there, as it was given; the provider also has associations of a gateway."""
    return cast("pulumi.Output[str]", association.subnet_id)


def subnet_ranges(cidr: str) -> tuple[str, ...]:
    """The sixteen equal parts of ``cidr``: /20 each for a /16.

    Raises:
        PlatformError: not an IPv4 range, or none from /16 to /23.
    """
    try:
        network = ipaddress.IPv4Network(cidr)
    except ValueError as error:
        raise _misfit("cidr", f"{error} (got {cidr!r})", "Write a range such as 10.0.0.0/16.") from None
    if network.prefixlen not in PREFIX_LENGTHS:
        raise _misfit(
            "cidr",
            f"must have a prefix of /{PREFIX_LENGTHS[0]} to /{PREFIX_LENGTHS[-1]} (got {cidr!r})",
            "Write a range such as 10.0.0.0/16.",
        )
    return tuple(str(part) for part in network.subnets(prefixlen_diff=4))


def ipv6_subnet(block: str, index: int) -> str:
    """One /64 of the /56 that Amazon gives a VPC: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html"""
    network = ipaddress.IPv6Network(block)
    return str(ipaddress.IPv6Network((int(network.network_address) + (index << 64), 64)))


def _misfit(key: str, message: str, advice: str) -> PlatformError:
    return PlatformError(Diagnostic(key=key, message=message, advice=advice))
