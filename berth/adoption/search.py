"""Asks AWS which pending creations it has made."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from berth.adoption.kinds import Item, Kind
from berth.adoption.pending import Pending, Resource
from berth.adoption.table import KINDS, NOTHING, OWN
from berth.untyped import inside, is_list

LOOKS = 4
"""How often AWS is asked for what it does not show yet: https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html"""

GONE = re.compile("NotFound|NoSuch|DoesNotExist|ParameterGroupNotFound")
"""In the code of an error: there is no such thing."""

NAMESPACE = "aws:servicediscovery/httpNamespace:HttpNamespace"
"""Every stack has one, called after it with a random end: who has another is another checkout's stack of this name."""

Client = Callable[[str], Any]
"""A boto3 client by the service's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A pending creation that is there: its id, and attributes beside its inputs by which the provider reads it."""

    pending: Pending
    id: str
    outputs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    inputs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What the state is to have in place of these inputs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """``unsure`` are those that AWS may have, and nothing tells which of its items it would be."""

    made: Sequence[Made] = ()
    unsure: Sequence[Pending] = ()


class _Unsure(Exception):
    """More than one may be it."""


def search(pending: Sequence[Pending], resources: Sequence[Resource], client: Client, pause: float) -> Findings:
    """Look for each, ``LOOKS`` times with a ``pause`` of seconds; what is not there by then was not made.

    ``resources`` is what the state has already: nothing of it is taken for a new one.
    """
    made = [_own(item, OWN[item.type].id) for item in pending if item.type in OWN]
    unsure = [item for item in pending if item.type not in KINDS and item.type not in OWN and item.type not in NOTHING]
    left = [item for item in pending if item.type in KINDS]
    finder = _Finder(client, [*pending], resources)
    for look in range(LOOKS if left else 0):
        if look:
            time.sleep(pause)
        for item in list(left):
            try:
                found = finder.find(item)
            except _Unsure:
                found = None
                unsure.append(item)
                left.remove(item)
            if found is not None:
                made.append(found)
                left.remove(item)
        if not left:
            break
    return Findings(made=made, unsure=unsure)


def _own(item: Pending, id_: str) -> Made:
    unfinished = OWN[item.type].unfinished
    inputs = {key: value for key, value in unfinished.items() if key in item.inputs}
    return Made(pending=item, id=str(item.inputs[id_]), outputs=unfinished, inputs=inputs)


class _Finder:
    def __init__(self, client: Client, pending: Sequence[Pending], resources: Sequence[Resource]) -> None:
        self._client = client
        self._known = {str(resource.get("id")) for resource in resources if resource.get("id")}
        self._known |= {str(inside(resource, "outputs").get("arn")) for resource in resources}
        spaces = [resource for resource in resources if resource["type"] == NAMESPACE]
        self._spaces = [str(inside(item, "inputs")["name"]) for item in spaces]
        self._spaces += [str(item.inputs["name"]) for item in pending if item.type == NAMESPACE]
        self._alone: bool | None = None

    def find(self, item: Pending) -> Made | None:
        """What AWS has made of it; None where there is nothing.

        Raises:
            _Unsure: what there is may be another's.
        """
        from botocore.exceptions import ClientError  # slow to load

        kind = KINDS[item.type]
        try:
            items = [one for one in self._ask(kind, item) if kind.match(item.inputs, one)]
            found = {kind.id(item.inputs, one): one for one in items if not self._is_known(kind, item, one)}
        except (KeyError, StopIteration) as error:  # an input that a later version of the program gives otherwise
            raise _Unsure from error
        except ClientError as error:  # no permission to look
            raise _Unsure from error
        if not found:
            return None
        if len(found) > 1 or (kind.shared and not self._is_alone()) or any(map(self._hung_with(kind), found.values())):
            raise _Unsure
        ((id_, one),) = found.items()
        return Made(pending=item, id=id_, outputs=kind.more(one))

    def _ask(self, kind: Kind, item: Pending) -> list[Item]:
        return self._items(kind.service, kind.operation, kind.ask(item.inputs), kind.items)

    def _is_known(self, kind: Kind, item: Pending, one: Item) -> bool:
        return (kind.key(one) if kind.key else kind.id(item.inputs, one)) in self._known

    def _hung_with(self, kind: Kind) -> Callable[[Item], bool]:
        def has_parts(one: Item) -> bool:
            if kind.bare is None:
                return False
            operation, arguments, items = kind.bare
            return bool(self._items(kind.service, operation, arguments(one), items))

        return has_parts

    def _is_alone(self) -> bool:
        """Whether the account has no other stack of this name in this region."""
        if self._alone is None:
            names = [item["Name"] for item in self._items("servicediscovery", "list_namespaces", {}, "Namespaces")]
            prefixes = {name.rpartition("-")[0] for name in self._spaces}
            like = [name for name in names if name.rpartition("-")[0] in prefixes and name not in self._spaces]
            self._alone = bool(prefixes) and not like
        return self._alone

    def _items(self, service: str, operation: str, arguments: Mapping[str, Any], items: str) -> list[Item]:
        from botocore.exceptions import ClientError  # slow to load

        try:
            pages = list(_pages(self._client(service), operation, arguments))
        except ClientError as error:
            if GONE.search(error.response["Error"]["Code"]):
                return []
            raise
        return [one for page in pages for one in _at(page, items)]


def _at(answer: Item, path: str) -> list[Item]:
    found: list[Any] = [answer]
    for name in path.split("."):
        parts: list[Any] = [one[name] for one in found if one.get(name) is not None]
        found = [one for part in parts for one in (part if is_list(part) else [part])]
    return found


def _pages(client: Any, operation: str, arguments: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if client.can_paginate(operation):
        yield from client.get_paginator(operation).paginate(**arguments)
    else:
        yield getattr(client, operation)(**arguments)
