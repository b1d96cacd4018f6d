"""The VPC: subnets, routes, NAT gateways, endpoints, and what waits for what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from berth.components.network import ExistingNetwork, Network, NetworkArgs, subnet_ranges
from berth.diagnostics import PlatformError
from tests.unit.components.build import Built, build, waits_for
from tests.unit.recorder import Recorder

ZONES = "aws:index/getAvailabilityZones:getAvailabilityZones"
VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"
ROUTE = "aws:ec2/route:Route"
TABLE = "aws:ec2/routeTable:RouteTable"
ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"
NAT = "aws:ec2/natGateway:NatGateway"
EIP = "aws:ec2/eip:Eip"
INTERFACES = ("ecr.api", "ecr.dkr", "logs", "secretsmanager", "ssmmessages")
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"


def network(*, zone_names: tuple[str, ...] = ("us-east-1c", "us-east-1a", "us-east-1b"), **args: Any) -> Built:
    asked: list[Mapping[str, Any]] = []

    def zones(query: Mapping[str, Any]) -> Mapping[str, Any]:
        asked.append(query)
        return {"id": "us-east-1", "names": list(zone_names), "zoneIds": [], "groupNames": []}

    recorder = Recorder(
        calls={ZONES: zones},
        outputs={ENDPOINT: {"prefixListId": "pl-1"}, VPC: {"ipv6CidrBlock": "2001:db8:1200:ab00::/56"}},
    )

    def make(opts):
        made = Network("shop", NetworkArgs(region="us-east-1", **args), opts)
        return {
            "vpc_id": made.vpc_id,
            "public": list(made.public_subnet_ids),
            "private": list(made.private_subnet_ids),
            "group": made.endpoint_security_group_id,
            "s3": made.s3_prefix_list_id,
            "public_waits": [waits_for(id_) for id_ in made.public_subnet_ids],
            "private_waits": [waits_for(id_) for id_ in made.private_subnet_ids],
            "asked": asked,
        }

    return build(make, recorder)


def ranges(built: Built) -> dict[str, tuple[str, str]]:
    return {
        subnet.name: (subnet.inputs["cidrBlock"], subnet.inputs["availabilityZone"])
        for subnet in built.recorder.of(SUBNET)
    }


def ways_out(built: Built) -> dict[str, str]:
    return {
        route.name: route.inputs.get("gatewayId") or route.inputs["natGatewayId"] for route in built.recorder.of(ROUTE)
    }


def test_subnets_lie_in_the_first_zones_by_name():
    assert ranges(network()) == {
        "shop-public-0": ("10.0.0.0/20", "us-east-1a"),
        "shop-public-1": ("10.0.16.0/20", "us-east-1b"),
        "shop-private-0": ("10.0.128.0/20", "us-east-1a"),
        "shop-private-1": ("10.0.144.0/20", "us-east-1b"),
    }


def test_one_more_zone_keeps_the_subnets_that_are_there():
    two, three = ranges(network(zones=2)), ranges(network(zones=3))
    assert len(three) == 6
    assert {name: three[name] for name in two} == two


def test_a_zone_that_aws_adds_later_replaces_no_subnet():
    built = network()
    assert {tuple(o.ignore_changes) for (type_, _), o in built.options.items() if type_ == SUBNET} == {
        ("availabilityZone",)
    }


def test_only_zones_of_the_region_itself_are_asked_for():
    [query] = network().values["asked"]
    assert query == {
        "state": "available",
        "filters": [{"name": "zone-type", "values": ["availability-zone"]}],
    }


def test_a_region_with_too_few_zones_is_refused_before_anything_is_created():
    with pytest.raises(PlatformError) as refused:
        network(zones=3, zone_names=("us-west-1a", "us-west-1c"))
    [finding] = refused.value.diagnostics
    assert finding.key == "zones"
    assert "us-east-1 has 2 Availability Zones" in finding.message
    assert "asked for 3" in finding.message
    assert "2 or fewer" in finding.advice


def test_vpc_has_the_names_that_endpoints_and_efs_need():
    inputs = network(cidr="10.8.0.0/16", tags={"team": "a"}).inputs(VPC)
    assert inputs == {
        "cidrBlock": "10.8.0.0/16",
        "enableDnsSupport": True,
        "enableDnsHostnames": True,
        "tags": {"team": "a", "Name": "shop"},
    }


@pytest.mark.parametrize(
    ("nat", "gateways", "out"),
    [
        ("none", [], {}),
        (
            "one",
            ["shop-nat-0"],
            {"shop-private-0": "shop-nat-0-id", "shop-private-1": "shop-nat-0-id"},
        ),
        (
            "zone",
            ["shop-nat-0", "shop-nat-1"],
            {"shop-private-0": "shop-nat-0-id", "shop-private-1": "shop-nat-1-id"},
        ),
    ],
)
def test_nat_gateways(nat: str, gateways: list[str], out: dict[str, str]):
    built = network(nat_gateways=nat)
    assert built.names(NAT) == built.names(EIP) == gateways
    assert ways_out(built) == {"shop-public": "shop-internet-id", **out}
    assert {route.inputs["destinationCidrBlock"] for route in built.recorder.of(ROUTE)} == {"0.0.0.0/0"}
    for index, gateway in enumerate(built.recorder.of(NAT)):
        assert gateway.inputs["subnetId"] == f"shop-public-{index}-id"
        assert gateway.inputs["allocationId"] == f"shop-nat-{index}-id"


def test_dev_has_no_private_subnet_and_nothing_that_costs_by_the_hour():
    built = network(private_subnets=False, nat_gateways="none")
    assert built.values["private"] == []
    assert built.names(SUBNET) == ["shop-public-0", "shop-public-1"]
    assert built.names(TABLE) == ["shop-public"]
    assert built.names(NAT) == built.names(EIP) == []
    assert built.names(ENDPOINT) == ["shop-s3"]


def test_subnet_ids_wait_for_the_routes():
    built = network(nat_gateways="zone")
    assert built.values["public"] == ["shop-public-0-id", "shop-public-1-id"]
    assert built.values["private"] == ["shop-private-0-id", "shop-private-1-id"]
    # Whoever takes a subnet's id waits for its association, and that for the route.
    for kind in ("public", "private"):
        assert built.values[f"{kind}_waits"] == [
            [f"RouteTableAssociation shop-{kind}-0"],
            [f"RouteTableAssociation shop-{kind}-1"],
        ]
    for label in ("public-0", "public-1"):
        [route] = built.options[ASSOCIATION, f"shop-{label}"].depends_on
        assert route._name == "shop-public"
    for label in ("private-0", "private-1"):
        [route] = built.options[ASSOCIATION, f"shop-{label}"].depends_on
        assert route._name == f"shop-{label}"
    tables = {a.name: a.inputs["routeTableId"] for a in built.recorder.of(ASSOCIATION)}
    assert tables == {
        "shop-public-0": "shop-public-id",
        "shop-public-1": "shop-public-id",
        "shop-private-0": "shop-private-0-id",
        "shop-private-1": "shop-private-1-id",
    }


def test_s3_is_reached_by_every_table_at_no_charge():
    built = network()
    s3 = built.inputs(ENDPOINT, "shop-s3")
    assert s3["serviceName"] == "com.amazonaws.us-east-1.s3"
    assert s3["vpcEndpointType"] == "Gateway"
    assert s3["routeTableIds"] == ["shop-public-id", "shop-private-0-id", "shop-private-1-id"]
    assert built.values["s3"] == "pl-1"
    assert built.values["group"] is None
    assert built.names(ENDPOINT) == ["shop-s3"]


def test_interface_endpoints_for_a_network_without_nat():
    built = network(nat_gateways="none", interface_endpoints=INTERFACES, cidr="10.4.0.0/16")
    endpoints = {e.inputs["serviceName"]: e.inputs for e in built.recorder.of(ENDPOINT) if e.name != "shop-s3"}
    assert sorted(endpoints) == [
        f"com.amazonaws.us-east-1.{service}"
        for service in ("ecr.api", "ecr.dkr", "logs", "secretsmanager", "ssmmessages")
    ]
    for inputs in endpoints.values():
        assert inputs["vpcEndpointType"] == "Interface"
        assert inputs["privateDnsEnabled"] is True
        assert inputs["subnetIds"] == ["shop-private-0-id", "shop-private-1-id"]
        assert inputs["securityGroupIds"] == ["shop-endpoints-id"]
    rule = built.inputs("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert (rule["ipProtocol"], rule["fromPort"], rule["toPort"]) == ("tcp", 443, 443)
    assert rule["cidrIpv4"] == "10.4.0.0/16"
    assert built.values["group"] == "shop-endpoints-id"


def test_tags_reach_every_resource_that_has_them():
    built = network(nat_gateways="one", interface_endpoints=INTERFACES, tags={"team": "a"})
    untagged = {ROUTE, ASSOCIATION, "berth:components:Network", "berth:components:SecurityGroup"}
    tagged = [r for r in built.recorder.resources if r.type not in untagged]
    assert len(tagged) == 20
    assert [r.name for r in tagged if r.inputs.get("tags", {}).get("team") != "a"] == []


def test_an_existing_network_is_used_and_nothing_is_created():
    existing = ExistingNetwork(vpc_id="vpc-1", public_subnet_ids=["a", "b"], private_subnet_ids=["c"])
    built = network(existing=existing, interface_endpoints=INTERFACES, cidr="10.0.0.0/16")
    assert built.types() == {"berth:components:Network"}
    assert built.values["asked"] == []
    assert (built.values["vpc_id"], built.values["public"], built.values["private"]) == ("vpc-1", ["a", "b"], ["c"])
    assert built.values["s3"] is None
    assert built.values["group"] is None


@pytest.mark.parametrize(
    ("cidr", "message"),
    [
        ("10.0.0.0/15", "/16 to /23"),
        ("10.0.0.0/24", "/16 to /23"),
        ("10.0.0.1/16", "host bits"),
        ("fd00::/56", "fd00::/56"),
        ("ten", "'ten'"),
    ],
)
def test_a_range_that_cannot_be_laid_out_is_refused(cidr: str, message: str):
    with pytest.raises(PlatformError) as refused:
        NetworkArgs(region="us-east-1", cidr=cidr)
    [finding] = refused.value.diagnostics
    assert finding.key == "cidr"
    assert message in finding.message
    assert "10.0.0.0/16" in finding.advice


def test_a_small_range_still_has_room_for_a_load_balancer():
    parts = subnet_ranges("172.20.4.0/23")
    assert (len(parts), parts[0], parts[8], parts[15]) == (
        16,
        "172.20.4.0/27",
        "172.20.5.0/27",
        "172.20.5.224/27",
    )


@pytest.mark.parametrize("zones", [0, 9])
def test_a_number_of_zones_that_no_range_holds_is_refused(zones: int):
    with pytest.raises(PlatformError, match=rf"zones: must be 1 to 8 \(got {zones}\)"):
        NetworkArgs(region="us-east-1", zones=zones)


def test_interface_endpoints_need_private_subnets():
    with pytest.raises(ValueError, match="private_subnets is False"):
        NetworkArgs(region="us-east-1", interface_endpoints=["logs"], private_subnets=False)


def test_the_default_group_lets_nobody_reach_anybody():
    group = network().inputs("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
    assert (group["vpcId"], group["ingress"], group["egress"]) == ("shop-id", [], [])


def test_flow_logs_are_written_only_where_they_are_asked_for():
    assert "aws:ec2/flowLog:FlowLog" not in network().types()
    built = network(flow_logs=True, log_retention_days=7)
    assert built.inputs("aws:ec2/flowLog:FlowLog")["vpcId"] == "shop-id"
    assert built.inputs("aws:cloudwatch/logGroup:LogGroup")["retentionInDays"] == 7


def test_without_ipv6_nothing_of_it_is_asked_for():
    built = network()
    assert "assignGeneratedIpv6CidrBlock" not in built.inputs(VPC)
    assert not any("ipv6" in key.lower() for subnet in built.recorder.of(SUBNET) for key in subnet.inputs)
    assert not built.names("aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway")


def test_ipv6_goes_both_ways_from_public_subnets_and_only_out_of_private_ones():
    built = network(ipv6=True)
    assert built.inputs(VPC)["assignGeneratedIpv6CidrBlock"] is True
    blocks = {subnet.name: subnet.inputs["ipv6CidrBlock"] for subnet in built.recorder.of(SUBNET)}
    assert blocks == {
        "shop-public-0": "2001:db8:1200:ab00::/64",
        "shop-public-1": "2001:db8:1200:ab01::/64",
        "shop-private-0": "2001:db8:1200:ab08::/64",
        "shop-private-1": "2001:db8:1200:ab09::/64",
    }
    assert all(subnet.inputs["assignIpv6AddressOnCreation"] for subnet in built.recorder.of(SUBNET))
    routes = {r.name: r.inputs for r in built.recorder.of(ROUTE) if "destinationIpv6CidrBlock" in r.inputs}
    assert sorted(routes) == ["shop-private-0-ipv6", "shop-private-1-ipv6", "shop-public-ipv6"]
    assert {inputs["destinationIpv6CidrBlock"] for inputs in routes.values()} == {"::/0"}
    assert routes["shop-public-ipv6"]["gatewayId"] == "shop-internet-id"
    assert routes["shop-private-0-ipv6"]["egressOnlyGatewayId"] == "shop-egress-only-id"
    waits = built.options[ASSOCIATION, "shop-private-0"].depends_on
    assert [item._name for item in waits] == ["shop-private-0", "shop-private-0-ipv6"]
