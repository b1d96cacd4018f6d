"""The types of components' arguments and outputs, as far as Pulumi's other languages have them."""

from __future__ import annotations

import inspect
import sys
import types
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from functools import cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import pulumi
import pulumi_aws

from berth.components.aws_access import AwsAccess

PRIMITIVES = (str, bool, int, float)
NAMES = {
    "pulumi": pulumi,
    "aws": pulumi_aws,
    "AwsAccess": AwsAccess,
    "Output": pulumi.Output,
    "T": TypeVar("T"),
}
"""What some modules import for type checkers alone, and what ``pulumi.Input`` is made of."""


@dataclass(frozen=True, slots=True)
class Primitive:
    type: type


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list; a tuple where ``length`` is given."""

    item: Shape
    length: int | None = None


@dataclass(frozen=True, slots=True)
class Entries:
    """A map. Its keys are strings everywhere else, whatever they are here."""

    key: type
    value: Shape


@dataclass(frozen=True, slots=True)
class Record:
    """A frozen dataclass: a named type of the package."""

    type: type


@dataclass(frozen=True, slots=True)
class Free:
    """Whatever JSON has."""


@dataclass(frozen=True, slots=True)
class Shape:
    """``eventual``: an output will do (``pulumi.Input``), or it is one; ``optional``: it may be None."""

    kind: Primitive | Choice | Items | Entries | Record | Free
    eventual: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Property:
    """A field of a record, by its name in other languages. ``default`` is MISSING where it must be given."""

    name: str
    field: str
    shape: Shape
    default: object = MISSING

    @property
    def required(self) -> bool:
        return self.default is MISSING


class Inexpressible(TypeError):
    """A type that other languages do not have."""


@cache
def properties(record: type) -> tuple[Property, ...]:
    """The fields of a dataclass.

    Raises:
        Inexpressible: for a field's type; with its name.
    """
    hints = get_type_hints(record, localns=NAMES)
    found: list[Property] = []
    for item in fields(cast("Any", record)):
        try:
            shape = shape_of(hints[item.name])
        except Inexpressible as error:
            raise Inexpressible(f"{record.__name__}.{item.name}: {error}") from None
        found.append(Property(camel(item.name), item.name, shape, _default(item)))
    return tuple(found)


def arguments(component: type) -> type:
    """The class of a component's ``args``.

    Raises:
        Inexpressible: its constructor has none, or no dataclass.
    """
    record = get_type_hints(component.__init__, localns=NAMES).get("args")
    if not (isinstance(record, type) and is_dataclass(record)):
        raise Inexpressible(f"{component.__name__}: args must be a dataclass (got {record})")
    return record


def attributes(component: type) -> Mapping[str, Any]:
    """The types of a component's own annotated attributes; Pulumi's base classes have others."""
    own = types.SimpleNamespace(__annotations__=inspect.get_annotations(component))
    return get_type_hints(own, globalns=vars(sys.modules[component.__module__]), localns=NAMES)


def shape_of(hint: Any) -> Shape:
    """
    Raises:
        Inexpressible: a union of several types, a resource, a class that is no dataclass.
    """
    if hint is Any or hint is object:
        return Shape(Free())
    if hint in PRIMITIVES:
        return Shape(Primitive(hint))
    if isinstance(hint, type) and is_dataclass(hint):
        return Shape(Record(hint))
    origin, inner = get_origin(hint), get_args(hint)
    if origin is pulumi.Output:
        shape = shape_of(inner[0])
        return Shape(shape.kind, eventual=True, optional=shape.optional)
    if origin in (Union, types.UnionType):
        return _union(inner)
    if origin is Literal and all(isinstance(word, str) for word in inner):
        return Shape(Choice(inner))
    if origin is tuple and inner[-1] is not Ellipsis:
        if len(set(inner)) > 1:
            raise Inexpressible(f"a tuple of different types ({hint})")
        return Shape(Items(shape_of(inner[0]), len(inner)))
    if origin in (list, tuple, Sequence):
        return Shape(Items(shape_of(inner[0])))
    if origin in (dict, Mapping) and inner[0] in (str, int):
        return Shape(Entries(inner[0], shape_of(inner[1])))
    raise Inexpressible(f"no type of other languages ({hint})")


def holds_eventual(shape: Shape) -> bool:
    """Whether an output may stand anywhere in it, so that outputs of others may be given for the whole."""
    if shape.eventual:
        return True
    match shape.kind:
        case Items(item):
            return holds_eventual(item)
        case Entries(_, value):
            return holds_eventual(value)
        case Record(record):
            return any(holds_eventual(item.shape) for item in properties(record))
        case _:
            return False


def camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in others)


def pascal(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.replace("-", "_").split("_"))


def _union(members: tuple[Any, ...]) -> Shape:
    """``X | None``, ``pulumi.Input[X]``, or both: which is X, an output of it and what can be awaited for it."""
    optional = types.NoneType in members
    eventual = [member for member in members if get_origin(member) is Awaitable]
    if eventual:
        shape = shape_of(get_args(eventual[0])[0])
        return Shape(shape.kind, eventual=True, optional=optional or shape.optional)
    others = [member for member in members if member is not types.NoneType]
    if len(others) != 1 or isinstance(others[0], TypeVar):
        raise Inexpressible(f"one of several types ({members})")
    shape = shape_of(others[0])
    return Shape(shape.kind, eventual=shape.eventual, optional=optional or shape.optional)


def _default(item: Field[Any]) -> object:
    return item.default if item.default_factory is MISSING else item.default_factory()
