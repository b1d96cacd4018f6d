"""An encrypted SNS topic that CloudWatch's alarms and EventBridge's rules of the account can publish to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_aws as aws

from berth.components.container_json import canonical
from berth.components.naming import autonamed

MAXIMUM_NAME = 256
"""https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html"""
KEY_DELETION_DAYS = 7
"""The fewest that KMS has; the key costs nothing in these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicArgs:
    """Each of ``emails`` gets a message from SNS with a link, and hears of nothing before it was followed."""

    emails: Sequence[str] = ()
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


class Topic(pulumi.ComponentResource):
    """A topic with a key of its own: the policy of AWS's own key for SNS lets no other service use it.

    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    """

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: TopicArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("berth:components:Topic", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        identity = aws.get_caller_identity_output(opts=pulumi.InvokeOutputOptions(parent=self))
        key = aws.kms.Key(
            name,
            description=f"Notices of {name}",
            policy=pulumi.Output.all(identity.account_id, identity.arn).apply(lambda known: key_policy(*known)),
            enable_key_rotation=True,
            deletion_window_in_days=KEY_DELETION_DAYS,
            tags=dict(args.tags),
            opts=child,
        )
        topic = aws.sns.Topic(
            autonamed(name, MAXIMUM_NAME), kms_master_key_id=key.arn, tags=dict(args.tags), opts=child
        )
        policy = aws.sns.TopicPolicy(
            name,
            arn=topic.arn,
            policy=pulumi.Output.all(topic.arn, identity.account_id).apply(lambda known: topic_policy(*known)),
            opts=child,
        )
        for email in args.emails:
            aws.sns.TopicSubscription(f"{name}-{email}", topic=topic.arn, protocol="email", endpoint=email, opts=child)
        # Who publishes waits for the policy.
        self.arn = pulumi.Output.all(topic.arn, policy.id).apply(lambda known: known[0])
        self.register_outputs({"arn": self.arn})


def key_policy(account_id: str, caller_arn: str) -> str:
    """The account's own IAM decides who manages the key; alarms and events may use it.

    EventBridge says nothing of the account to KMS and to SNS, so that a condition would shut it out:
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
    """
    partition = caller_arn.split(":")[1]
    use = {"Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey*"], "Resource": "*"}
    return canonical(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "Account",
                    "Effect": "Allow",
                    "Principal": {"AWS": f"arn:{partition}:iam::{account_id}:root"},
                    "Action": "kms:*",
                    "Resource": "*",
                },
                {"Sid": "Alarms", "Principal": _service("cloudwatch"), "Condition": _from(account_id), **use},
                {"Sid": "Events", "Principal": _service("events"), **use},
            ],
        }
    )


def topic_policy(topic_arn: str, account_id: str) -> str:
    """Who may publish: https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html"""
    publish = {"Effect": "Allow", "Action": "sns:Publish", "Resource": topic_arn}
    return canonical(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Sid": "Alarms", "Principal": _service("cloudwatch"), "Condition": _from(account_id), **publish},
                {"Sid": "Events", "Principal": _service("events"), **publish},
            ],
        }
    )


def _service(name: str) -> dict[str, str]:
    return {"Service": f"{name}.amazonaws.com"}


def _from(account_id: str) -> dict[str, Any]:
    return {"StringEquals": {"aws:SourceAccount": account_id}}
