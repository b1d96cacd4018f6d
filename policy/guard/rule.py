"""What a rule is, and what it sees of a resource: plain values, with a mark for what is not known in a preview."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeGuard, cast

Level = Literal["mandatory", "advisory", "disabled"]


class Unknown:
    """A value that exists only once the resource does. No rule may be broken by it: the update looks once more."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """``inputs`` are camelCase, as the provider takes them; ``protect`` is Pulumi's option of that name."""

    type: str
    name: str
    inputs: Mapping[str, Any]
    protect: bool = False
    urn: str = ""


Options = Mapping[str, Any]
"""A rule's own configuration, by the names in its ``options``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One policy for single resources. ``check`` yields a message for each thing that is wrong with one of ``types``.

    ``options`` is the JSON schema of each option, with its default; ``url`` is the page that has the reason.
    """

    name: str
    description: str
    types: frozenset[str]
    check: Callable[[Resource, Options], Iterable[str]]
    url: str
    level: Level = "mandatory"
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])


@dataclass(frozen=True, slots=True, kw_only=True)
class StackRule:
    """One policy for what a stack's resources are together; ``check`` yields a resource and what is wrong with it."""

    name: str
    description: str
    types: frozenset[str]
    check: Callable[[Sequence[Resource], Options], Iterable[tuple[Resource, str]]]
    url: str
    level: Level = "mandatory"
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])


def on(value: object) -> bool:
    """Whether a switch is on, or may be; providers take booleans and the words ``true`` and ``false``."""
    return value is True or value is UNKNOWN or value == "true"


def present(value: object) -> bool:
    """Whether there is something, known or not."""
    return value is UNKNOWN or bool(value)


def items(value: object) -> list[Any]:
    """A list, or what stands for one; nothing where it is not known."""
    if value is UNKNOWN or value is None:
        return []
    return list(cast("Sequence[Any]", value)) if isinstance(value, (list, tuple)) else [value]


def is_mapping(value: object) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(value, Mapping)


def known_mapping(value: object) -> Mapping[str, Any]:
    """An object, or an empty one where there is none or it is not known."""
    return value if is_mapping(value) else {}


def blocks(value: object) -> list[Mapping[str, Any]]:
    """The known objects in a list of them, or the one that stands alone."""
    return [item for item in items(value) if is_mapping(item)]


def parsed(value: object) -> Any:
    """JSON out of a string; None where it is not known, or no JSON."""
    if not isinstance(value, str):
        return cast("object", value) if isinstance(value, (Mapping, list)) else None
    try:
        return json.loads(value)
    except ValueError:
        return None


def statements(document: object) -> Iterator[Mapping[str, Any]]:
    """The statements of an IAM policy document that allow something.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_statement.html
    """
    known = known_mapping(parsed(document))
    yield from (item for item in blocks(known.get("Statement")) if item.get("Effect") == "Allow")
