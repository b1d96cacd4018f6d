"""Actions that take no resource, so that a policy can only say ``*``: AWS's Service Authorization Reference.

Each service's page has a table of its actions; those here have nothing in its column "Resource types".
"""

from __future__ import annotations

REFERENCE = "https://docs.aws.amazon.com/service-authorization/latest/reference/"

PAGES = {
    "acm": "list_awscertificatemanager.html",
    "application-autoscaling": "list_awsapplicationautoscaling.html",
    "autoscaling": "list_amazonec2autoscaling.html",
    "cloudwatch": "list_amazoncloudwatch.html",
    "ec2": "list_amazonec2.html",
    "ecr": "list_amazonelasticcontainerregistry.html",
    "ecs": "list_amazonelasticcontainerservice.html",
    "elasticloadbalancing": "list_awselasticloadbalancingv2.html",
    "kms": "list_awskeymanagementservice.html",
    "route53": "list_amazonroute53.html",
    "s3": "list_amazons3.html",
    "secretsmanager": "list_awssecretsmanager.html",
    "servicediscovery": "list_awscloudmap.html",
    "sns": "list_amazonsns.html",
    "ssmmessages": "list_amazonsessionmanagermessagegatewayservice.html",
    "ec2messages": "list_amazonmessagedeliveryservice.html",
    "sts": "list_awssecuritytokenservice.html",
    "xray": "list_awsx-ray.html",
}
"""Service -> its page below REFERENCE."""

ACTIONS = {
    "acm": ("ListCertificates", "RequestCertificate"),
    "application-autoscaling": ("DescribeScalableTargets", "DescribeScalingPolicies", "DescribeScheduledActions"),
    "autoscaling": (
        *("DescribeAutoScalingGroups", "DescribeAutoScalingInstances", "DescribeInstanceRefreshes"),
        "DescribeLaunchConfigurations",
        *("DescribePolicies", "DescribeScalingActivities"),
    ),
    "cloudwatch": ("GetMetricData", "GetMetricStatistics", "ListMetrics", "PutMetricData"),
    "ec2": (
        *("DescribeAddresses", "DescribeAvailabilityZones", "DescribeDhcpOptions"),
        *("DescribeEgressOnlyInternetGateways", "DescribeFlowLogs", "DescribeImages", "DescribeInstances"),
        *("DescribeInstanceStatus", "DescribeInstanceTypes", "DescribeInternetGateways", "DescribeLaunchTemplates"),
        *("DescribeLaunchTemplateVersions", "DescribeNatGateways", "DescribeNetworkAcls"),
        *("DescribeNetworkInterfaces", "DescribePrefixLists", "DescribeRegions", "DescribeRouteTables"),
        *("DescribeSecurityGroupRules", "DescribeSecurityGroups", "DescribeSubnets", "DescribeTags"),
        *("DescribeVolumes", "DescribeVpcEndpoints", "DescribeVpcs"),
    ),
    "ecr": ("GetAuthorizationToken",),
    "ecs": (
        *("DeregisterTaskDefinition", "DescribeTaskDefinition", "DiscoverPollEndpoint", "ListClusters"),
        "ListTaskDefinitions",
    ),
    "elasticloadbalancing": (
        *("DescribeCapacityReservation", "DescribeListenerAttributes", "DescribeListeners"),
        *("DescribeLoadBalancerAttributes", "DescribeLoadBalancers", "DescribeRules", "DescribeTags"),
        *("DescribeTargetGroupAttributes", "DescribeTargetGroups", "DescribeTargetHealth"),
    ),
    "kms": ("CreateKey", "GenerateRandom", "ListAliases", "ListKeys"),
    "route53": ("CreateHostedZone", "GetHostedZoneCount", "ListHostedZones"),
    "s3": ("ListAllMyBuckets",),
    "secretsmanager": ("GetRandomPassword", "ListSecrets"),
    "servicediscovery": ("CreateHttpNamespace", "GetOperation", "ListNamespaces"),
    "sns": ("Unsubscribe",),
    "ssmmessages": ("CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel"),
    "ec2messages": (
        *("AcknowledgeMessage", "DeleteMessage", "FailMessage", "GetEndpoint", "GetMessages", "SendReply"),
    ),
    "sts": ("GetCallerIdentity", "GetSessionToken"),
    "xray": (
        *("GetSamplingRules", "GetSamplingStatisticSummaries", "GetSamplingTargets", "PutTelemetryRecords"),
        "PutTraceSegments",
    ),
}
"""Service -> its actions without a resource, of those that programs on AWS ask for."""


def takes_no_arn(action: str) -> bool:
    """``ecr:GetAuthorizationToken`` -> True; letters' case does not count, as in IAM."""
    service, _, name = action.lower().partition(":")
    return name in {known.lower() for known in ACTIONS.get(service, ())}


def page(action: str) -> str:
    """The page that says so."""
    return REFERENCE + PAGES[action.partition(":")[0].lower()]
