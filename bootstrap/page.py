"""The grants as the tables of docs/github-roles.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bootstrap.grants import Grant
from bootstrap.permissions import GRANTS
from bootstrap.permissions.environments import BOUNDARY
from bootstrap.permissions.environments import GRANTS as ENVIRONMENTS

BEGIN, END = "<!-- by tools/github-roles: {name} -->", "<!-- until here: {name} -->"

BOTH = ("both roles", "the role that deploys, too")
ONE = ("actions",)
TABLES: dict[str, tuple[Sequence[Grant], Sequence[str]]] = {
    "preview and deploy": (GRANTS, BOTH),
    "environments": (ENVIRONMENTS, ONE),
    "the environments' boundary": (BOUNDARY, ONE),
}
"""A table's rows, and the columns of their actions."""


def with_tables(text: str) -> str:
    """The page with each table between its marks."""
    for name, (grants, columns) in TABLES.items():
        begin, end = BEGIN.format(name=name), END.format(name=name)
        before, rest = text.split(begin, 1)
        text = f"{before}{begin}\n{table(grants, columns)}\n{end}{rest.split(end, 1)[1]}"
    return text


def table(grants: Sequence[Grant], columns: Sequence[str]) -> str:
    head = ("service", *columns, "resources", "why")
    rows = (_row(grant, columns) for grant in grants)
    return "\n".join([_line(head), _line("---" for _ in head), *rows])


def _row(grant: Grant, columns: Sequence[str]) -> str:
    resources = [f"`{resource}`" for resource in grant.resources]
    if grant.looks or grant.makes:
        resources.append("`*` for the actions with °")
    only = [
        f"only if `{key}` is {' or '.join(f'`{value}`' for value in values)}"
        for keys in grant.conditions.values()
        for key, values in keys.items()
    ]
    actions = [(grant.reads, grant.looks), (grant.writes, grant.makes)]
    if columns == ONE:
        actions = [((*grant.reads, *grant.writes), (*grant.looks, *grant.makes))]
    cells = (_actions(*column) for column in actions)
    return _line((f"`{grant.service}`", *cells, "<br>".join([*resources, *only]), grant.why))


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _actions(of_resources: Iterable[str], without: Iterable[str]) -> str:
    return ", ".join(sorted([*(f"`{name}`" for name in of_resources), *(f"`{name}`°" for name in without)]))
