"""What a policy document allows, as a set that two documents can be compared by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from berth.report.values import cut, parsed
from berth.untyped import is_list, is_mapping

ANYONE = "*"


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """``who`` may do ``action`` on ``resource``, under ``condition``; what a statement leaves out is empty."""

    action: str
    resource: str
    who: str = ""
    condition: str = ""


def grants(document: Any) -> frozenset[Grant]:
    """The Allow statements, less what a plain Deny takes back. ``NotAction`` and ``NotResource`` keep their names.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
    """
    found: set[Grant] = set()
    body = parsed(document)
    if not is_mapping(body):
        return frozenset()
    for statement in _list(body.get("Statement")):
        if not is_mapping(statement) or statement.get("Effect") != "Allow":
            continue
        actions = _list(statement.get("Action")) + [f"all but {item}" for item in _list(statement.get("NotAction"))]
        targets = _list(statement.get("Resource")) + [f"all but {item}" for item in _list(statement.get("NotResource"))]
        who = _principals(statement.get("Principal"))
        condition = str(statement.get("Condition") or "")
        found |= {
            Grant(str(action), str(target), principal, condition)
            for action in actions
            for target in targets or [""]
            for principal in who or [""]
        }
    return frozenset(found)


def gained(before: Any, after: Any) -> tuple[Grant, ...]:
    """What the second document allows and the first does not."""
    old = grants(before)
    return tuple(sorted(grant for grant in grants(after) if not any(_covers(known, grant) for known in old)))


def _covers(known: Grant, grant: Grant) -> bool:
    return (
        _matches(known.action, grant.action)
        and _matches(known.resource, grant.resource)
        and known.who in (ANYONE, grant.who)
        and known.condition in ("", grant.condition)
    )


def _matches(pattern: str, text: str) -> bool:
    return pattern == text or (pattern.endswith("*") and text.startswith(pattern[:-1]) and "*" not in pattern[:-1])


def told(found: tuple[Grant, ...], named: Callable[[str], str] = str) -> str:
    """``s3:GetObject, PutObject on bucket`` in one line; ``named`` gives a resource's ARN a name."""
    by_target: dict[tuple[str, str], list[str]] = {}
    for grant in found:
        by_target.setdefault((grant.resource, grant.who), []).append(grant.action)
    parts: list[str] = []
    for (target, who), actions in sorted(by_target.items()):
        able = _actions(sorted(set(actions)))
        place = f" on {_place(named(target))}" if target else ""
        parts.append(f"{able}{place}{f' to {who}' if who else ''}")
    return "; ".join(parts[:3]) + (f"; and {len(parts) - 3} more" if len(parts) > 3 else "")


def _actions(names: list[str], most: int = 4) -> str:
    """``ssmmessages:CreateControlChannel, CreateDataChannel``: a service's name once."""
    parts: list[str] = []
    before = ""
    for name in names[:most]:
        service, colon, action = name.partition(":")
        parts.append(action if colon and service == before else name)
        before = service
    return ", ".join(parts) + (f" and {len(names) - most} more" if len(names) > most else "")


def _place(target: str) -> str:
    """What an ARN names, without where it is."""
    if target == ANYONE:
        return "everything (*)"
    return cut(target.split(":", 5)[-1] if target.startswith("arn:") and target.count(":") >= 5 else target, 70)


def _principals(value: Any) -> list[str]:
    if is_mapping(value):
        return [f"{item}" for kind in sorted(value) for item in _list(value[kind])]
    return [str(item) for item in _list(value)]


def _list(value: Any) -> list[Any]:
    return [] if value is None else list(value) if is_list(value) else [value]
