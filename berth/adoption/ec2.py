"""The network and its parts: most have no name, so that they are found by where they lie and by their tags.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Operations.html
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from typing import Any

from berth.adoption.kinds import Inputs, Item, Kind, both, field, same, tagged
from berth.untyped import inside


def filters(**names: str) -> Callable[[Inputs], Mapping[str, Any]]:
    """Filters of a call, ``vpc_id="vpcId"`` for ``vpc-id``, each by the input that it is."""
    return lambda inputs: {
        "Filters": [{"Name": name.replace("_", "-"), "Values": [inputs[key]]} for name, key in names.items()]
    }


def named(inputs: Inputs) -> Mapping[str, Any]:
    """By the tag ``Name``, which all of these have."""
    return {"Filters": [{"Name": "tag:Name", "Values": [inputs["tags"]["Name"]]}]}


def in_table(inputs: Inputs) -> Mapping[str, Any]:
    return {"RouteTableIds": [inputs["routeTableId"]]}


def _alive(_inputs: Inputs, item: Item) -> bool:
    return str(item["State"]).lower() in ("pending", "available", "pendingacceptance")


def _attached(inputs: Inputs, item: Item) -> bool:
    """To the VPC that was asked for, or to none so far: that is a second call."""
    return all(attachment.get("VpcId") == inputs.get("vpcId") for attachment in item.get("Attachments") or ())


def _free(_inputs: Inputs, item: Item) -> bool:
    return not (item.get("AssociationId") or item.get("InstanceId") or item.get("NetworkInterfaceId"))


def _at_address(inputs: Inputs, item: Item) -> bool:
    return any(address.get("AllocationId") == inputs["allocationId"] for address in item["NatGatewayAddresses"])


DESTINATIONS = {
    "destinationCidrBlock": "DestinationCidrBlock",
    "destinationIpv6CidrBlock": "DestinationIpv6CidrBlock",
    "destinationPrefixListId": "DestinationPrefixListId",
}


def _destination(inputs: Inputs) -> tuple[str, str]:
    return next((name, inputs[key]) for key, name in DESTINATIONS.items() if inputs.get(key))


def _leads_there(inputs: Inputs, item: Item) -> bool:
    name, value = _destination(inputs)
    return bool(item.get(name) == value)


def _route_id(inputs: Inputs, _item: Item) -> str:
    """https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ec2/vpc_route.go"""
    return f"r-{inputs['routeTableId']}{zlib.crc32(_destination(inputs)[1].encode())}"


def _rule(*, egress: bool) -> Kind:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRule.html"""

    def matches(inputs: Inputs, item: Item) -> bool:
        group = inside(item, "ReferencedGroupInfo").get("GroupId")
        return (
            bool(item["IsEgress"]) is egress
            and item["GroupId"] == inputs["securityGroupId"]
            and item["IpProtocol"] == inputs["ipProtocol"]
            and _port(item.get("FromPort")) == _port(inputs.get("fromPort"))
            and _port(item.get("ToPort")) == _port(inputs.get("toPort"))
            and item.get("CidrIpv4") == inputs.get("cidrIpv4")
            and item.get("CidrIpv6") == inputs.get("cidrIpv6")
            and item.get("PrefixListId") == inputs.get("prefixListId")
            and group == inputs.get("referencedSecurityGroupId")
        )

    return Kind(
        service="ec2",
        operation="describe_security_group_rules",
        items="SecurityGroupRules",
        ask=filters(group_id="securityGroupId"),
        match=matches,
        id=field("SecurityGroupRuleId"),
    )


def _port(number: float | None) -> int:
    """All ports are -1, or nothing."""
    return -1 if number is None else int(number)


def _kind(operation: str, items: str, id_: str, ask: Callable[[Inputs], Mapping[str, Any]], **more: Any) -> Kind:
    return Kind(service="ec2", operation=operation, items=items, ask=ask, id=field(id_), **more)


def _in_vpc(item: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"Filters": [{"Name": "vpc-id", "Values": [item["VpcId"]]}]}


