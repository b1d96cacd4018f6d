"""What a policy allows, of the parts of IAM's policies that the set-up has: actions and ARNs with ``*``, and conditions
on strings. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

OPERATORS = {"StringEquals": lambda value, wanted: value == wanted, "StringLike": fnmatchcase}


def permits(statements: Iterable[Mapping[str, Any]], action: str, arn: str, context: Mapping[str, str]) -> bool:
    """Whether one of the statements allows the action on the resource; a key that the request lacks fits nothing."""
    return any(
        any(fnmatchcase(action, pattern) for pattern in item["Action"])
        and any(fnmatchcase(arn, pattern) for pattern in item["Resource"])
        and all(
            key in context and any(OPERATORS[operator](context[key], wanted) for wanted in values)
            for operator, keys in item.get("Condition", {}).items()
            for key, values in keys.items()
        )
        for item in statements
    )
