"""Security groups, rules of the load balancer and the namespace: what environments of pull requests ask of AWS."""

from __future__ import annotations

from bootstrap.grants import Grant
from bootstrap.permissions.environments.tag import NEW, OWN

GROUP = "ec2:{region}:{account}:security-group/*"
RULE = "ec2:{region}:{account}:security-group-rule/*"
INTERFACE = "ec2:{region}:{account}:network-interface/*"
BALANCERS = (
    "elasticloadbalancing:{region}:{account}:loadbalancer/*/{name}-*",
    "elasticloadbalancing:{region}:{account}:targetgroup/{name}-*",
    "elasticloadbalancing:{region}:{account}:loadbalancer/app/{base}-*",
    "elasticloadbalancing:{region}:{account}:listener/app/{base}-*",
)
BALANCING = (
    *BALANCERS,
    "elasticloadbalancing:{region}:{account}:listener/*/{name}-*",
    "elasticloadbalancing:{region}:{account}:listener-rule/app/{base}-*",
)
RULE_ACTIONS = (
    *("AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress", "ModifySecurityGroupRules"),
    *("RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress"),
    *("UpdateSecurityGroupRuleDescriptionsEgress", "UpdateSecurityGroupRuleDescriptionsIngress"),
)

GRANTS = (
    Grant(
        service="ec2",
        policy="groups",
        looks=(
            *("DescribeAvailabilityZones", "DescribeNetworkInterfaces", "DescribePrefixLists"),
            *("DescribeSecurityGroupRules", "DescribeSecurityGroups", "DescribeSubnets", "DescribeVpcs"),
        ),
        reads=("DescribeVpcAttribute",),
        resources=("ec2:{region}:{account}:vpc/*",),
        why="the network of the stack that they run on, which is looked at and stays as it is",
    ),
    Grant(
        service="ec2",
        policy="groups",
        types=("ec2.SecurityGroup",),
        writes=("CreateSecurityGroup",),
        resources=(GROUP,),
        conditions=NEW,
        why="security groups of their own, with their tag",
    ),
    Grant(
        service="ec2",
        policy="groups",
        writes=("CreateSecurityGroup",),
        resources=("ec2:{region}:{account}:vpc/*",),
        why="in a VPC, which has an id alone",
    ),
    Grant(
        service="ec2",
        policy="groups",
        types=("vpc.SecurityGroupIngressRule", "vpc.SecurityGroupEgressRule"),
        writes=("DeleteSecurityGroup", *RULE_ACTIONS),
        resources=(GROUP,),
        conditions=OWN,
        why="rules of these groups",
    ),
    Grant(
        service="ec2",
        policy="groups",
        writes=("AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress"),
        resources=(GROUP,),
        conditions={"StringLike": {"aws:ResourceTag/Name": ["{base}-*"]}},
        why="a port of its own where there is no domain, and TCP to the instances: rules of the other stack's groups",
    ),
    Grant(
        service="ec2",
        policy="groups",
        writes=RULE_ACTIONS,
        resources=(RULE,),
        why="rules have ids alone; whose they are, the group's row says, which is asked, too",
    ),
    Grant(
        service="ec2",
        policy="groups",
        writes=("CreateTags",),
        resources=(GROUP, RULE),
        conditions={
            "StringEquals": {
                "ec2:CreateAction": [
                    *("CreateSecurityGroup", "AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress"),
                ]
            }
        },
        why="tags of what is being made; nothing that is there becomes an environment's by a tag",
    ),
    Grant(
        service="ec2",
        policy="groups",
        writes=("CreateTags", "DeleteTags"),
        resources=(GROUP, RULE),
        conditions=OWN,
        why="tags that change later",
    ),
    Grant(
        service="ec2",
        policy="groups",
        writes=("CreateNetworkInterface", "DeleteNetworkInterface"),
        resources=(INTERFACE, GROUP, "ec2:{region}:{account}:subnet/*"),
        why="EFS makes the interfaces of mount targets in the caller's name; AWS deletes none that is in use",
    ),
    Grant(
        service="elasticloadbalancing",
        policy="balancing",
        types=("lb.Listener", "lb.ListenerRule", "lb.LoadBalancer", "lb.TargetGroup"),
        looks=(
            *("DescribeListenerAttributes", "DescribeListeners", "DescribeLoadBalancerAttributes"),
            *("DescribeLoadBalancers", "DescribeRules", "DescribeTags", "DescribeTargetGroupAttributes"),
            *("DescribeTargetGroups", "DescribeTargetHealth", "DescribeCapacityReservation"),
        ),
        writes=("CreateListener", "CreateLoadBalancer", "CreateRule", "CreateTargetGroup"),
        resources=BALANCERS,
        conditions=NEW,
        why="target groups, rules on the other stack's listener or a listener of their own beside it, and a load "
        "balancer of TCP where the file has such ports",
    ),
    Grant(
        service="elasticloadbalancing",
        policy="balancing",
        writes=("AddTags",),
        resources=tuple(
            f"elasticloadbalancing:{{region}}:{{account}}:{kind}/*"
            for kind in ("listener", "listener-rule", "loadbalancer", "targetgroup")
        ),
        conditions={
            "StringEquals": {
                "elasticloadbalancing:CreateAction": [
                    *("CreateListener", "CreateLoadBalancer", "CreateRule", "CreateTargetGroup"),
                ]
            }
        },
        why="tags of what is being made",
    ),
    Grant(
        service="elasticloadbalancing",
        policy="balancing",
        writes=(
            *("AddTags", "DeleteListener", "DeleteLoadBalancer", "DeleteRule", "DeleteTargetGroup", "ModifyListener"),
            *("ModifyListenerAttributes", "ModifyLoadBalancerAttributes", "ModifyRule", "ModifyTargetGroup"),
            *("ModifyTargetGroupAttributes", "RemoveTags", "SetIpAddressType", "SetRulePriorities"),
            *("SetSecurityGroups", "SetSubnets"),
        ),
        resources=BALANCING,
        conditions=OWN,
        why="of these, and of none of the other stack's own: a long name is cut where the application's has not ended",
    ),
    Grant(
        service="servicediscovery",
        policy="compute",
        types=("servicediscovery.HttpNamespace",),
        looks=("GetOperation",),
        makes=("CreateHttpNamespace",),
        reads=("GetNamespace", "ListTagsForResource"),
        writes=("TagResource",),
        resources=("servicediscovery:{region}:{account}:namespace/*",),
        why="the namespace of Service Connect",
    ),
    Grant(
        service="servicediscovery",
        policy="compute",
        writes=("DeleteNamespace", "UntagResource"),
        resources=("servicediscovery:{region}:{account}:namespace/*",),
        conditions=OWN,
        why="its end; AWS deletes none that has services",
    ),
)
