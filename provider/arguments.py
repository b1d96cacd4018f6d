"""Turns what a program in another language sent into a component's ``args``."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

import pulumi
from pulumi.errors import InputPropertiesError
from pulumi.output import UNKNOWN, Unknown
from pulumi.runtime import rpc

from berth.diagnostics import BerthError
from berth.provider.shapes import Choice, Entries, Items, Primitive, Property, Record, Shape, arguments, properties
from berth.untyped import is_list, is_mapping

WORDS = {str: "a string", bool: "true or false", int: "a whole number", float: "a number"}
INVALID = object()
"""Stands for a value that has a finding."""


class NotYetKnown(Exception):
    """In a preview: a value that decides which resources there are comes from one that does not exist yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """An output with its value. ``value`` may hold others, and ``UNKNOWN`` in a preview."""

    output: pulumi.Output[Any]
    value: Any
    secret: bool


async def await_outputs(value: Any) -> Any:
    """The same tree with each output awaited."""
    if isinstance(value, pulumi.Output):
        output = cast("pulumi.Output[Any]", value)
        inner = await output.future(with_unknowns=True)
        if inner is None and not await output.is_known():
            inner = UNKNOWN
        return Awaited(output=output, value=await await_outputs(inner), secret=await output.is_secret())
    if is_list(value):
        return [await await_outputs(item) for item in value]
    if is_mapping(value):
        return {key: await await_outputs(item) for key, item in value.items()}
    return value


def build_arguments(component: type, inputs: Mapping[str, Any]) -> Any:
    """The instance of the component's ``Args`` class.

    Args:
        inputs: By their names in other languages, from ``await_outputs``.

    Raises:
        InputPropertiesError: all that is wrong with them, each by its path.
        NotYetKnown: in a preview.
    """
    reader = _Reader(component.__name__)
    made = reader.record(arguments(component), inputs, "", _Around())
    reader.finish()
    return made


def invalid(what: str, findings: Iterable[tuple[str, str]]) -> InputPropertiesError:
    """The error that the engine shows for a component: ``findings`` are paths, empty for the whole, and reasons.

    All of it is the message: beside the path of a property error the engine prints the value, also a secret one.
    """
    lines = (f"\n    {path}: {reason}" if path else f"\n    {reason}" for path, reason in findings)
    return InputPropertiesError(f"{what} cannot be made:{''.join(lines)}", [])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """The outputs that a value was found in: whoever takes it waits for them, and it is secret if one of them is."""

    outputs: tuple[pulumi.Output[Any], ...] = ()
    secret: bool = False

    def within(self, awaited: Awaited) -> _Around:
        return replace(self, outputs=(*self.outputs, awaited.output), secret=self.secret or awaited.secret)

    def carry(self, value: Any) -> Any:
        """``value``, as an output where it was in one."""
        if not self.outputs:
            return value
        return pulumi.Output.all(*self.outputs, value).apply(lambda items: items[-1])


