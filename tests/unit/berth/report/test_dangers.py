"""Dangerous changes that no recorded preview has, one resource each; and what is none."""

from __future__ import annotations

import json
from typing import Any

import pytest

from berth.report.model import Level
from tests.unit.berth.report.previews import component, dangers, event, made

CIDR = {"ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "cidrIpv4": "0.0.0.0/0"}
RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **item} for item in statements]})


READ = {"Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::a/*"]}


@pytest.mark.parametrize(
    ("operation", "kind", "old", "new", "level", "word"),
    [
        ("replace", "aws:rds/instance:Instance", {"engine": "postgres"}, {"engine": "mysql"}, Level.DATA, "database"),
        ("delete", "aws:elasticache/replicationGroup:ReplicationGroup", {}, None, Level.DATA, "cache"),
        ("delete", "aws:kms/key:Key", {}, None, Level.DATA, "encryption key"),
        ("delete", "aws:s3/bucketV2:BucketV2", {}, None, Level.DATA, "bucket"),
        ("replace", "aws:route53/record:Record", {"name": "a"}, {"name": "b"}, Level.GONE, "DNS record"),
        ("replace", "aws:ec2/eip:Eip", {}, {}, Level.GONE, "public address"),
        ("replace", "aws:servicediscovery/httpNamespace:HttpNamespace", {}, {}, Level.GONE, "namespace"),
        ("create", RULE, None, CIDR, Level.OPEN, "TCP port 22 is opened to the internet"),
        ("create", RULE, None, {"ipProtocol": "-1", "cidrIpv6": "::/0"}, Level.OPEN, "every port is opened"),
        ("create", RULE, None, {**CIDR, "toPort": 90}, Level.OPEN, "TCP ports 22 to 90"),
        ("create", RULE, None, {**CIDR, "cidrIpv4": "10.0.0.0/8"}, Level.CARE, "opened to 10.0.0.0/8"),
        ("update", RULE, {**CIDR, "cidrIpv4": "10.0.0.0/8"}, CIDR, Level.OPEN, "opened to the internet"),
        (
            *("update", "aws:iam/rolePolicy:RolePolicy", {"policy": policy(READ)}),
            {"policy": policy(READ, {"Action": "*", "Resource": "*"})},
            *(Level.OPEN, "may do more: * on everything (*)"),
        ),
        (
            *("update", "aws:iam/rolePolicy:RolePolicy", {"policy": policy(READ)}),
            {"policy": policy({**READ, "Resource": ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"]})},
            *(Level.OPEN, "s3:GetObject on b/*"),
        ),
        (
            *("update", "aws:iam/rolePolicy:RolePolicy"),
            {"policy": policy({**READ, "Condition": {"Bool": {"aws:SecureTransport": "true"}}})},
            *({"policy": policy(READ)}, Level.OPEN, "s3:GetObject on a/*"),
        ),
        (
            *("update", "aws:iam/role:Role"),
            {"assumeRolePolicy": policy({"Action": "sts:AssumeRole", "Principal": {"Service": "ecs.amazonaws.com"}})},
            {"assumeRolePolicy": policy({"Action": "sts:AssumeRole", "Principal": {"AWS": "*"}})},
            *(Level.OPEN, "may be taken by more: sts:AssumeRole to *"),
        ),
        (
            *("update", "aws:rds/instance:Instance", {"storageEncrypted": True}, {"storageEncrypted": False}),
            *(Level.OPEN, "encryption at rest off"),
        ),
        (
            *("update", "aws:rds/instance:Instance", {"deletionProtection": True}, {"deletionProtection": False}),
            *(Level.OPEN, "deletion protection off"),
        ),
        (
            *("update", "aws:rds/instance:Instance", {"publiclyAccessible": False}, {"publiclyAccessible": True}),
            *(Level.OPEN, "reachable from the internet"),
        ),
        (
            *("update", "aws:rds/instance:Instance", {"backupRetentionPeriod": 7}, {"backupRetentionPeriod": 0}),
            *(Level.OPEN, "backups for fewer days (backupRetentionPeriod 7 → 0)"),
        ),
        (
            *("update", "aws:elasticache/replicationGroup:ReplicationGroup", {"transitEncryptionMode": "required"}),
            *({"transitEncryptionMode": "preferred"}, Level.OPEN, "TLS no longer required"),
        ),
        (
            *("update", "aws:lb/listener:Listener", {"protocol": "HTTPS"}, {"protocol": "HTTP"}),
            *(Level.OPEN, "no TLS any more"),
        ),
        (
            *("update", "aws:cloudwatch/logGroup:LogGroup", {"retentionInDays": 30}, {"retentionInDays": 7}),
            *(Level.CARE, "logs for fewer days (retentionInDays 30 → 7)"),
        ),
        (
            *("update", "aws:cloudwatch/logGroup:LogGroup", {"kmsKeyId": "arn:aws:kms:a:1:key/b"}, {}),
            *(Level.OPEN, "no key of your own any more"),
        ),
        (
            *("update", "aws:ecs/service:Service", {"networkConfiguration": {"assignPublicIp": False}}),
            *({"networkConfiguration": {"assignPublicIp": True}}, Level.CARE, "tasks get public addresses"),
        ),
        ("replace", "aws:ecs/service:Service", {}, {}, Level.CARE, "the ECS service is replaced"),
    ],
)
def test_a_danger(operation: str, kind: str, old: Any, new: Any, level: Level, word: str) -> None:
    found = made([event(operation, kind, "shop-test-x", old, new)]).dangers
    assert [(item.level, word in item.what) for item in found] == [(level, True)], found


@pytest.mark.parametrize(
    ("operation", "kind", "old", "new"),
    [
        ("create", "aws:rds/instance:Instance", None, {"storageEncrypted": False}),
        ("same", RULE, CIDR, CIDR),
        ("delete", RULE, CIDR, None),
        (
            "create",
            RULE,
            None,
            {"ipProtocol": "tcp", "fromPort": 80, "toPort": 80, "referencedSecurityGroupId": "sg-1"},
        ),
        ("create", "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", None, CIDR),
        (
            *("update", "aws:iam/rolePolicy:RolePolicy"),
            {"policy": policy({"Action": ["s3:*"], "Resource": ["*"]})},
            {"policy": policy({"Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::a"]})},
        ),
        (
            *("update", "aws:iam/rolePolicy:RolePolicy"),
            {"policy": policy({"Action": ["a:B", "a:C"], "Resource": ["x", "y"]})},
            {"policy": policy({"Action": "a:C", "Resource": "x"}, {"Action": "a:B", "Resource": ["y"]})},
        ),
        ("update", "aws:rds/instance:Instance", {"backupRetentionPeriod": 0}, {"backupRetentionPeriod": 7}),
        ("update", "aws:cloudwatch/logGroup:LogGroup", {"retentionInDays": 7}, {"retentionInDays": 0}),
        ("replace", "aws:ecs/taskDefinition:TaskDefinition", {"cpu": "256"}, {"cpu": "512"}),
    ],
)
def test_no_danger(operation: str, kind: str, old: Any, new: Any) -> None:
    assert dangers(made([event(operation, kind, "shop-test-x", old, new)])) == []


def test_a_new_roles_permissions_are_no_widening_and_an_old_ones_are() -> None:
    inputs = {"policy": policy(READ)}
    for operation, found in (("create", 0), ("same", 1)):
        role = event(operation, "aws:iam/role:Role", "role", {}, {}, component="Role", owner="shop-test-x")
        new = event("create", "aws:iam/rolePolicy:RolePolicy", "p", None, inputs, component="Role", owner="shop-test-x")
        assert len(made([role, new]).dangers) == found


def test_an_update_that_takes_protection_away_is_found() -> None:
    step = event("same", "aws:rds/instance:Instance", "shop-test-db", {}, {}, old_state={"protect": True})
    assert dangers(made([step])) == [": protection of the database db is taken away"]


def test_a_service_scaled_to_nothing_and_a_database_that_restarts_are_downtime() -> None:
    found = made(
        [
            component("Service", "shop-test-api"),
            event(
                *("update", "aws:ecs/service:Service", "shop-test-api", {"desiredCount": 2}, {"desiredCount": 0}),
                component="Service",
            ),
            component("Database", "shop-test-db"),
            event(
                *("update", "aws:rds/instance:Instance", "shop-test-db"),
                *({"instanceClass": "db.t4g.micro"}, {"instanceClass": "db.t4g.small"}),
                component="Database",
            ),
        ]
    ).downtime
    assert [(item.service, item.why) for item in found] == [
        ("api", "no task is left (replicas 0)"),
        ("db", "its database restarts for instanceClass"),
    ]


def test_the_only_instance_is_replaced_before_its_successor_is_there() -> None:
    template = {"id": "lt-1", "version": "1"}

    def group(healthy: int) -> dict[str, Any]:
        return event(
            *("update", "aws:autoscaling/group:Group", "shop-test-instances"),
            {"launchTemplate": template},
            {
                "launchTemplate": {**template, "version": "2"},
                "instanceRefresh": {"preferences": {"minHealthyPercentage": healthy}},
            },
            detailedDiff={"launchTemplate.version": {"diffKind": "update"}},
        )

    assert [item.why for item in made([group(0)]).downtime] == ["the one instance is replaced"]
    assert made([group(50)]).downtime == ()
