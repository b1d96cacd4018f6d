"""What comes in without a type: a Compose file, a stack's settings, JSON, an answer of AWS.

A reader of such data narrows it here, in one place; what is no mapping counts as an empty one, as ``key:`` without a
value does in YAML. No checks: who needs an error for the wrong shape makes a Diagnostic of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard


def is_mapping(value: object) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(value, Mapping)


def is_list(value: object) -> TypeGuard[Sequence[Any]]:
    """A tuple is one, too: a model's dump has these."""
    return isinstance(value, list | tuple)


def mapping(value: object) -> Mapping[str, Any]:
    """``value`` if it is a mapping, otherwise an empty one."""
    return value if is_mapping(value) else {}


def inside(value: object, *keys: str) -> Mapping[str, Any]:
    """The mapping at the end of ``keys``: ``inside(service, "deploy", "resources")``; empty where one is missing."""
    found = mapping(value)
    for key in keys:
        found = mapping(found.get(key))
    return found


def entries(value: object) -> Sequence[Any]:
    """``value`` if it is a list, otherwise an empty one."""
    return value if is_list(value) else ()