class _Reader:
    """Reads one component's inputs and gathers what is wrong with them."""

    def __init__(self, component: str) -> None:
        self._component = component
        self._findings: list[tuple[str, str]] = []
        self._unknown: list[str] = []

    def finish(self) -> None:
        if self._findings:
            raise invalid(self._component, self._findings)
        if self._unknown:
            raise NotYetKnown(", ".join(self._unknown))

    def record(self, record: type, value: Any, path: str, around: _Around) -> Any:
        if not is_mapping(value):
            return self._wrong(path, f"must be an object with {_listed(properties(record))}", value, around)
        known = {item.name: item for item in properties(record)}
        for name in value:
            if name not in known:
                self._find(_join(path, name), f"is no property of {record.__name__}{_instead(name, known)}")
        fields: dict[str, Any] = {}
        for name, item in known.items():
            given = value.get(name)
            if given is None:
                if item.required:
                    self._find(_join(path, name), f"is missing; {record.__name__} needs it")
                    fields[item.field] = INVALID
                continue
            fields[item.field] = self.read(item.shape, given, _join(path, name), around)
        if any(field is INVALID for field in fields.values()):
            return INVALID
        try:
            return record(**fields)
        except (ValueError, BerthError) as error:
            self._find(_join(path, key_of(error, record)), str(error))
        except TypeError:
            # Its own checks compare what a preview does not know.
            if not self._late(fields):
                raise
            self._unknown.append(path or self._component)
        return INVALID

    def read(self, shape: Shape, value: Any, path: str, around: _Around) -> Any:
        if isinstance(value, Awaited):
            return self.read(shape, value.value, path, around.within(value))
        if isinstance(value, Unknown) or value == rpc.UNKNOWN:
            return self._unknown_value(shape, path, around)
        if value is None:
            return None
        match shape.kind:
            case Primitive(kind):
                return self._leaf(shape, self._primitive(kind, value, path, around), path, around)
            case Choice(words):
                if value not in words:
                    return self._wrong(path, f"must be {_either(words)}", value, around)
                return self._leaf(shape, value, path, around)
            case Items(item, length):
                if not is_list(value) or (length is not None and len(value) != length):
                    return self._wrong(path, "must be a list" + (f" of {length}" if length else ""), value, around)
                return self._all(
                    [self.read(item, entry, f"{path}[{index}]", around) for index, entry in enumerate(value)]
                )
            case Entries(key, entry):
                if not is_mapping(value):
                    return self._wrong(path, "must be a map", value, around)
                read = {
                    self._primitive(key, name, path, around): self.read(entry, item, _join(path, str(name)), around)
                    for name, item in value.items()
                }
                return INVALID if any(item is INVALID for item in (*read, *read.values())) else read
            case Record(record):
                return self.record(record, value, path, around)
            case _:
                return self._free(value, path, around)

    def _leaf(self, shape: Shape, value: Any, path: str, around: _Around) -> Any:
        if value is INVALID or shape.eventual:
            return value if value is INVALID else around.carry(value)
        if around.secret:
            return self._wrong(
                path, "decides what is made, and stands in Pulumi's state: it cannot be a secret", None, around
            )
        return value

    def _primitive(self, kind: type, value: Any, path: str, around: _Around) -> Any:
        """A number comes as a float, and a key as a string."""
        if kind is int and isinstance(value, float) and value.is_integer():
            return int(value)
        if kind is int and isinstance(value, str) and value.isdecimal():
            return int(value)
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            return self._wrong(path, f"must be {WORDS[kind]}", value, around)
        return value

    def _free(self, value: Any, path: str, around: _Around) -> Any:
        """Anything: whole numbers are such again, and what is secret or not known yet stays an output."""
        if isinstance(value, Awaited):
            return self._free(value.value, path, around.within(value))
        if isinstance(value, Unknown) or value == rpc.UNKNOWN:
            return _Around(outputs=around.outputs).carry(_unknown_output())
        if is_list(value):
            return [self._free(item, path, around) for item in value]
        if is_mapping(value):
            return {key: self._free(item, path, around) for key, item in value.items()}
        whole = int(value) if isinstance(value, float) and value.is_integer() else value
        return around.carry(whole) if around.secret else whole

    def _unknown_value(self, shape: Shape, path: str, around: _Around) -> Any:
        """What stands for it in a preview. A list whose length is not known is shown as if it had one element."""
        if shape.eventual:
            return around.carry(_unknown_output())
        if isinstance(shape.kind, Items) and shape.kind.length is None and shape.kind.item.eventual:
            return [around.carry(_unknown_output())]
        self._unknown.append(path)
        return INVALID

    def _all(self, items: list[Any]) -> Any:
        return INVALID if any(item is INVALID for item in items) else tuple(items)

    def _late(self, fields: Mapping[str, Any]) -> bool:
        return any(isinstance(value, pulumi.Output) for value in fields.values())

    def _wrong(self, path: str, reason: str, value: Any, around: _Around) -> Any:
        shows = isinstance(value, str | bool | float | int) and not around.secret
        shown = f" (got {_short(value)})" if shows else ""
        self._find(path, reason + shown)
        return INVALID

    def _find(self, path: str, reason: str) -> None:
        self._findings.append((path, reason))


def key_of(error: Exception, record: type) -> str:
    """The argument that an error is about, where it begins with its name."""
    said = error.diagnostics[0].key if isinstance(error, BerthError) and error.diagnostics else str(error)
    first = re.split(r"[^a-z0-9_]", said, maxsplit=1)[0]
    return next((item.name for item in properties(record) if item.field == first), "")


def _unknown_output() -> pulumi.Output[Any]:
    return pulumi.Output.from_input(UNKNOWN)


def _join(path: str, name: str) -> str:
    return ".".join(part for part in (path, name) if part)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _listed(items: Iterable[Property]) -> str:
    return ", ".join(item.name for item in items if item.required) or "its properties"


def _either(words: tuple[str, ...]) -> str:
    return " or ".join(f'"{word}"' for word in words)


def _instead(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]}?" if close else f"; it has {', '.join(sorted(known))}"
