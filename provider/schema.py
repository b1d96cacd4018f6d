"""The package's schema, read off the components' classes.

https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, is_dataclass
from typing import Any

import pulumi

from berth.components.dynamic_resource import PACKAGE
from berth.provider.shapes import (
    Choice,
    Entries,
    Free,
    Inexpressible,
    Items,
    Primitive,
    Property,
    Record,
    Shape,
    arguments,
    attributes,
    camel,
    holds_eventual,
    pascal,
    properties,
    shape_of,
)

TYPES = {str: "string", bool: "boolean", int: "integer", float: "number"}
LANGUAGES = ("nodejs", "python", "go", "csharp", "java")

Json = dict[str, Any]


def build_schema(
    components: Iterable[type[pulumi.ComponentResource]], *, version: str, left_out: Mapping[str, str]
) -> Json:
    """
    Args:
        left_out: ``Component.attribute`` -> why it has no place in a schema.

    Raises:
        Inexpressible: an argument or an attribute that other languages cannot have, and that is not left out.
    """
    types = _Types()
    resources = {token(component.__name__): _resource(component, types, left_out) for component in components}
    return {
        "name": PACKAGE,
        "version": version,
        "displayName": "Berth",
        "description": "Components that run containers on Amazon ECS and with Docker Compose.",
        "language": {language: {"respectSchemaVersion": True} for language in LANGUAGES},
        "resources": dict(sorted(resources.items())),
        "types": dict(sorted(types.schemas.items())),
    }


def token(name: str) -> str:
    return f"{PACKAGE}:index:{name}"


def outputs(component: type, left_out: Mapping[str, str]) -> tuple[Property, ...]:
    """The attributes that are sent. Every resource has an ``id`` of Pulumi's, so that a component's own is named
    after the component.

    Raises:
        Inexpressible: an attribute's type; with its name.
    """
    found: list[Property] = []
    for name, hint in attributes(component).items():
        if name.startswith("_") or f"{component.__name__}.{name}" in left_out:
            continue
        try:
            shape = shape_of(hint)
        except Inexpressible as error:
            raise Inexpressible(f"{component.__name__}.{name}: {error}") from None
        public = camel(name) if name != "id" else camel(_snake(component.__name__) + "_id")
        found.append(Property(public, name, shape, None if shape.optional else MISSING))
    return tuple(found)


def _resource(component: type[pulumi.ComponentResource], types: _Types, left_out: Mapping[str, str]) -> Json:
    record = arguments(component)
    given, sent = properties(record), outputs(component, left_out)
    owner = component.__name__
    return {
        "isComponent": True,
        "description": "\n\n".join(text for text in (inspect.getdoc(component), _about(record)) if text),
        "inputProperties": {item.name: types.input_property(owner, item) for item in given},
        "requiredInputs": [item.name for item in given if item.required],
        "properties": {item.name: types.of(f"{owner}{pascal(item.field)}", item.shape) for item in sent},
        "required": [item.name for item in sent if item.required],
    }


class _Types:
    """The named types that were met: a dataclass is one and the same as an input and as an output."""

    def __init__(self) -> None:
        self.schemas: dict[str, Json] = {}
        self._origin: dict[str, object] = {}

    def input_property(self, owner: str, item: Property) -> Json:
        """``owner`` and the field name an enum, which Python has no name for."""
        plain = not holds_eventual(item.shape)
        schema = self.of(f"{owner}{pascal(item.field)}", item.shape, plain=plain)
        default = _default_text(item.default)
        return {**schema, "description": f"Default: {default}."} if default else schema

    def of(self, name: str, shape: Shape, *, plain: bool = False) -> Json:
        """``plain``: a value that must be known when the component is made, so that no output will do."""
        extra = {"plain": True} if plain else {}
        match shape.kind:
            case Primitive(kind):
                return {"type": TYPES[kind], **extra}
            case Choice(words):
                return {"$ref": self._enum(name, words), **extra}
            case Items(item):
                return {"type": "array", "items": self.of(name, item, plain=plain), **extra}
            case Entries(_, value):
                return {"type": "object", "additionalProperties": self.of(name, value, plain=plain), **extra}
            case Record(record):
                return {"$ref": self._record(record), **extra}
            case Free():
                return {"$ref": "pulumi.json#/Any", **extra}

    def _record(self, record: type) -> str:
        name = record.__name__.removesuffix("Args")
        if self._new(name, record):
            items = properties(record)
            self.schemas[token(name)] = {
                "type": "object",
                "description": _about(record),
                "properties": {item.name: self.input_property(name, item) for item in items},
                "required": [item.name for item in items if item.required],
            }
        return f"#/types/{token(name)}"

    def _enum(self, name: str, words: tuple[str, ...]) -> str:
        if self._new(name, words):
            values = [{"name": pascal(word.replace("/", "_")), "value": word} for word in words]
            self.schemas[token(name)] = {"type": "string", "enum": values}
        return f"#/types/{token(name)}"

    def _new(self, name: str, origin: object) -> bool:
        """Whether it is met for the first time.

        Raises:
            Inexpressible: two different types of one name, which other languages could not tell apart.
        """
        known = self._origin.setdefault(name, origin)
        if known != origin:
            raise Inexpressible(f"two types named {name}: {known} and {origin}")
        if token(name) in self.schemas:
            return False
        self.schemas[token(name)] = {}  # so that a type within itself ends
        return True


def _about(record: type) -> str:
    """What its author wrote; a dataclass without any has its signature as docstring."""
    text = inspect.getdoc(record) or ""
    return "" if text.startswith(f"{record.__name__}(") else text


def _default_text(value: object) -> str:
    """As users of other languages write it; empty where the default is that there is none."""
    match value:
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)
        case str() if value:
            return f'"{value}"'
        case _ if is_dataclass(value):
            return "each of its own"
        case _:
            return ""


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
