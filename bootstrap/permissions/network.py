"""The network, and how requests come in: what a preview and an update ask of AWS."""

from __future__ import annotations

from bootstrap.grants import TAGS, Grant

GRANTS = (
    Grant(
        service="ec2",
        policy="network",
        types=(
            *("ec2.Vpc", "ec2.Subnet", "ec2.InternetGateway", "ec2.EgressOnlyInternetGateway", "ec2.NatGateway"),
            *("ec2.Eip", "ec2.Route", "ec2.RouteTable", "ec2.RouteTableAssociation", "ec2.VpcEndpoint"),
            *("ec2.SecurityGroup", "ec2.DefaultSecurityGroup", "vpc.SecurityGroupIngressRule"),
            *("vpc.SecurityGroupEgressRule", "ec2.VpcDhcpOptions", "ec2.VpcDhcpOptionsAssociation", "ec2.FlowLog"),
        ),
        looks=(
            *("DescribeAddresses", "DescribeAvailabilityZones", "DescribeDhcpOptions"),
            *("DescribeEgressOnlyInternetGateways", "DescribeFlowLogs", "DescribeInternetGateways"),
            *("DescribeNatGateways", "DescribeNetworkAcls", "DescribeNetworkInterfaces", "DescribePrefixLists"),
            *("DescribeRouteTables", "DescribeSecurityGroupRules", "DescribeSecurityGroups", "DescribeSubnets"),
            *("DescribeVpcEndpoints", "DescribeVpcs"),
        ),
        reads=("DescribeAddressesAttribute", "DescribeVpcAttribute"),
        writes=(
            *("AllocateAddress", "AssociateAddress", "AssociateDhcpOptions", "AssociateRouteTable"),
            *("AssociateSubnetCidrBlock", "AssociateVpcCidrBlock", "AttachInternetGateway"),
            *("AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress", "CreateDhcpOptions"),
            *("CreateEgressOnlyInternetGateway", "CreateFlowLogs", "CreateInternetGateway", "CreateNatGateway"),
            *("CreateNetworkInterface", "CreateRoute", "CreateRouteTable", "CreateSecurityGroup", "CreateSubnet"),
            *("CreateTags", "CreateVpc", "CreateVpcEndpoint", "DeleteDhcpOptions"),
            *("DeleteEgressOnlyInternetGateway", "DeleteFlowLogs", "DeleteInternetGateway", "DeleteNatGateway"),
            *("DeleteNetworkInterface", "DeleteRoute", "DeleteRouteTable", "DeleteSecurityGroup", "DeleteSubnet"),
            *("DeleteTags", "DeleteVpc", "DeleteVpcEndpoints", "DetachInternetGateway", "DisassociateAddress"),
            *("DisassociateRouteTable", "DisassociateSubnetCidrBlock", "DisassociateVpcCidrBlock"),
            *("ModifyNetworkInterfaceAttribute", "ModifySecurityGroupRules", "ModifySubnetAttribute"),
            *("ModifyVpcAttribute", "ModifyVpcEndpoint", "ReleaseAddress", "ReplaceRoute"),
            *("ReplaceRouteTableAssociation", "RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress"),
            *("UpdateSecurityGroupRuleDescriptionsEgress", "UpdateSecurityGroupRuleDescriptionsIngress"),
        ),
        resources=("ec2:{region}:{account}:*/*",),
        why="the network; its resources have no names, so that all of this account and region are open to it",
    ),
    Grant(
        service="elasticloadbalancing",
        policy="network",
        types=("lb.LoadBalancer", "lb.Listener", "lb.ListenerRule", "lb.TargetGroup"),
        looks=(
            *("DescribeListenerAttributes", "DescribeListeners", "DescribeLoadBalancerAttributes"),
            *("DescribeLoadBalancers", "DescribeRules", "DescribeTags", "DescribeTargetGroupAttributes"),
            *("DescribeTargetGroups", "DescribeTargetHealth", "DescribeCapacityReservation"),
        ),
        writes=(
            *("AddTags", "CreateListener", "CreateLoadBalancer", "CreateRule", "CreateTargetGroup", "DeleteListener"),
            *("DeleteLoadBalancer", "DeleteRule", "DeleteTargetGroup", "ModifyListener", "ModifyListenerAttributes"),
            *("ModifyLoadBalancerAttributes", "ModifyRule", "ModifyTargetGroup", "ModifyTargetGroupAttributes"),
            *("RemoveTags", "SetIpAddressType", "SetRulePriorities", "SetSecurityGroups", "SetSubnets", "SetWebACL"),
        ),
        resources=(
            *("elasticloadbalancing:{region}:{account}:loadbalancer/*/{name}-*",),
            *("elasticloadbalancing:{region}:{account}:targetgroup/{name}-*",),
            # A rule on an existing listener (listenerArn) is called as that listener's load balancer.
            *(
                "elasticloadbalancing:{region}:{account}:listener/*",
                "elasticloadbalancing:{region}:{account}:listener-rule/*",
            ),
        ),
        why="load balancers and target groups by name; listeners and rules of all, as an existing one may be used",
    ),
    Grant(
        service="acm",
        policy="network",
        types=("acm.Certificate", "acm.CertificateValidation"),
        makes=("RequestCertificate",),
        reads=("DescribeCertificate", "ListTagsForCertificate"),
        writes=("AddTagsToCertificate", "DeleteCertificate", "RemoveTagsFromCertificate"),
        resources=("acm:{region}:{account}:certificate/*",),
        why="`domain` with `hostedZoneId`; certificates have no names",
    ),
    Grant(
        service="route53",
        policy="network",
        types=("route53.Record", "route53.Zone"),
        makes=("CreateHostedZone",),
        reads=("GetHostedZone", "ListResourceRecordSets", "ListTagsForResource", "GetChange"),
        writes=(
            *("AssociateVPCWithHostedZone", "ChangeResourceRecordSets", "ChangeTagsForResource", "DeleteHostedZone"),
            *("DisassociateVPCFromHostedZone", "UpdateHostedZoneComment"),
        ),
        resources=("route53:::hostedzone/*", "route53:::change/*"),
        why="`hostedZoneId`, and the private names of managed services; zones have no names",
    ),
    Grant(
        service="wafv2",
        policy="network",
        types=("wafv2.WebAclAssociation",),
        reads=("GetWebACL", "GetWebACLForResource"),
        writes=("AssociateWebACL", "DisassociateWebACL"),
        resources=(
            *("wafv2:{region}:{account}:regional/webacl/*",),
            *("elasticloadbalancing:{region}:{account}:loadbalancer/app/{name}-*",),
        ),
        why="`webAclArn`",
    ),
    Grant(
        service="servicediscovery",
        policy="network",
        types=("servicediscovery.HttpNamespace",),
        looks=("GetOperation",),
        makes=("CreateHttpNamespace",),
        reads=("GetNamespace", "ListTagsForResource"),
        writes=("DeleteNamespace", *TAGS),
        resources=("servicediscovery:{region}:{account}:namespace/*",),
        why="the namespace of Service Connect; its ARN has an id alone",
    ),
)
