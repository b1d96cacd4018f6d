"""Actions that take no resource, so that a policy can only say ``*``: AWS's Service Authorization Reference.

Each service's page has a table of its actions; those here have nothing in its column "Resource types".
"""

from __future__ import annotations

REFERENCE = "https://docs.aws.amazon.com/service-authorization/latest/reference/"

PAGES = {
    "autoscaling": "list_amazonec2autoscaling.html",
    "cloudwatch": "list_amazoncloudwatch.html",
    "ec2": "list_amazonec2.html",
    "ecr": "list_amazonelasticcontainerregistry.html",
    "ecs": "list_amazonelasticcontainerservice.html",
    "elasticloadbalancing": "list_awselasticloadbalancingv2.html",
    "kms": "list_awskeymanagementservice.html",
    "s3": "list_amazons3.html",
    "secretsmanager": "list_awssecretsmanager.html",
    "ssmmessages": "list_amazonsessionmanagermessagegatewayservice.html",
    "ec2messages": "list_amazonmessagedeliveryservice.html",
    "sts": "list_awssecuritytokenservice.html",
    "xray": "list_awsx-ray.html",
}
"""Service -> its page below REFERENCE."""

ACTIONS = {
    "autoscaling": (
        *("DescribeAutoScalingGroups", "DescribeAutoScalingInstances", "DescribeLaunchConfigurations"),
        *("DescribePolicies", "DescribeScalingActivities"),
    ),
    "cloudwatch": ("GetMetricData", "GetMetricStatistics", "ListMetrics", "PutMetricData"),
    "ec2": (
        *("DescribeAddresses", "DescribeAvailabilityZones", "DescribeImages", "DescribeInstances"),
        *("DescribeInstanceStatus", "DescribeInstanceTypes", "DescribeNetworkInterfaces", "DescribeRegions"),
        *("DescribeRouteTables", "DescribeSecurityGroups", "DescribeSubnets", "DescribeTags", "DescribeVolumes"),
        "DescribeVpcs",
    ),
    "ecr": ("GetAuthorizationToken",),
    "ecs": ("DescribeTaskDefinition", "DiscoverPollEndpoint", "ListClusters", "ListTaskDefinitions"),
    "elasticloadbalancing": (
        *("DescribeListeners", "DescribeLoadBalancers", "DescribeRules", "DescribeTargetGroups"),
        "DescribeTargetHealth",
    ),
    "kms": ("CreateKey", "GenerateRandom", "ListAliases", "ListKeys"),
    "s3": ("ListAllMyBuckets",),
    "secretsmanager": ("GetRandomPassword", "ListSecrets"),
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
