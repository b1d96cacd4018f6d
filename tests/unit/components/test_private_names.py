"""A zone inside of a VPC, and names without a dot in it."""

from __future__ import annotations

from typing import Any

import pytest

from berth.components.private_names import PrivateNames, PrivateNamesArgs
from berth.components.private_zone import PrivateZone, PrivateZoneArgs
from tests.unit.components.build import Built, build

ZONE = "aws:route53/zone:Zone"
RECORD = "aws:route53/record:Record"
OPTIONS = "aws:ec2/vpcDhcpOptions:VpcDhcpOptions"
ASSOCIATION = "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation"


def zone(*, searched: bool) -> Built:
    def make(opts: Any) -> dict[str, Any]:
        made = PrivateZone("s", PrivateZoneArgs(domain="shop.internal", vpc_id="vpc-1", searched=searched), opts)
        return {"ready": [item.urn for item in made.ready]}

    return build(make)


def test_a_zone_is_its_vpcs_alone() -> None:
    inputs = zone(searched=False).inputs(ZONE)
    assert (inputs["name"], inputs["vpcs"]) == ("shop.internal", [{"vpcId": "vpc-1"}])


@pytest.mark.parametrize("searched", [True, False])
def test_the_vpc_completes_names_by_it_where_it_is_searched(searched: bool) -> None:
    built = zone(searched=searched)
    assert (OPTIONS in built.types()) is (ASSOCIATION in built.types()) is searched
    assert len(built.values["ready"]) == 1 + searched
    if searched:
        assert built.inputs(OPTIONS)["domainName"] == "shop.internal"
        assert built.inputs(OPTIONS)["domainNameServers"] == ["AmazonProvidedDNS"]
        assert built.inputs(ASSOCIATION) == {"vpcId": "vpc-1", "dhcpOptionsId": "s-id"}


def test_each_name_is_an_alias_that_is_soon_forgotten() -> None:
    def make(opts: Any) -> dict[str, Any]:
        PrivateNames("s-db", PrivateNamesArgs(zone_id="Z1", names=["db", "database"], target="x.rds.example"), opts)
        return {}

    built = build(make)
    assert built.names(RECORD) == ["s-db-database", "s-db-db"]
    assert built.inputs(RECORD, "s-db-db") == {
        "zoneId": "Z1",
        "name": "db",
        "type": "CNAME",
        "ttl": 5,
        "records": ["x.rds.example"],
    }
