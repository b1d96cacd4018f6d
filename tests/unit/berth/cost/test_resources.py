"""Every kind of AWS resource that a stack can have is priced, or known to cost nothing."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from berth.cost.prices import TABLE

ROOT = Path(__file__).parents[4]

PRICED = {
    "autoscaling.Group": ("ec2", "ebs_gp3", "public_ipv4"),
    "cloudwatch.Dashboard": ("dashboard",),
    "cloudwatch.LogGroup": ("logs_gb",),
    "cloudwatch.MetricAlarm": ("alarm",),
    "ec2.Eip": ("public_ipv4",),
    "ec2.FlowLog": ("logs_gb",),
    "ec2.NatGateway": ("nat_gateway", "nat_gateway_gb", "public_ipv4"),
    "ec2.VpcEndpoint": ("interface_endpoint", "interface_endpoint_gb"),
    "ecr.Repository": ("ecr_gb",),
    "ecs.Cluster": ("container_metric", "container_metric_enhanced"),
    "ecs.Service": ("fargate_vcpu_x86_64", "fargate_gb_x86_64", "fargate_vcpu_arm64", "fargate_gb_arm64"),
    "efs.BackupPolicy": ("efs_backup_gb",),
    "efs.FileSystem": ("efs_gb", "efs_read_gb", "efs_write_gb"),
    "elasticache.ReplicationGroup": ("cache_redis", "cache_valkey", "cache_backup_gb"),
    "appautoscaling.Policy": ("alarm",),
    "ecs.CapacityProvider": ("alarm",),
    "kms.Key": ("kms_key",),
    "lb.LoadBalancer": (
        *("load_balancer", "load_balancer_lcu", "network_load_balancer", "network_load_balancer_nlcu"),
        "public_ipv4",
    ),
    "rds.Instance": ("rds_postgres", "rds_mysql", "rds_mariadb", "rds_gb", "rds_backup_gb"),
    "route53.Zone": ("hosted_zone",),
    "secretsmanager.Secret": ("secret",),
    "sns.TopicSubscription": ("sns_emails",),
}
"""Resource -> what of the price table is counted for it."""

ELSEWHERE = {"kms_requests": "kmsKeyArn's key, which exists", "transfer_out_gb": "what tasks send"}
"""Prices of what is no resource of the stack."""

PART = "a part of another resource, which is priced"
PLAIN = "AWS charges nothing for it"
NETWORK = "AWS charges nothing for VPCs, subnets, routes and groups: https://aws.amazon.com/vpc/pricing/"
ACCESS = "IAM costs nothing: https://aws.amazon.com/iam/faqs/"

FREE = {
    "acm.Certificate": "public certificates cost nothing: https://aws.amazon.com/certificate-manager/pricing/",
    "acm.CertificateValidation": "public certificates cost nothing: https://aws.amazon.com/certificate-manager/pricing/",
    "appautoscaling.ScheduledAction": PLAIN,
    "appautoscaling.Target": "its alarms alone cost: https://aws.amazon.com/autoscaling/pricing/",
    "budgets.Budget": "without actions it costs nothing: https://aws.amazon.com/aws-cost-management/aws-budgets/pricing/",
    "cloudwatch.EventRule": "events of AWS's services cost nothing: https://aws.amazon.com/eventbridge/pricing/",
    "cloudwatch.EventTarget": "events of AWS's services cost nothing: https://aws.amazon.com/eventbridge/pricing/",
    "ec2.DefaultSecurityGroup": NETWORK,
    "ec2.EgressOnlyInternetGateway": NETWORK,
    "ec2.InternetGateway": NETWORK,
    "ec2.LaunchTemplate": PLAIN,
    "ec2.Route": NETWORK,
    "ec2.RouteTable": NETWORK,
    "ec2.RouteTableAssociation": NETWORK,
    "ec2.SecurityGroup": NETWORK,
    "ec2.Subnet": NETWORK,
    "ec2.Vpc": NETWORK,
    "ec2.VpcDhcpOptions": NETWORK,
    "ec2.VpcDhcpOptionsAssociation": NETWORK,
    "ecr.LifecyclePolicy": PART,
    "ecs.ClusterCapacityProviders": PART,
    "ecs.TaskDefinition": "what runs from it is priced with ecs.Service, runs by schedules and deployments too",
    "efs.AccessPoint": PART,
    "efs.MountTarget": PART,
    "elasticache.ParameterGroup": PLAIN,
    "elasticache.SubnetGroup": PLAIN,
    "iam.InstanceProfile": ACCESS,
    "iam.OpenIdConnectProvider": ACCESS,
    "iam.Policy": ACCESS,
    "iam.Role": ACCESS,
    "iam.RolePolicy": ACCESS,
    "iam.RolePolicyAttachment": ACCESS,
    "lb.Listener": PART,
    "lb.ListenerRule": "a part of the load balancer's use, which is a rate",
    "lb.TargetGroup": PART,
    "rds.ParameterGroup": PLAIN,
    "rds.SubnetGroup": PLAIN,
    "route53.Record": "queries for aliases of load balancers cost nothing: https://aws.amazon.com/route53/pricing/",
    "scheduler.Schedule": "14 million starts a month are free: https://aws.amazon.com/eventbridge/pricing/",
    "scheduler.ScheduleGroup": PLAIN,
    "secretsmanager.SecretRotation": "the function exists, and is its owner's",
    "secretsmanager.SecretVersion": PART,
    "servicediscovery.HttpNamespace": "Service Connect costs its proxy's CPU and memory alone, which tasks have: "
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect.html",
    "sns.Topic": "a million requests a month are free, and e-mails are priced: https://aws.amazon.com/sns/pricing/",
    "sns.TopicPolicy": PART,
    "vpc.SecurityGroupEgressRule": NETWORK,
    "vpc.SecurityGroupIngressRule": NETWORK,
    "wafv2.WebAclAssociation": "the web ACL exists, and is its owner's: https://aws.amazon.com/waf/pricing/",
}
"""Resource -> why it costs nothing."""


def sources(*folders: str) -> str:
    return "\n".join(path.read_text() for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))


def created() -> set[str]:
    """Every class of the provider that components and platforms name, but inputs and answers."""
    named = set(re.findall(r"\baws\.([a-z0-9_]+\.[A-Z]\w+)", sources("components", "platforms")))
    return {name for name in named if not name.endswith(("Args", "Result"))}


def test_every_resource_is_priced_or_known_to_be_free() -> None:
    assert created() == PRICED.keys() | FREE.keys()
    assert not PRICED.keys() & FREE.keys()
    assert all(FREE.values())


def test_every_price_is_of_a_resource_and_is_used() -> None:
    items = set(tomllib.loads(TABLE.read_text())["items"])
    assert items == {item for prices in PRICED.values() for item in prices} | ELSEWHERE.keys()
    code = sources("berth/cost")
    for item in items:
        kind = re.sub(r"_(x86_64|arm64|postgres|mysql|mariadb|redis|valkey)$", "_", item)
        assert re.search(rf'"{re.escape(kind)}[" {{]', code), item
