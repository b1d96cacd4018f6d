"""What roles may do, and who may reach data."""

from __future__ import annotations

import json
from typing import Any

import pytest

from guard.rule import UNKNOWN
from guard.without_arn import ACTIONS, PAGES
from tests.unit.policy.resources import policy, said

POLICY = "iam/rolePolicy:RolePolicy"
ROLE = "iam/role:Role"
ARN = "arn:aws:s3:::shop/*"


@pytest.mark.parametrize("action", ["*", "s3:*", "s3:Get*", ["s3:GetObject", "ecr:*"]])
def test_a_wildcard_among_actions_is_refused(action: object) -> None:
    document = json.dumps(policy({"Action": action, "Resource": ARN}))
    (message,) = said("no-wildcard-actions", POLICY, {"policy": document})
    assert "list each" in message


def test_not_action_is_refused_and_a_denial_passes() -> None:
    (message,) = said("no-wildcard-actions", POLICY, {"policy": policy({"NotAction": "iam:*", "Resource": ARN})})
    assert "under Action" in message
    denial = {"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}
    assert said("no-wildcard-actions", POLICY, {"policy": denial}) == []
    assert said("no-wildcard-actions", POLICY, {"policy": UNKNOWN}) == []


def test_every_resource_is_refused_where_the_action_takes_an_arn() -> None:
    document = policy({"Action": ["s3:GetObject", "ecr:GetAuthorizationToken"], "Resource": "*"})
    (message,) = said("no-wildcard-resources", POLICY, {"policy": document})
    assert message.startswith("s3:GetObject on every resource")
    assert "ARNs" in message


@pytest.mark.parametrize(
    "action", ["ecr:GetAuthorizationToken", "ssmmessages:OpenDataChannel", "ec2:describeinstances"]
)
def test_an_action_that_takes_no_arn_is_for_every_resource(action: str) -> None:
    assert said("no-wildcard-resources", POLICY, {"policy": policy({"Action": action, "Resource": "*"})}) == []


def test_further_actions_may_be_named() -> None:
    document = policy({"Action": "pricing:GetProducts", "Resource": ["*"]})
    assert said("no-wildcard-resources", POLICY, {"policy": document})
    assert said("no-wildcard-resources", POLICY, {"policy": document}, actions=["pricing:GetProducts"]) == []


def test_inline_policies_of_a_role_count() -> None:
    inputs = {"inlinePolicies": [{"policy": json.dumps(policy({"Action": "*", "Resource": "*"}))}]}
    assert said("no-wildcard-actions", ROLE, inputs)
    assert said("no-wildcard-resources", ROLE, inputs)


def test_each_list_of_actions_has_its_page() -> None:
    assert set(ACTIONS) == set(PAGES)


@pytest.mark.parametrize("name", ["AdministratorAccess", "PowerUserAccess", "AmazonS3FullAccess"])
def test_broad_managed_policies_are_refused(name: str) -> None:
    attachment = "iam/rolePolicyAttachment:RolePolicyAttachment"
    (message,) = said("no-broad-managed-policies", attachment, {"policyArn": f"arn:aws:iam::aws:policy/{name}"})
    assert name in message
    narrow = "arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role"
    assert said("no-broad-managed-policies", attachment, {"policyArn": narrow}) == []
    assert said("no-broad-managed-policies", attachment, {"policyArn": "arn:aws:iam::1:policy/MyFullAccess"}) == []


@pytest.mark.parametrize(
    ("type_", "inputs", "part"),
    [
        ("rds/instance:Instance", {"publiclyAccessible": True}, "publiclyAccessible to false"),
        ("s3/bucketV2:BucketV2", {"acl": "public-read"}, "CloudFront"),
        ("s3/bucketPublicAccessBlock:BucketPublicAccessBlock", {"blockPublicAcls": True}, "blockPublicPolicy"),
        ("efs/fileSystemPolicy:FileSystemPolicy", {"policy": policy({"Principal": "*", "Action": "x"})}, "everyone"),
        ("s3/bucketPolicy:BucketPolicy", {"policy": policy({"Principal": {"AWS": "*"}, "Action": "x"})}, "everyone"),
        (ROLE, {"assumeRolePolicy": json.dumps(policy({"Principal": {"AWS": ["*"]}}))}, "everyone"),
    ],
)
def test_what_is_public_is_refused(type_: str, inputs: dict[str, Any], part: str) -> None:
    (message,) = said("nothing-public", type_, inputs)
    assert part in message


@pytest.mark.parametrize(
    ("type_", "inputs"),
    [
        ("rds/instance:Instance", {}),
        ("s3/bucketV2:BucketV2", {"acl": "private"}),
        (ROLE, {"assumeRolePolicy": policy({"Principal": {"Service": "ecs-tasks.amazonaws.com"}})}),
        ("sns/topicPolicy:TopicPolicy", {"policy": policy({"Principal": "*", "Condition": {"ArnEquals": {}}})}),
        ("kms/key:Key", {"policy": policy({"Principal": {"AWS": "arn:aws:iam::1:root"}, "Action": "kms:*"})}),
    ],
)
def test_what_names_its_readers_passes(type_: str, inputs: dict[str, Any]) -> None:
    assert said("nothing-public", type_, inputs) == []
