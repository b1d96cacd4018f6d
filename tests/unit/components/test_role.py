from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import pulumi

from berth.components.role import MAXIMUM_NAME, Role, RoleArgs, Statement
from tests.unit.recorder import Recorder, start


def made(program: Callable[[], object]) -> Recorder:
    recorder = start(Recorder())

    @pulumi.runtime.test
    def run() -> None:
        program()

    run()
    return recorder


def written(statements: Sequence[Statement]) -> str:
    recorder = made(lambda: Role("web", RoleArgs(statements=statements)))
    return recorder.one("aws:iam/rolePolicy:RolePolicy").inputs["policy"]


def test_only_the_service_may_take_the_role():
    recorder = made(lambda: Role("web", RoleArgs(service="ec2.amazonaws.com", description="d", tags={"a": "b"})))
    role = recorder.one("aws:iam/role:Role", "web").inputs
    assert json.loads(role["assumeRolePolicy"]) == {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
    assert (role["description"], role["tags"]) == ("d", {"a": "b"})
    assert "name" not in role


def test_without_statements_there_is_no_policy():
    recorder = made(lambda: Role("web", RoleArgs()))
    assert [item.type for item in recorder.resources] == ["berth:components:Role", "aws:iam/role:Role"]


def test_policy_has_the_statements_sorted():
    late = pulumi.Output.from_input("arn:b")
    text = written(
        [
            Statement(actions=("s3:Put", "s3:Get"), resources=(late, "arn:a", "arn:a")),
            Statement(
                actions=("efs:Mount",), resources=("*",), conditions={"StringEquals": {"efs:Point": [late, "arn:a"]}}
            ),
        ]
    )
    assert json.loads(text) == {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": ["s3:Get", "s3:Put"], "Resource": ["arn:a", "arn:b"]},
            {
                "Effect": "Allow",
                "Action": ["efs:Mount"],
                "Resource": ["*"],
                "Condition": {"StringEquals": {"efs:Point": ["arn:a", "arn:b"]}},
            },
        ],
    }


def test_policy_is_the_same_text_whatever_the_order_of_actions_and_resources():
    first = written([Statement(actions=("a:A", "b:B"), resources=("arn:1", "arn:2"))])
    assert written([Statement(actions=("b:B", "a:A"), resources=("arn:2", "arn:1"))]) == first


def test_policy_belongs_to_the_role():
    recorder = made(lambda: Role("web", RoleArgs(statements=[Statement(actions=("a:A",), resources=("*",))])))
    assert recorder.one("aws:iam/rolePolicy:RolePolicy", "web-policy").inputs["role"] == "web"


def test_each_managed_policy_is_attached():
    arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
    recorder = made(lambda: Role("web", RoleArgs(managed_policy_arns=[arn])))
    attached = recorder.one("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "web-AmazonSSMManagedInstanceCore")
    assert attached.inputs == {"role": "web", "policyArn": arn}


def test_a_long_name_leaves_room_for_the_random_suffix():
    recorder = made(lambda: Role("w" * 100, RoleArgs()))
    assert len(recorder.one("aws:iam/role:Role").name) == MAXIMUM_NAME - len("-1234567")
