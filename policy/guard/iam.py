"""What roles may do, and who may take them or reach data by a resource's own policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from guard.rule import UNKNOWN, Options, Resource, Rule, blocks, is_mapping, items, on, statements
from guard.without_arn import takes_no_arn

ROLES = "aws:iam/role:Role"
POLICIES = frozenset(
    {
        "aws:iam/policy:Policy",
        "aws:iam/rolePolicy:RolePolicy",
        "aws:iam/userPolicy:UserPolicy",
        "aws:iam/groupPolicy:GroupPolicy",
        ROLES,
    }
)
ATTACHMENTS = frozenset(
    {
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "aws:iam/userPolicyAttachment:UserPolicyAttachment",
        "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
        "aws:iam/policyAttachment:PolicyAttachment",
        ROLES,
    }
)

RESOURCE_POLICIES = {
    ROLES: "assumeRolePolicy",
    "aws:s3/bucketPolicy:BucketPolicy": "policy",
    "aws:efs/fileSystemPolicy:FileSystemPolicy": "policy",
    "aws:ecr/repositoryPolicy:RepositoryPolicy": "policy",
    "aws:secretsmanager/secretPolicy:SecretPolicy": "policy",
    "aws:sns/topicPolicy:TopicPolicy": "policy",
    "aws:sqs/queuePolicy:QueuePolicy": "policy",
    "aws:kms/key:Key": "policy",
}
"""Resources with a policy of their own -> the input that has it."""

DATABASES = ("aws:rds/instance:Instance", "aws:rds/clusterInstance:ClusterInstance")
BUCKETS = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2", "aws:s3/bucketAcl:BucketAcl")
BLOCKS = ("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",)


def granted(resource: Resource) -> Iterator[Mapping[str, Any]]:
    """Every statement by which a policy or a role allows something."""
    if resource.type == ROLES:
        for inline in blocks(resource.inputs.get("inlinePolicies")):
            yield from statements(inline.get("policy"))
    else:
        yield from statements(resource.inputs.get("policy"))


def _wildcard_actions(resource: Resource, options: Options) -> Iterator[str]:
    for statement in granted(resource):
        if "NotAction" in statement:
            yield "NotAction allows whatever AWS adds later: list what is needed under Action."
        for action in items(statement.get("Action")):
            if isinstance(action, str) and "*" in action:
                yield f"the action {action} allows more than it names: list each that is needed."


def _wildcard_resources(resource: Resource, options: Options) -> Iterator[str]:
    allowed = {str(action).lower() for action in options.get("actions", ())}
    for statement in granted(resource):
        if "NotResource" in statement:
            yield "NotResource allows whatever is added later: list what is needed under Resource."
        if "*" not in items(statement.get("Resource")):
            continue
        actions = [action for action in items(statement.get("Action")) if isinstance(action, str)]
        wide = [action for action in actions if not takes_no_arn(action) and action.lower() not in allowed]
        if wide:
            yield f"{', '.join(wide)} on every resource: write the ARNs that are needed under Resource."


def _managed(resource: Resource, options: Options) -> Iterator[str]:
    arns = [*items(resource.inputs.get("policyArn")), *items(resource.inputs.get("managedPolicyArns"))]
    for arn in arns:
        name = str(arn).rpartition("/")[2]
        if str(arn).startswith("arn:aws") and ":aws:policy/" in str(arn) and _too_much(name):
            yield f"{name} allows more than a program needs: write a policy with the actions and ARNs that it uses."


def _too_much(name: str) -> bool:
    return name in ("AdministratorAccess", "PowerUserAccess", "IAMFullAccess") or name.endswith("FullAccess")


def _public(resource: Resource, options: Options) -> Iterator[str]:
    inputs = resource.inputs
    if resource.type in DATABASES and inputs.get("publiclyAccessible") is True:
        yield "set publiclyAccessible to false, and reach the database from inside of the VPC."
    if resource.type in BUCKETS and str(inputs.get("acl", "")).startswith(("public-", "authenticated-read")):
        yield f"leave the ACL {inputs['acl']} out; let CloudFront read a bucket that is for the public."
    if resource.type in BLOCKS:
        switches = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
        off = [switch for switch in switches if not on(inputs.get(switch))]
        if off:
            yield f"set {', '.join(off)} to true."
    for statement in statements(inputs.get(RESOURCE_POLICIES.get(resource.type, ""))):
        if _anyone(statement.get("Principal")) and not statement.get("Condition"):
            yield (
                "the policy allows everyone: name accounts, roles or services under Principal, or add a Condition "
                "on aws:SourceArn, aws:PrincipalOrgID or elasticfilesystem:AccessedViaMountTarget."
            )


def _anyone(principal: object) -> bool:
    if is_mapping(principal):
        return any("*" in items(value) for value in principal.values() if value is not UNKNOWN)
    return principal == "*"


RULES = (
    Rule(
        name="no-wildcard-actions",
        description="IAM policies name each action.",
        types=POLICIES,
        check=_wildcard_actions,
        url="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
    ),
    Rule(
        name="no-wildcard-resources",
        description="IAM policies name each resource, wherever AWS takes an ARN.",
        types=POLICIES,
        check=_wildcard_resources,
        url="https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html",
        options={
            "actions": {
                "type": "array",
                "items": {"type": "string"},
                "default": [],
                "description": "Further actions that take no ARN, by AWS's Service Authorization Reference.",
            }
        },
    ),
    Rule(
        name="no-broad-managed-policies",
        description="No role has a managed policy that allows all of a service.",
        types=ATTACHMENTS,
        check=_managed,
        url="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
    ),
    Rule(
        name="nothing-public",
        description="Data, keys and roles are for named accounts and services.",
        types=frozenset({*RESOURCE_POLICIES, *DATABASES, *BUCKETS, *BLOCKS}),
        check=_public,
        url="https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-2",
    ),
)
