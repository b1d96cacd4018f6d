"""What outlives an accident: logs with an end, and data that is not deleted by a slip."""

from __future__ import annotations

from collections.abc import Iterator

from guard.rule import UNKNOWN, Options, Resource, Rule, on

LOG_GROUPS = "aws:cloudwatch/logGroup:LogGroup"
SECRETS = "aws:secretsmanager/secret:Secret"

DELETION_PROTECTION = {
    "aws:rds/instance:Instance": "deletionProtection",
    "aws:rds/cluster:Cluster": "deletionProtection",
    "aws:docdb/cluster:Cluster": "deletionProtection",
    "aws:neptune/cluster:Cluster": "deletionProtection",
    "aws:dynamodb/table:Table": "deletionProtectionEnabled",
    "aws:lb/loadBalancer:LoadBalancer": "enableDeletionProtection",
}
"""AWS's own lock, which holds in its console, too."""

FORCED = {
    "aws:rds/instance:Instance": "skipFinalSnapshot",
    "aws:rds/cluster:Cluster": "skipFinalSnapshot",
    "aws:ecr/repository:Repository": "forceDelete",
    "aws:s3/bucket:Bucket": "forceDestroy",
    "aws:s3/bucketV2:BucketV2": "forceDestroy",
}
"""Inputs that delete what is inside, or without a last copy."""


def _retention(resource: Resource, options: Options) -> Iterator[str]:
    days = resource.inputs.get("retentionInDays")
    if days is UNKNOWN:
        return
    least = int(options.get("days", 1))
    if not days:
        yield "set retentionInDays, or CloudWatch keeps and bills the logs for ever."
    elif days < least:
        yield f"set retentionInDays to {least} or more (is {int(days)})."


def _protection(resource: Resource, options: Options) -> Iterator[str]:
    if not resource.protect:
        return
    inputs = resource.inputs
    lock, forced = DELETION_PROTECTION.get(resource.type), FORCED.get(resource.type)
    if lock and not on(inputs.get(lock)):
        yield f"Pulumi protects it, and AWS's console would delete it: set {lock} to true."
    if forced and inputs.get(forced) is True:
        yield f"Pulumi protects it, but {forced} would delete its data with it: set it to false."
    if resource.type == SECRETS and inputs.get("recoveryWindowInDays") == 0:
        yield "Pulumi protects it, but AWS would delete it at once: set recoveryWindowInDays to 7 to 30."


RULES = (
    Rule(
        name="log-retention",
        description="Log groups end.",
        types=frozenset({LOG_GROUPS}),
        check=_retention,
        url="https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html#cloudwatch-16",
        options={"days": {"type": "integer", "default": 1, "minimum": 1, "description": "The least number of days."}},
    ),
    Rule(
        name="deletion-protection",
        description="What Pulumi protects, AWS protects, too.",
        types=frozenset({*DELETION_PROTECTION, *FORCED, SECRETS}),
        check=_protection,
        url="https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-8",
    ),
)