EC2: Mapping[str, Kind] = {
    "aws:ec2/vpc:Vpc": _kind(
        *("describe_vpcs", "Vpcs", "VpcId", named),
        match=both(tagged, same(CidrBlock="cidrBlock")),
        shared=True,
        bare=("describe_subnets", _in_vpc, "Subnets"),
    ),
    "aws:ec2/subnet:Subnet": _kind(
        *("describe_subnets", "Subnets", "SubnetId", filters(vpc_id="vpcId", cidr_block="cidrBlock")),
        match=same(VpcId="vpcId", CidrBlock="cidrBlock"),
    ),
    "aws:ec2/routeTable:RouteTable": _kind(
        *("describe_route_tables", "RouteTables", "RouteTableId", filters(vpc_id="vpcId")),
        match=both(tagged, same(VpcId="vpcId")),
    ),
    "aws:ec2/route:Route": Kind(
        service="ec2",
        operation="describe_route_tables",
        items="RouteTables.Routes",
        ask=in_table,
        match=_leads_there,
        id=_route_id,
    ),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": _kind(
        *("describe_route_tables", "RouteTables.Associations", "RouteTableAssociationId"),
        in_table,
        match=same(SubnetId="subnetId", RouteTableId="routeTableId"),
    ),
    "aws:ec2/internetGateway:InternetGateway": _kind(
        *("describe_internet_gateways", "InternetGateways", "InternetGatewayId", named),
        match=both(tagged, _attached),
        shared=True,
    ),
    "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway": _kind(
        *("describe_egress_only_internet_gateways", "EgressOnlyInternetGateways", "EgressOnlyInternetGatewayId"),
        named,
        match=both(tagged, _attached),
    ),
    "aws:ec2/eip:Eip": _kind(
        *("describe_addresses", "Addresses", "AllocationId", named), match=both(tagged, _free), shared=True
    ),
    "aws:ec2/natGateway:NatGateway": _kind(
        *("describe_nat_gateways", "NatGateways", "NatGatewayId"),
        lambda inputs: {"Filter": [{"Name": "subnet-id", "Values": [inputs["subnetId"]]}]},
        match=both(_at_address, _alive),
    ),
    "aws:ec2/securityGroup:SecurityGroup": _kind(
        *("describe_security_groups", "SecurityGroups", "GroupId", filters(vpc_id="vpcId", group_name="name")),
        match=same(VpcId="vpcId", GroupName="name"),
    ),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _rule(egress=False),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _rule(egress=True),
    "aws:ec2/vpcEndpoint:VpcEndpoint": _kind(
        *("describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId"),
        filters(vpc_id="vpcId", service_name="serviceName"),
        match=both(same(VpcId="vpcId", ServiceName="serviceName"), tagged, _alive),
    ),
    "aws:ec2/launchTemplate:LaunchTemplate": _kind(
        *("describe_launch_templates", "LaunchTemplates", "LaunchTemplateId", filters(launch_template_name="name")),
        match=same(LaunchTemplateName="name"),
    ),
    "aws:ec2/flowLog:FlowLog": _kind(
        *("describe_flow_logs", "FlowLogs", "FlowLogId"),
        lambda inputs: {"Filter": [{"Name": "resource-id", "Values": [inputs["vpcId"]]}]},
        match=both(same(ResourceId="vpcId"), tagged),
    ),
    "aws:ec2/vpcDhcpOptions:VpcDhcpOptions": _kind(
        *("describe_dhcp_options", "DhcpOptions", "DhcpOptionsId", named), match=tagged, shared=True
    ),
    "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation": Kind(
        service="ec2",
        operation="describe_vpcs",
        items="Vpcs",
        ask=lambda inputs: {"VpcIds": [inputs["vpcId"]]},
        match=same(DhcpOptionsId="dhcpOptionsId"),
        id=lambda inputs, _item: f"{inputs['dhcpOptionsId']}-{inputs['vpcId']}",
    ),
}
