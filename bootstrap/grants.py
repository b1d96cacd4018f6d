"""What the roles of GitHub's workflows may do, as rows of a table, and those rows as statements of a policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

import pulumi

from berth.components.naming import autonamed
from berth.components.role import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """The actions of one AWS service that one kind of resource needs.

    ``types`` are the Pulumi types that it is for (``ecs.Service``), empty where it is for something else, as ``why``
    says. ``reads`` are for both roles, ``writes`` for the one that deploys; ``looks`` and ``makes`` are the same of
    actions that take no resource. ``resources`` are ARNs after ``arn:PARTITION:`` with ``{region}``, ``{account}``, and
    the fields of ``Account``: ``{name}``, the start of each application's names, ``{base}`` and ``{project}``. So are
    the values of ``conditions``, without the ARN. ``policy`` is the managed policy that has the grant.
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
    """Where the grants hold. ``boundary_arn`` is the policy that limits every role of a stack.

    ``names`` are the starts of names, ``SHOP`` or ``SHOP-pr``; for pull requests' environments ``bases`` are those of
    the stack that they run on, ``SHOP-dev``, and ``project`` is Pulumi's, in which their stacks are.
    """

    partition: pulumi.Input[str]
    account_id: pulumi.Input[str]
    region: str
    names: Sequence[str]
    boundary_arn: pulumi.Input[str] = ""
    bases: Sequence[str] = ()
    project: str = ""


TAGS = ("TagResource", "UntagResource")

CUT = len(autonamed("x" * 33, 32)) - len("-000000")
"""Characters that are left of a long name of a load balancer or target group, before the hash of all of it."""

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
                    key: [found for value in values for found in _values(value, account)]
                    for key, values in keys.items()
                }
                for operator, keys in grant.conditions.items()
            },
        )


def _values(value: str, account: Account) -> list[pulumi.Input[str]]:
    if value == BOUNDARY:
        return [account.boundary_arn]
    return [value.format(**names) for names in _names(value, account)]


def arns(resource: str, account: Account) -> list[pulumi.Output[str]]:
    """One ARN, or where it has ``{name}`` or ``{base}`` those for each application."""
    return [
        pulumi.Output.all(account.partition, account.account_id).apply(
            lambda known, names=names: (
                f"arn:{known[0]}:" + resource.format(account=known[1], region=account.region, **names)
            )
        )
        for names in _names(resource, account)
    ]


def _names(text: str, account: Account) -> Iterator[dict[str, str]]:
    short = text.startswith("elasticloadbalancing:")
    for name, base in product(
        _starts("{name}", text, account.names, short), _starts("{base}", text, account.bases, short)
    ):
        yield {"name": name, "base": base, "project": account.project}


def _starts(word: str, text: str, names: Sequence[str], short: bool) -> Sequence[str]:
    """What stands for ``word``. A load balancer's name may have been cut before its application's ends."""
    if word not in text:
        return ("",)
    cut = sorted({name[:CUT].rstrip("-") for name in names if short and len(name) > CUT})
    return (*names, *cut)
