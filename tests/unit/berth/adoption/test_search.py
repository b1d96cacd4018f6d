"""What is looked for, how long, and what is left alone as it may be another's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from berth.adoption import search as module
from berth.adoption.pending import Pending, creations
from berth.adoption.search import LOOKS, Findings, search

SPACE = {"type": "aws:servicediscovery/httpNamespace:HttpNamespace", "inputs": {"name": "mine-1a2b3c4"}, "id": "ns-9"}
TAGS = [{"Key": "Name", "Value": "one"}]
VPC = {"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16", "Tags": TAGS}
Answer = Mapping[str, Any] | Callable[[int], Mapping[str, Any]]


def pending(type_: str, **inputs: Any) -> Pending:
    return Pending({"urn": f"urn:pulumi:dev::berth::x${type_}::one", "type": type_, "inputs": inputs})


ROLE = pending("aws:iam/role:Role", name="one-1a2b3c4")
NEW_VPC = pending("aws:ec2/vpc:Vpc", cidrBlock="10.0.0.0/16", tags={"Name": "one"})


class FakeAws:
    """Answers by operation; one that is a function is given how often it was asked for before."""

    def __init__(self, **answers: Answer) -> None:
        self.answers = {"list_namespaces": {"Namespaces": [{"Name": "mine-1a2b3c4"}]}, **answers}
        self.asked: list[str] = []

    def client(self, _service: str) -> FakeAws:
        return self

    def can_paginate(self, _operation: str) -> bool:
        return False

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**_arguments: Any) -> Any:
            answer = self.answers[operation]
            self.asked.append(operation)
            return answer(self.asked.count(operation) - 1) if callable(answer) else answer

        return call

    def look_for(self, *items: Pending, resources: Any = (SPACE,)) -> Findings:
        return search(items, resources, self.client, 0)


def error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "GetRole")


def refuse(code: str) -> Callable[[int], Mapping[str, Any]]:
    def answer(_before: int) -> Mapping[str, Any]:
        raise error(code)

    return answer


def ids(findings: Findings) -> list[str]:
    return [item.id for item in findings.made]


def test_what_aws_shows_late_is_found() -> None:
    def later(before: int) -> Mapping[str, Any]:
        if before < LOOKS - 1:
            raise error("NoSuchEntity")
        return {"Role": {"RoleName": "one-1a2b3c4"}}

    assert ids(FakeAws(get_role=later).look_for(ROLE)) == ["one-1a2b3c4"]


def test_what_is_not_there_was_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(module.time, "sleep", waited.append)
    aws = FakeAws(get_role=refuse("NoSuchEntity"))
    assert search([ROLE], [], aws.client, 3) == Findings(made=[], unsure=[])
    assert aws.asked == ["get_role"] * LOOKS
    assert waited == [3] * (LOOKS - 1)


def test_what_aws_does_not_let_us_look_for_is_named() -> None:
    assert FakeAws(get_role=refuse("AccessDenied")).look_for(ROLE) == Findings(made=[], unsure=[ROLE])


def test_a_new_vpc_has_nothing_in_it_and_is_not_in_the_state() -> None:
    assert ids(FakeAws(describe_vpcs={"Vpcs": [VPC]}, describe_subnets={}).look_for(NEW_VPC)) == ["vpc-1"]
    used = FakeAws(describe_vpcs={"Vpcs": [VPC]}, describe_subnets={"Subnets": [{"SubnetId": "subnet-1"}]})
    assert used.look_for(NEW_VPC) == Findings(made=[], unsure=[NEW_VPC])
    known = {"type": "aws:ec2/vpc:Vpc", "id": "vpc-1", "outputs": {}}
    found = FakeAws(describe_vpcs={"Vpcs": [VPC]}).look_for(NEW_VPC, resources=[SPACE, known])
    assert found == Findings(made=[], unsure=[])


def test_of_two_that_look_alike_none_is_taken() -> None:
    aws = FakeAws(describe_vpcs={"Vpcs": [VPC, {**VPC, "VpcId": "vpc-2"}]}, describe_subnets={})
    assert aws.look_for(NEW_VPC) == Findings(made=[], unsure=[NEW_VPC])


@pytest.mark.parametrize(
    ("namespaces", "resources"),
    [
        ([{"Name": "mine-1a2b3c4"}, {"Name": "mine-7654321"}], [SPACE]),  # another checkout's stack of the name
        ([], []),  # a stack whose own name is not known
    ],
)
def test_tags_alone_tell_nothing_beside_another_stack_of_the_name(namespaces: Any, resources: Any) -> None:
    aws = FakeAws(
        describe_vpcs={"Vpcs": [VPC]},
        describe_subnets={},
        list_namespaces={"Namespaces": namespaces},
        get_role={"Role": {"RoleName": "one-1a2b3c4"}},
    )
    found = aws.look_for(NEW_VPC, ROLE, resources=resources)
    assert found.unsure == [NEW_VPC]
    assert ids(found) == ["one-1a2b3c4"]  # a name with a random end does


def test_a_stack_of_another_name_is_no_other_stack_of_the_name() -> None:
    names = [{"Name": "mine-1a2b3c4"}, {"Name": "mine-too-7654321"}]
    aws = FakeAws(describe_vpcs={"Vpcs": [VPC]}, describe_subnets={}, list_namespaces={"Namespaces": names})
    assert ids(aws.look_for(NEW_VPC)) == ["vpc-1"]


def test_a_revision_that_the_state_knows_is_not_the_new_one() -> None:
    arn = "arn:aws:ecs:us-east-1:123456789012:task-definition/one-web:{}"
    old = {"type": "aws:ecs/taskDefinition:TaskDefinition", "id": "one-web", "outputs": {"arn": arn.format(1)}}
    aws = FakeAws(list_task_definitions={"taskDefinitionArns": [arn.format(1), arn.format(2)]})
    item = pending("aws:ecs/taskDefinition:TaskDefinition", family="one-web")
    (made,) = aws.look_for(item, resources=[SPACE, old]).made
    assert (made.id, made.outputs) == ("one-web", {"arn": arn.format(2)})


def test_what_needs_no_search_is_not_searched() -> None:
    rollout = pending("pulumi-python:dynamic/berth:Rollout", cluster="arn")
    policy = pending("aws:ecr/lifecyclePolicy:LifecyclePolicy", repository="one")
    key = pending("aws:kms/key:Key", description="of one")
    later = pending("aws:iam/role:Role")  # without what it is found by
    assert FakeAws(get_role=refuse("NoSuchEntity")).look_for(rollout, policy, key, later).unsure == [key, later]


def test_berths_own_go_on_where_they_were() -> None:
    job = pending("pulumi-python:dynamic/berth:RunOnce", service_prefix="one-migrate", task_definition="arn:td:1")
    (made,) = search([job], [], lambda _service: pytest.fail("AWS is asked"), 0).made
    assert made.id == "one-migrate"
    assert made.outputs["task_definition"] == made.inputs["task_definition"] == ""


def test_a_creation_that_a_refresh_has_kept_counts_once() -> None:
    operation = {"type": "creating", "resource": ROLE.resource}
    other = {"type": "deleting", "resource": NEW_VPC.resource}
    assert creations([operation, other, operation]) == [ROLE]
    assert str(ROLE) == "aws:iam/role:Role one (one-1a2b3c4)"
    assert str(NEW_VPC) == "aws:ec2/vpc:Vpc one"
