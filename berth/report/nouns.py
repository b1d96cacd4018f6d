"""Plain words for the provider's types and properties."""

from __future__ import annotations

from berth.report.events import Step

NOUNS = {
    "aws:ecs/service:Service": "ECS service",
    "aws:ecs/taskDefinition:TaskDefinition": "task definition",
    "aws:ecs/cluster:Cluster": "cluster",
    "aws:lb/loadBalancer:LoadBalancer": "load balancer",
    "aws:lb/targetGroup:TargetGroup": "target group",
    "aws:lb/listenerRule:ListenerRule": "listener rule",
    "aws:ec2/natGateway:NatGateway": "NAT gateway",
    "aws:ec2/eip:Eip": "public address",
    "aws:ec2/vpc:Vpc": "network (VPC)",
    "aws:ec2/vpcEndpoint:VpcEndpoint": "VPC endpoint",
    "aws:efs/fileSystem:FileSystem": "file system",
    "aws:efs/accessPoint:AccessPoint": "volume",
    "aws:efs/mountTarget:MountTarget": "mount target",
    "aws:rds/instance:Instance": "database",
    "aws:elasticache/replicationGroup:ReplicationGroup": "cache",
    "aws:ecr/repository:Repository": "image repository",
    "aws:secretsmanager/secretVersion:SecretVersion": "secret value",
    "aws:cloudwatch/metricAlarm:MetricAlarm": "alarm",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "rule of who may connect",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "rule of what may be reached",
    "aws:servicediscovery/httpNamespace:HttpNamespace": "namespace",
    "aws:iam/role:Role": "role",
    "aws:route53/record:Record": "DNS record",
    "aws:route53/zone:Zone": "DNS zone",
    "aws:iam/rolePolicy:RolePolicy": "inline policy",
    "pulumi-python:dynamic/berth:RunOnce": "run",
    "pulumi-python:dynamic/berth:ComposeUp": "Compose project",
    "docker-build:index:Image": "image",
}

QUIET = (
    *("pulumi:", "berth:", "pulumi-python:dynamic/berth:Rollout"),
    *("aws:iam/rolePolicyAttachment:", "aws:ecr/lifecyclePolicy:", "aws:ec2/routeTableAssociation:"),
)
"""Beginnings of types that say nothing to a reviewer; the full diff has them."""

LABELS = {
    "desiredCount": "replicas",
    "enableExecuteCommand": "shell access by ECS Exec",
    "deploymentMinimumHealthyPercent": "tasks that stay during a deployment (%)",
    "deploymentMaximumPercent": "tasks at most during a deployment (%)",
    "healthCheckGracePeriodSeconds": "health check grace period (s)",
    "retentionInDays": "days that logs are kept",
    "instanceClass": "instance class",
    "allocatedStorage": "storage (GB)",
    "engineVersion": "engine version",
    "minCapacity": "fewest tasks",
    "maxCapacity": "most tasks",
    "scheduleExpression": "schedule",
}
"""Property -> its name in plain words; others keep the provider's own."""


def noun(step: Step) -> str:
    found = NOUNS.get(step.type)
    if found:
        return found
    plain = step.type.rpartition(":")[2]
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in plain).strip()


def quiet(step: Step) -> bool:
    return step.type.startswith(QUIET)
