"""Turns a component's attributes into what other languages receive."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import pulumi

from berth.provider.shapes import Entries, Items, Property, Record, Shape, properties
from berth.untyped import is_mapping


def read_outputs(component: object, items: Iterable[Property]) -> dict[str, Any]:
    """The values of ``items`` by their names in other languages, without those that are None."""
    values = {item.name: send(item.shape, getattr(component, item.field)) for item in items}
    return {name: value for name, value in values.items() if value is not None}


def send(shape: Shape, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, pulumi.Output):
        plain = Shape(shape.kind, optional=shape.optional)
        return cast("pulumi.Output[Any]", value).apply(lambda known: send(plain, known))
    match shape.kind:
        case Items(item):
            return [send(item, entry) for entry in value]
        case Entries(_, entry) if is_mapping(value):
            return {str(key): send(entry, item) for key, item in value.items()}
        case Record(record):
            sent = {item.name: send(item.shape, getattr(value, item.field)) for item in properties(record)}
            return {name: item for name, item in sent.items() if item is not None}
        case _:
            return value
