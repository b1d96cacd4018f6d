"""How one type of resource is found in AWS, by what it was asked for with.

An ``id`` is the provider's own, as it is in the state after a creation; it is not always what an import is given:
https://www.pulumi.com/registry/packages/aws/api-docs/, the section "Import" of each resource.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from berth.untyped import inside

Inputs = Mapping[str, Any]
"""A resource's inputs, as Pulumi's state has them."""

Item = Any
"""One item of AWS's answer: an object, or the text that it is."""

UNIQUE = r"\d{18}[0-9a-f]{8}"
"""What the provider adds to a ``namePrefix``: the time, and a number.
https://github.com/hashicorp/terraform-plugin-sdk/blob/main/helper/id/id.go"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """``client.<operation>(**ask(inputs))``, and of the ``items`` in its answer the ones that match.

    Attributes:
        service: A boto3 client's, "ecs".
        items: Where in the answer they are, ``RouteTables.Routes``; one that is no list stands for itself.
        key: What the state has of an item that it knows, where that is not the id.
        more: Attributes, beside the inputs, by which the provider reads the resource.
        shared: Another checkout's stack of the same name has such items, which nothing tells from this one's.
        bare: What a new one has none of: an operation, its arguments by the item, and the items in its answer.
    """

    service: str
    operation: str
    items: str
    ask: Callable[[Inputs], Mapping[str, Any]]
    id: Callable[[Inputs, Item], str]
    match: Callable[[Inputs, Item], bool] = lambda _inputs, _item: True
    key: Callable[[Item], str] | None = None
    more: Callable[[Item], Mapping[str, Any]] = lambda _item: {}
    shared: bool = False
    bare: tuple[str, Callable[[Item], Mapping[str, Any]], str] | None = None


def field(name: str) -> Callable[[Inputs, Item], str]:
    """The id is this field of the item."""
    return lambda _inputs, item: str(item[name])


def given(name: str) -> Callable[[Inputs, Item], str]:
    """The id is this input."""
    return lambda inputs, _item: str(inputs[name])


def by(**arguments: str) -> Callable[[Inputs], Mapping[str, Any]]:
    """Arguments of the call, each by the input that it is."""
    return lambda inputs: {argument: inputs[name] for argument, name in arguments.items()}


def by_list(**arguments: str) -> Callable[[Inputs], Mapping[str, Any]]:
    """The same, each a list of one."""
    return lambda inputs: {argument: [inputs[name]] for argument, name in arguments.items()}


def same(**fields: str) -> Callable[[Inputs, Item], bool]:
    """Whether each of these fields of the item is the input that it names."""
    return lambda inputs, item: all(item.get(name) == inputs.get(key) for name, key in fields.items())


def tagged(inputs: Inputs, item: Item) -> bool:
    """Whether the item has each of the tags that were asked for, and there were some."""
    found = {tag["Key"]: tag["Value"] for tag in item.get("Tags") or ()}
    wanted = inside(inputs, "tags")
    return bool(wanted) and all(found.get(key) == value for key, value in wanted.items())


def called(field_: str, name: str = "name", prefix: str = "namePrefix") -> Callable[[Inputs, Item], bool]:
    """Whether this field is the name that was asked for, or begins with the prefix to which the provider adds."""

    def matches(inputs: Inputs, item: Item) -> bool:
        if inputs.get(name):
            return bool(item[field_] == inputs[name])
        return bool(re.fullmatch(re.escape(str(inputs[prefix])) + UNIQUE, item[field_]))

    return matches


def both(*conditions: Callable[[Inputs, Item], bool]) -> Callable[[Inputs, Item], bool]:
    return lambda inputs, item: all(condition(inputs, item) for condition in conditions)


def single(service: str, operation: str, items: str, argument: str, name: str = "name") -> Kind:
    """One of a name, which is its id."""
    return Kind(service=service, operation=operation, items=items, ask=by(**{argument: name}), id=given(name))


def listed(service: str, operation: str, items: str, argument: str, id_: str, name: str = "name") -> Kind:
    """Of a list of names the one."""
    return Kind(service=service, operation=operation, items=items, ask=by_list(**{argument: name}), id=field(id_))
