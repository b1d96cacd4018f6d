"""What the roles of GitHub's workflows may do, as rows of a table, and those rows as statements of a policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

from components.role import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """The actions of one AWS service that one kind of resource needs.

    ``types`` are the Pulumi types that it is for (``ecs.Service``), empty where it is for something else, as ``why``
    says. ``reads`` are for both roles, ``writes`` for the one that deploys; ``looks`` and ``makes`` are the same of
    actions that take no resource. ``resources`` are ARNs after ``arn:PARTITION:`` with ``{region}``, ``{account}`` and
    ``{name}``, which is the start of each application's names. ``policy`` is the managed policy that has the grant.
    """

    service: str
    policy: str
    types: Sequence[str] = ()
    reads: Sequence[str] = ()
    writes: Sequence[str] = ()
    looks: Sequence[str] = ()
    makes: Sequence[str] = ()
    resources: Sequence[str] = ()
    conditions: Mapping[str, Mapping[str, Sequence[str]]] = field(
        default_factory=dict[str, Mapping[str, Sequence[str]]]
    )
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Where the grants hold. ``boundary_arn`` is the policy that limits every role of a stack."""

    partition: pulumi.Input[str]
    account_id: pulumi.Input[str]
    region: str
    names: Sequence[str]
    boundary_arn: pulumi.Input[str]


TAGS = ("TagResource", "UntagResource")

BOUNDARY = "{boundary}"
"""In a condition: the boundary's ARN."""


def read_statements(grants: Sequence[Grant], account: Account) -> Mapping[str, Sequence[Statement]]:
    """What a preview and a look for drift ask AWS, by policy."""
    return _by_policy(grants, account, writes=False)


def all_statements(grants: Sequence[Grant], account: Account) -> Mapping[str, Sequence[Statement]]:
    """What an update asks AWS, by policy."""
    return _by_policy(grants, account, writes=True)


def _by_policy(grants: Sequence[Grant], account: Account, *, writes: bool) -> dict[str, list[Statement]]:
    found: dict[str, list[Statement]] = {}
    for policy in dict.fromkeys(grant.policy for grant in grants):
        mine = [grant for grant in grants if grant.policy == policy]
        looks = {
            f"{item.service}:{action}" for item in mine for action in (*item.looks, *(item.makes if writes else ()))
        }
        statements = [Statement(actions=sorted(looks), resources=["*"])] if looks else []
        statements += [item for grant in mine for item in _statements(grant, account, writes)]
        if statements:
            found[policy] = statements
    return found


def _statements(grant: Grant, account: Account, writes: bool) -> Iterator[Statement]:
    actions = [*grant.reads, *(grant.writes if writes else ())]
    if actions:
        yield Statement(
            actions=[f"{grant.service}:{action}" for action in actions],
            resources=[arn for resource in grant.resources for arn in arns(resource, account)],
            conditions={
                operator: {
                    key: [account.boundary_arn if value == BOUNDARY else value for value in values]
                    for key, values in keys.items()
                }
                for operator, keys in grant.conditions.items()
            },
        )


def arns(resource: str, account: Account) -> list[pulumi.Output[str]]:
    """One ARN, or where it has ``{name}`` one for each application."""
    return [
        pulumi.Output.all(account.partition, account.account_id).apply(
            lambda known, name=name: (
                f"arn:{known[0]}:" + resource.format(account=known[1], region=account.region, name=name)
            )
        )
        for name in (account.names if "{name}" in resource else ("",))
    ]
