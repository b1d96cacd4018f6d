"""An IAM role for an AWS service, with exactly the statements that it is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypedDict, cast

import pulumi
import pulumi_aws as aws

from berth.components.container_json import canonical
from berth.components.naming import autonamed

MAXIMUM_NAME = 64
"""Characters: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Actions allowed on resources (ARNs).

    ``conditions`` maps an operator to its keys and values: ``{"StringEquals": {"aws:SourceArn": ["arn:…"]}}``.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_statement.html
    """

    actions: Sequence[str]
    resources: Sequence[pulumi.Input[str]]
    conditions: Mapping[str, Mapping[str, Sequence[pulumi.Input[str]]]] = field(
        default_factory=dict[str, Mapping[str, Sequence[pulumi.Input[str]]]]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleArgs:
    """``service`` is the one principal that may assume the role, with ``source_arns`` on behalf of these alone:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html

    Without statements there is no inline policy.
    """

    service: str = "ecs-tasks.amazonaws.com"
    source_arns: Sequence[pulumi.Input[str]] = ()
    statements: Sequence[Statement] = ()
    managed_policy_arns: Sequence[str] = ()
    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


class Role(pulumi.ComponentResource):
    """A role, its inline policy and its managed policies, each its own resource."""

    arn: pulumi.Output[str]
    name: pulumi.Output[str]

    def __init__(self, name: str, args: RoleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("berth:components:Role", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        role = aws.iam.Role(
            autonamed(name, MAXIMUM_NAME),
            assume_role_policy=pulumi.Output.all(*args.source_arns).apply(
                lambda arns: assume_role_policy(args.service, arns)
            )
            if args.source_arns
            else assume_role_policy(args.service),
            description=args.description or None,
            tags=dict(args.tags),
            opts=child,
        )
        if args.statements:
            aws.iam.RolePolicy(f"{name}-policy", role=role.name, policy=policy(args.statements), opts=child)
        for managed in args.managed_policy_arns:
            label = managed.rpartition("/")[2]
            aws.iam.RolePolicyAttachment(f"{name}-{label}", role=role.name, policy_arn=managed, opts=child)
        self.arn = role.arn
        self.name = role.name
        self.register_outputs({"arn": self.arn, "name": self.name})


def assume_role_policy(service: str, source_arns: Sequence[str] = ()) -> str:
    """Who may take the role: one AWS service, by its principal name (``ecs-tasks.amazonaws.com``), and for what."""
    statement: dict[str, object] = {
        "Action": "sts:AssumeRole",
        "Effect": "Allow",
        "Principal": {"Service": service},
    }
    if source_arns:
        statement["Condition"] = {"ArnLike": {"aws:SourceArn": sorted(source_arns)}}
    return canonical({"Statement": [statement], "Version": "2012-10-17"})


def policy(statements: Sequence[Statement]) -> pulumi.Output[str]:
    """The statements as a policy document; actions and resources are sorted, so that it changes only with them."""
    late = [{"resources": list(item.resources), "conditions": _plain(item.conditions)} for item in statements]

    def document(known: object) -> str:
        pairs = zip(statements, cast("Sequence[_Known]", known), strict=True)
        return canonical({"Statement": [_statement(*pair) for pair in pairs], "Version": "2012-10-17"})

    return pulumi.Output.from_input(late).apply(document)


class _Known(TypedDict):
    """A statement's late values, once they are there."""

    resources: list[str]
    conditions: dict[str, dict[str, list[str]]]


def _plain(
    conditions: Mapping[str, Mapping[str, Sequence[pulumi.Input[str]]]],
) -> dict[str, dict[str, list[pulumi.Input[str]]]]:
    return {
        operator: {key: list(values) for key, values in keys.items()} for operator, keys in sorted(conditions.items())
    }


def _statement(item: Statement, known: _Known) -> dict[str, object]:
    statement: dict[str, object] = {
        "Action": sorted(item.actions),
        "Effect": "Allow",
        "Resource": sorted(set(known["resources"])),
    }
    if known["conditions"]:
        statement["Condition"] = {
            operator: {key: sorted(set(values)) for key, values in keys.items()}
            for operator, keys in known["conditions"].items()
        }
    return statement
