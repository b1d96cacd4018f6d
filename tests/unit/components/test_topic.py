"""A topic that alarms and events can publish to although it is encrypted."""

from __future__ import annotations

import json
from typing import Any

import pytest

from berth.components.topic import Topic, TopicArgs, key_policy
from tests.unit.components.build import Built, build, waits_for
from tests.unit.recorder import Recorder

TOPIC, KEY = "aws:sns/topic:Topic", "aws:kms/key:Key"
POLICY, SUBSCRIPTION = "aws:sns/topicPolicy:TopicPolicy", "aws:sns/topicSubscription:TopicSubscription"
ACCOUNT = "123456789012"


def topic(**args: Any) -> Built:
    calls = {
        "aws:index/getCallerIdentity:getCallerIdentity": {
            "accountId": ACCOUNT,
            "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/ci/me",
        }
    }

    def make(opts: Any) -> dict[str, Any]:
        made = Topic("shop", TopicArgs(**args), opts)
        return {"arn": made.arn, "waits": waits_for(made.arn)}

    return build(make, Recorder(calls=calls))


def statements(policy: str) -> dict[str, dict[str, Any]]:
    return {item["Sid"]: item for item in json.loads(policy)["Statement"]}


def test_the_topic_has_a_key_of_its_own_that_alarms_and_events_may_use():
    built = topic(tags={"team": "a"})
    key = built.inputs(KEY)
    assert (key["enableKeyRotation"], key["deletionWindowInDays"], key["tags"]) == (True, 7, {"team": "a"})
    assert built.inputs(TOPIC)["kmsMasterKeyId"].endswith(":shop")
    found = statements(key["policy"])
    assert found["Account"]["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    for sid, service in (("Alarms", "cloudwatch"), ("Events", "events")):
        # https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
        assert found[sid]["Principal"] == {"Service": f"{service}.amazonaws.com"}
        assert found[sid]["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]


@pytest.mark.parametrize("type_token", [KEY, POLICY])
def test_alarms_must_be_the_accounts_and_events_can_have_no_condition(type_token: str):
    found = statements(topic().inputs(type_token)["policy"])
    assert found["Alarms"]["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    # "You can't use of Condition blocks in Amazon SNS topic policies for EventBridge":
    # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions
    assert "Condition" not in found["Events"]


def test_they_may_publish_to_this_topic_and_do_no_more():
    built = topic()
    for item in statements(built.inputs(POLICY)["policy"]).values():
        assert (item["Action"], item["Resource"]) == ("sns:Publish", built.values["arn"])
    assert "TopicPolicy shop" in built.values["waits"]


def test_each_address_is_a_subscription():
    built = topic(emails=["a@example.com", "b@example.com"])
    found = [(item.inputs["protocol"], item.inputs["endpoint"]) for item in built.recorder.of(SUBSCRIPTION)]
    assert found == [("email", "a@example.com"), ("email", "b@example.com")]


def test_other_partitions_have_their_own_arns():
    policy = statements(key_policy(ACCOUNT, f"arn:aws-cn:iam::{ACCOUNT}:user/me"))
    assert policy["Account"]["Principal"] == {"AWS": f"arn:aws-cn:iam::{ACCOUNT}:root"}
