"""The grants as the table of docs/github-roles.md."""

from __future__ import annotations

from collections.abc import Iterable

from bootstrap.grants import Grant
from bootstrap.permissions import GRANTS

BEGIN, END = "<!-- by tools/github-roles -->", "<!-- until here -->"


def with_table(text: str) -> str:
    """The page with the table between its marks."""
    before, rest = text.split(BEGIN, 1)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.split(END, 1)[1]}"


def table() -> str:
    head = (
        "| service | both roles | the role that deploys, too | resources | why |",
        "| --- | --- | --- | --- | --- |",
    )
    return "\n".join([*head, *map(_row, GRANTS)])


def _row(grant: Grant) -> str:
    resources = [f"`{resource}`" for resource in grant.resources]
    if grant.looks or grant.makes:
        resources.append("`*` for the actions with °")
    only = [
        f"only if `{key}` is {' or '.join(f'`{value}`' for value in values)}"
        for keys in grant.conditions.values()
        for key, values in keys.items()
    ]
    cells = (
        f"`{grant.service}`",
        _actions(grant.reads, grant.looks),
        _actions(grant.writes, grant.makes),
        "<br>".join([*resources, *only]),
        grant.why,
    )
    return f"| {' | '.join(cells)} |"


def _actions(of_resources: Iterable[str], without: Iterable[str]) -> str:
    return ", ".join(sorted([*(f"`{name}`" for name in of_resources), *(f"`{name}`°" for name in without)]))
