"""What AWS answers to the search for each kind: the one that is meant, and beside it one that is not.

The answers have the shape of the services' references; a client of boto3 refuses any other. Ids are what the provider
keeps: https://www.pulumi.com/registry/packages/aws/api-docs/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ARN = "arn:aws:{}:us-east-1:123456789012:{}"
ROLE = {
    "Path": "/",
    "RoleId": "AROA0123456789012345",
    "Arn": "arn:aws:iam::123456789012:role/x",
    "CreateDate": "2026-11-25T12:00:00Z",
}
UNIQUE = "20261127232446163300000003"
POLICY = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
CLUSTER = ARN.format("ecs", "cluster/one-1a2b3c4")
GROUP = ARN.format("elasticloadbalancing", "targetgroup/one/0123456789abcdef")
BALANCER = ARN.format("elasticloadbalancing", "loadbalancer/app/one/0123456789abcdef")
LISTENER = ARN.format("elasticloadbalancing", "listener/app/one/0123456789abcdef/1")
SERVICE = "service/one-1a2b3c4/web-1a2b3c4"
SCALED = {"ServiceNamespace": "ecs", "ResourceId": SERVICE, "ScalableDimension": "ecs:service:DesiredCount"}
SCALED_INPUTS = {"serviceNamespace": "ecs", "resourceId": SERVICE, "scalableDimension": "ecs:service:DesiredCount"}
TIME = "2026-11-25T12:00:00Z"
NAMED = {"tags": {"Name": "one"}}


def tags(name: str = "one") -> list[dict[str, str]]:
    return [{"Key": "Name", "Value": name}]


def rule(**fields: Any) -> dict[str, Any]:
    return {"GroupId": "sg-1", "IsEgress": False, "IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, **fields}


Case = tuple[str, Mapping[str, Any], Mapping[str, Any], str]
"""A type, the inputs that the state has of the pending creation, the whole answer, and the id that is to be found."""

CASES: tuple[Case, ...] = (
    (
        "aws:ec2/vpc:Vpc",
        {**NAMED, "cidrBlock": "10.0.0.0/16"},
        {
            "Vpcs": [
                {"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16", "Tags": tags()},
                {"VpcId": "vpc-2", "CidrBlock": "10.1.0.0/16", "Tags": tags()},
            ]
        },
        "vpc-1",
    ),
    (
        "aws:ec2/subnet:Subnet",
        {**NAMED, "vpcId": "vpc-1", "cidrBlock": "10.0.0.0/20"},
        {
            "Subnets": [
                {"SubnetId": "subnet-1", "VpcId": "vpc-1", "CidrBlock": "10.0.0.0/20"},
                {"SubnetId": "subnet-2", "VpcId": "vpc-2", "CidrBlock": "10.0.0.0/20"},
            ]
        },
        "subnet-1",
    ),
    (
        "aws:ec2/routeTable:RouteTable",
        {**NAMED, "vpcId": "vpc-1"},
        {
            "RouteTables": [
                {"RouteTableId": "rtb-0", "VpcId": "vpc-1"},
                {"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Tags": tags()},
            ]
        },
        "rtb-1",
    ),
    (
        "aws:ec2/route:Route",
        {"routeTableId": "rtb-6903239aad5845f22", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "igw-1"},
        {
            "RouteTables": [
                {"Routes": [{"DestinationCidrBlock": "10.0.0.0/16"}, {"DestinationCidrBlock": "0.0.0.0/0"}]},
            ]
        },
        "r-rtb-6903239aad5845f221080289494",
    ),
    (
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        {"routeTableId": "rtb-1", "subnetId": "subnet-1"},
        {
            "RouteTables": [
                {
                    "Associations": [
                        {"RouteTableAssociationId": "rtbassoc-0", "Main": True, "RouteTableId": "rtb-1"},
                        {
                            "RouteTableAssociationId": "rtbassoc-1",
                            "SubnetId": "subnet-1",
                            "RouteTableId": "rtb-1",
                        },
                    ]
                }
            ]
        },
        "rtbassoc-1",
    ),
    (
        "aws:ec2/internetGateway:InternetGateway",
        {**NAMED, "vpcId": "vpc-1"},
        {
            "InternetGateways": [
                {"InternetGatewayId": "igw-1", "Attachments": [], "Tags": tags()},
                {"InternetGatewayId": "igw-2", "Attachments": [{"VpcId": "vpc-2"}], "Tags": tags()},
            ]
        },
        "igw-1",
    ),
    (
        "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway",
        {**NAMED, "vpcId": "vpc-1"},
        {
            "EgressOnlyInternetGateways": [
                {"EgressOnlyInternetGatewayId": "eigw-1", "Attachments": [{"VpcId": "vpc-1"}], "Tags": tags()},
                {"EgressOnlyInternetGatewayId": "eigw-2", "Attachments": [{"VpcId": "vpc-2"}], "Tags": tags()},
            ]
        },
        "eigw-1",
    ),
    (
        "aws:ec2/eip:Eip",
        {**NAMED, "domain": "vpc"},
        {
            "Addresses": [
                {"AllocationId": "eipalloc-1", "Tags": tags()},
                {"AllocationId": "eipalloc-2", "Tags": tags(), "AssociationId": "eipassoc-2"},
            ]
        },
        "eipalloc-1",
    ),
    (
        "aws:ec2/natGateway:NatGateway",
        {"allocationId": "eipalloc-1", "subnetId": "subnet-1"},
        {
            "NatGateways": [
                {"NatGatewayId": "n-0", "State": "deleted", "NatGatewayAddresses": [{"AllocationId": "eipalloc-1"}]},
                {"NatGatewayId": "n-1", "State": "pending", "NatGatewayAddresses": [{"AllocationId": "eipalloc-1"}]},
            ]
        },
        "n-1",
    ),
    (
        "aws:ec2/securityGroup:SecurityGroup",
        {"name": "one-1a2b3c4", "vpcId": "vpc-1"},
        {
            "SecurityGroups": [
                {"GroupId": "sg-0", "GroupName": "default", "VpcId": "vpc-1"},
                {"GroupId": "sg-1", "GroupName": "one-1a2b3c4", "VpcId": "vpc-1"},
            ]
        },
        "sg-1",
    ),
    (
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        {
            "securityGroupId": "sg-1",
            "ipProtocol": "tcp",
            "fromPort": 80,
            "toPort": 80,
            "referencedSecurityGroupId": "sg-2",
        },
        {
            "SecurityGroupRules": [
                rule(SecurityGroupRuleId="sgr-0", ReferencedGroupInfo={"GroupId": "sg-3"}),
                rule(SecurityGroupRuleId="sgr-1", ReferencedGroupInfo={"GroupId": "sg-2"}),
                rule(SecurityGroupRuleId="sgr-2", ReferencedGroupInfo={"GroupId": "sg-2"}, ToPort=90),
            ]
        },
        "sgr-1",
    ),
    (
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        {"securityGroupId": "sg-1", "ipProtocol": "-1", "cidrIpv4": "0.0.0.0/0"},
        {
            "SecurityGroupRules": [
                rule(SecurityGroupRuleId="sgr-0", IpProtocol="-1", FromPort=-1, ToPort=-1, CidrIpv4="0.0.0.0/0"),
                rule(
                    SecurityGroupRuleId="sgr-1",
                    IsEgress=True,
                    IpProtocol="-1",
                    FromPort=-1,
                    ToPort=-1,
                    CidrIpv4="0.0.0.0/0",
                ),
            ]
        },
        "sgr-1",
    ),
    (
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        {**NAMED, "vpcId": "vpc-1", "serviceName": "com.amazonaws.us-east-1.s3"},
        {
            "VpcEndpoints": [
                {
                    "VpcEndpointId": name,
                    "VpcId": "vpc-1",
                    "ServiceName": "com.amazonaws.us-east-1.s3",
                    "State": state,
                    "Tags": tags(),
                }
                for name, state in (("vpce-0", "deleted"), ("vpce-1", "available"))
            ]
        },
        "vpce-1",
    ),
    (
        "aws:ec2/launchTemplate:LaunchTemplate",
        {"name": "one-1a2b3c4"},
        {"LaunchTemplates": [{"LaunchTemplateId": "lt-1", "LaunchTemplateName": "one-1a2b3c4"}]},
        "lt-1",
    ),
    (
        "aws:ec2/flowLog:FlowLog",
        {**NAMED, "vpcId": "vpc-1"},
        {
            "FlowLogs": [
                {"FlowLogId": "fl-0", "ResourceId": "vpc-1", "Tags": tags("another's")},
                {"FlowLogId": "fl-1", "ResourceId": "vpc-1", "Tags": tags()},
            ]
        },
        "fl-1",
    ),
    (
        "aws:ec2/vpcDhcpOptions:VpcDhcpOptions",
        {**NAMED, "domainName": "one.internal"},
        {"DhcpOptions": [{"DhcpOptionsId": "dopt-0"}, {"DhcpOptionsId": "dopt-1", "Tags": tags()}]},
        "dopt-1",
    ),
    (
        "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation",
        {"vpcId": "vpc-1", "dhcpOptionsId": "dopt-1"},
        {"Vpcs": [{"VpcId": "vpc-1", "DhcpOptionsId": "dopt-1"}]},
        "dopt-1-vpc-1",
    ),
    ("aws:iam/role:Role", {"name": "one-1a2b3c4"}, {"Role": {**ROLE, "RoleName": "one-1a2b3c4"}}, "one-1a2b3c4"),
    (
        "aws:iam/instanceProfile:InstanceProfile",
        {"name": "one-1a2b3c4"},
        {
            "InstanceProfile": {
                "Path": "/",
                "InstanceProfileName": "one-1a2b3c4",
                "InstanceProfileId": "AIPA0123456789012345",
                "Arn": "arn:aws:iam::123456789012:instance-profile/one-1a2b3c4",
                "CreateDate": TIME,
                "Roles": [],
            }
        },
        "one-1a2b3c4",
    ),
    (
        "aws:iam/rolePolicy:RolePolicy",
        {"role": "one-1a2b3c4", "name": "one-policy-1a2b3c4"},
        {"RoleName": "one-1a2b3c4", "PolicyName": "one-policy-1a2b3c4", "PolicyDocument": "{}"},
        "one-1a2b3c4:one-policy-1a2b3c4",
    ),
    (
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        {"role": "one-1a2b3c4", "policyArn": POLICY},
        {"AttachedPolicies": [{"PolicyName": "Other", "PolicyArn": f"{POLICY}2"}, {"PolicyArn": POLICY}]},
        f"one-1a2b3c4/{POLICY}",
    ),
    (
        "aws:iam/policy:Policy",
        {"name": "one-boundary"},
        {
            "Policies": [
                {"PolicyName": name, "Arn": f"arn:aws:iam::123456789012:policy/{name}"}
                for name in ("one-boundary-2", "one-boundary")
            ]
        },
        "arn:aws:iam::123456789012:policy/one-boundary",
    ),
    (
        "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
        {"url": "https://token.actions.githubusercontent.com"},
        {
            "OpenIDConnectProviderList": [
                {"Arn": f"arn:aws:iam::123456789012:oidc-provider/{host}"}
                for host in ("gitlab.example.com", "token.actions.githubusercontent.com")
            ]
        },
        "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
    ),
    (
        "aws:ecs/cluster:Cluster",
        {"name": "one-1a2b3c4"},
        {
            "clusters": [
                {"clusterArn": f"{CLUSTER}-gone", "status": "INACTIVE"},
                {"clusterArn": CLUSTER, "status": "ACTIVE"},
            ]
        },
        CLUSTER,
    ),
    (
        "aws:ecs/capacityProvider:CapacityProvider",
        {"name": "capacity-1a2b3c4"},
        {
            "capacityProviders": [
                {"capacityProviderArn": ARN.format("ecs", "capacity-provider/capacity-1a2b3c4"), "status": "ACTIVE"}
            ]
        },
        ARN.format("ecs", "capacity-provider/capacity-1a2b3c4"),
    ),
    (
        "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
        {"clusterName": "one-1a2b3c4", "capacityProviders": ["capacity-1a2b3c4"]},
        {"clusters": [{"clusterArn": CLUSTER, "status": "ACTIVE", "capacityProviders": ["capacity-1a2b3c4"]}]},
        "one-1a2b3c4",
    ),
    (
        "aws:ecs/taskDefinition:TaskDefinition",
        {"family": "one-web"},
        {
            "taskDefinitionArns": [
                ARN.format("ecs", "task-definition/one-web-run:1"),
                ARN.format("ecs", "task-definition/one-web:2"),
            ]
        },
        "one-web",
    ),
    (
        "aws:ecs/service:Service",
        {"cluster": CLUSTER, "name": "web-1a2b3c4"},
        {"services": [{"serviceArn": ARN.format("ecs", SERVICE), "status": "ACTIVE"}]},
        ARN.format("ecs", SERVICE),
    ),
    (
        "aws:autoscaling/group:Group",
        {"name": "one-1a2b3c4"},
        {
            "AutoScalingGroups": [
                {
                    "AutoScalingGroupName": "one-1a2b3c4",
                    "MinSize": 1,
                    "MaxSize": 1,
                    "DesiredCapacity": 1,
                    "DefaultCooldown": 300,
                    "AvailabilityZones": ["us-east-1a"],
                    "HealthCheckType": "EC2",
                    "CreatedTime": TIME,
                }
            ]
        },
        "one-1a2b3c4",
    ),
    (
        "aws:appautoscaling/target:Target",
        SCALED_INPUTS,
        {
            "ScalableTargets": [
                {**SCALED, "MinCapacity": 1, "MaxCapacity": 2, "RoleARN": ROLE["Arn"], "CreationTime": TIME},
            ]
        },
        SERVICE,
    ),
    (
        "aws:appautoscaling/policy:Policy",
        {**SCALED_INPUTS, "name": "one-cpu-1a2b3c4"},
        {
            "ScalingPolicies": [
                {
                    **SCALED,
                    "PolicyName": name,
                    "PolicyARN": "arn",
                    "PolicyType": "TargetTrackingScaling",
                    "CreationTime": TIME,
                }
                for name in ("one-memory-1a2b3c4", "one-cpu-1a2b3c4")
            ]
        },
        "one-cpu-1a2b3c4",
    ),
    (
        "aws:appautoscaling/scheduledAction:ScheduledAction",
        {**SCALED_INPUTS, "name": "one-0-1a2b3c4"},
        {
            "ScheduledActions": [
                {
                    **SCALED,
                    "ScheduledActionName": name,
                    "ScheduledActionARN": "arn",
                    "Schedule": "rate(1 day)",
                    "CreationTime": TIME,
                }
                for name in ("one-1-1a2b3c4", "one-0-1a2b3c4")
            ]
        },
        f"one-0-1a2b3c4-ecs-{SERVICE}",
    ),
    ("aws:scheduler/scheduleGroup:ScheduleGroup", {"name": "one-1a2b3c4"}, {"Name": "one-1a2b3c4"}, "one-1a2b3c4"),
    (
        "aws:scheduler/schedule:Schedule",
        {"groupName": "one-1a2b3c4", "name": "one-tick-1a2b3c4"},
        {"Name": "one-tick-1a2b3c4", "GroupName": "one-1a2b3c4"},
        "one-1a2b3c4/one-tick-1a2b3c4",
    ),
    (
        "aws:servicediscovery/httpNamespace:HttpNamespace",
        {"name": "one-1a2b3c4"},
        {
            "Namespaces": [
                {"Id": "ns-0", "Name": "one-1a2b3c4", "Type": "DNS_PRIVATE"},
                {"Id": "ns-1", "Name": "one-1a2b3c4", "Type": "HTTP"},
            ]
        },
        "ns-1",
    ),
    (
        "aws:ecr/repository:Repository",
        {"name": "one-web-1a2b3c4"},
        {"repositories": [{"repositoryName": "one-web-1a2b3c4"}]},
        "one-web-1a2b3c4",
    ),
    (
        "aws:lb/loadBalancer:LoadBalancer",
        {"name": "one-1a2b3c4"},
        {"LoadBalancers": [{"LoadBalancerArn": BALANCER}]},
        BALANCER,
    ),
    ("aws:lb/targetGroup:TargetGroup", {"name": "one-1a2b3c4"}, {"TargetGroups": [{"TargetGroupArn": GROUP}]}, GROUP),
    (
        "aws:lb/listener:Listener",
        {"loadBalancerArn": BALANCER, "port": 80.0},  # Pulumi's numbers
        {"Listeners": [{"ListenerArn": f"{LISTENER}0", "Port": 443}, {"ListenerArn": LISTENER, "Port": 80}]},
        LISTENER,
    ),
    (
        "aws:lb/listenerRule:ListenerRule",
        {"listenerArn": LISTENER, "priority": 5, "actions": [{"type": "forward", "targetGroupArn": GROUP}]},
        {
            "Rules": [
                {"RuleArn": "rule-0", "Priority": "default", "Actions": []},
                {"RuleArn": "rule-4", "Priority": "4", "Actions": [{"Type": "forward", "TargetGroupArn": GROUP}]},
                {"RuleArn": "rule-5", "Priority": "5", "Actions": [{"Type": "forward", "TargetGroupArn": GROUP}]},
            ]
        },
        "rule-5",
    ),
    (
        "aws:cloudwatch/logGroup:LogGroup",
        {"namePrefix": "/ecs/one-web-"},
        {"logGroups": [{"logGroupName": "/ecs/one-web-run"}, {"logGroupName": f"/ecs/one-web-{UNIQUE}"}]},
        f"/ecs/one-web-{UNIQUE}",
    ),
    (
        "aws:secretsmanager/secret:Secret",
        {"namePrefix": "berth/dev/one-key-"},
        {
            "SecretList": [
                {"ARN": ARN.format("secretsmanager", "secret:berth/dev/one-key-2"), "Name": "berth/dev/one-key-2"},
                {"ARN": ARN.format("secretsmanager", "secret:x"), "Name": f"berth/dev/one-key-{UNIQUE}"},
            ]
        },
        ARN.format("secretsmanager", "secret:x"),
    ),
    (
        "aws:efs/fileSystem:FileSystem",
        NAMED,
        {
            "FileSystems": [
                {
                    "OwnerId": "123456789012",
                    "CreationToken": "x",
                    "FileSystemId": name,
                    "CreationTime": TIME,
                    "LifeCycleState": "available",
                    "NumberOfMountTargets": mounts,
                    "SizeInBytes": {"Value": 0},
                    "PerformanceMode": "generalPurpose",
                    "Tags": tags(),
                }
                for name, mounts in (("fs-0", 2), ("fs-1", 0))
            ]
        },
        "fs-1",
    ),
    (
        "aws:efs/mountTarget:MountTarget",
        {"fileSystemId": "fs-1", "subnetId": "subnet-00000001"},
        {
            "MountTargets": [
                {
                    "MountTargetId": f"fsmt-0000000{number}",
                    "FileSystemId": "fs-1",
                    "SubnetId": f"subnet-0000000{number}",
                    "LifeCycleState": "creating",
                }
                for number in (0, 1)
            ]
        },
        "fsmt-00000001",
    ),
    (
        "aws:efs/accessPoint:AccessPoint",
        {**NAMED, "fileSystemId": "fs-1"},
        {"AccessPoints": [{"AccessPointId": "fsap-0", "Tags": tags("other")}, {"AccessPointId": "a", "Tags": tags()}]},
        "a",
    ),
    (
        "aws:rds/instance:Instance",
        {"identifierPrefix": "one-db-", "dbSubnetGroupName": f"one-db-{UNIQUE}"},
        {
            "DBInstances": [
                {
                    "DBInstanceIdentifier": f"one-db-{UNIQUE}",
                    "DbiResourceId": f"db-{group}",
                    "DBSubnetGroup": {"DBSubnetGroupName": group},
                }
                for group in ("another", f"one-db-{UNIQUE}")
            ]
        },
        f"db-one-db-{UNIQUE}",
    ),
    (
        "aws:rds/subnetGroup:SubnetGroup",
        {"namePrefix": "one-db-", "subnetIds": ["subnet-1", "subnet-2"]},
        {
            "DBSubnetGroups": [
                {
                    "DBSubnetGroupName": f"one-db-{UNIQUE}",
                    "Subnets": [{"SubnetIdentifier": "subnet-2"}, {"SubnetIdentifier": "subnet-1"}],
                },
                {"DBSubnetGroupName": f"one-db-{UNIQUE[:-1]}4", "Subnets": [{"SubnetIdentifier": "subnet-3"}]},
            ]
        },
        f"one-db-{UNIQUE}",
    ),
    (
        "aws:rds/parameterGroup:ParameterGroup",
        {"namePrefix": "one-db-", "family": "postgres16"},
        {
            "DBParameterGroups": [
                {"DBParameterGroupName": "default.postgres16", "DBParameterGroupFamily": "postgres16"},
                {"DBParameterGroupName": f"one-db-{UNIQUE}", "DBParameterGroupFamily": "postgres16"},
            ]
        },
        f"one-db-{UNIQUE}",
    ),
    (
        "aws:elasticache/subnetGroup:SubnetGroup",
        {"name": "one-1a2b3c4"},
        {"CacheSubnetGroups": [{"CacheSubnetGroupName": "one-1a2b3c4"}]},
        "one-1a2b3c4",
    ),
    (
        "aws:elasticache/parameterGroup:ParameterGroup",
        {"name": "one-1a2b3c4"},
        {"CacheParameterGroups": [{"CacheParameterGroupName": "one-1a2b3c4"}]},
        "one-1a2b3c4",
    ),
    (
        "aws:elasticache/replicationGroup:ReplicationGroup",
        {"replicationGroupId": "one-1a2b3c4"},
        {"ReplicationGroups": [{"ReplicationGroupId": "one-1a2b3c4"}]},
        "one-1a2b3c4",
    ),
    (
        "aws:route53/zone:Zone",
        {"name": "one.internal", "comment": "Managed services of one"},
        {
            "HostedZones": [
                {
                    "Id": f"/hostedzone/Z{number}",
                    "Name": "one.internal.",
                    "CallerReference": "x",
                    "Config": {"Comment": comment, "PrivateZone": True},
                }
                for number, comment in enumerate(("another's", "Managed services of one"))
            ],
            "IsTruncated": False,
            "MaxItems": "100",
        },
        "Z1",
    ),
    (
        "aws:route53/record:Record",
        {"zoneId": "Z1", "name": "db", "type": "CNAME", "records": ["host.example.com"]},
        {
            "ResourceRecordSets": [
                {"Name": "one.internal.", "Type": "NS", "ResourceRecords": [{"Value": "ns.example.com"}]},
                {"Name": "db.one.internal.", "Type": "CNAME", "ResourceRecords": [{"Value": "host.example.com"}]},
            ],
            "IsTruncated": False,
            "MaxItems": "100",
        },
        "Z1_db_CNAME",
    ),
    (
        "aws:acm/certificate:Certificate",
        {"domainName": "shop.example.com"},
        {
            "CertificateSummaryList": [
                {"CertificateArn": ARN.format("acm", "certificate/0"), "DomainName": "shop.example.com", "InUse": True},
                {"CertificateArn": ARN.format("acm", "certificate/1"), "DomainName": "shop.example.com"},
            ]
        },
        ARN.format("acm", "certificate/1"),
    ),
    (
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        {"name": "one-1a2b3c4"},
        {"MetricAlarms": [{"AlarmName": "one-1a2b3c4"}]},
        "one-1a2b3c4",
    ),
    ("aws:cloudwatch/dashboard:Dashboard", {"dashboardName": "berth-one"}, {"DashboardName": "berth-one"}, "berth-one"),
    ("aws:cloudwatch/eventRule:EventRule", {"name": "one-1a2b3c4"}, {"Name": "one-1a2b3c4"}, "one-1a2b3c4"),
    (
        "aws:cloudwatch/eventTarget:EventTarget",
        {"rule": "one-1a2b3c4", "targetId": "topic"},
        {"Targets": [{"Id": "other", "Arn": "arn"}, {"Id": "topic", "Arn": "arn"}]},
        "one-1a2b3c4-topic",
    ),
    (
        "aws:sns/topic:Topic",
        {"name": "one-1a2b3c4"},
        {"Topics": [{"TopicArn": ARN.format("sns", "other")}, {"TopicArn": ARN.format("sns", "one-1a2b3c4")}]},
        ARN.format("sns", "one-1a2b3c4"),
    ),
    (
        "aws:budgets/budget:Budget",
        {"accountId": "123456789012", "name": "one-1a2b3c4"},
        {"Budget": {"BudgetName": "one-1a2b3c4", "TimeUnit": "MONTHLY", "BudgetType": "COST"}},
        "123456789012:one-1a2b3c4",
    ),
)
