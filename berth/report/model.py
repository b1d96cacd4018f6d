"""The report as plain data, for any renderer: nothing in it is escaped, cut, or laid out, and nothing is secret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from berth.report.events import Operation

SHARED = "shared by all"
"""In place of a service: network, cluster, load balancer, …"""


class Level(IntEnum):
    """How bad a dangerous change can be; the first are told first."""

    DATA = 0
    OPEN = 1
    GONE = 2
    CARE = 3

    @property
    def word(self) -> str:
        return LEVEL_WORDS[self]


LEVEL_WORDS = {
    Level.DATA: "data",
    Level.OPEN: "access",
    Level.GONE: "address",
    Level.CARE: "care",
}
"""What is lost or opened: data; access for more people or programs; the address or names that clients use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Danger:
    """One change to look at before all others. ``why`` says what happens where it is deployed. ``services`` are those
    that it is about; none: all of them."""

    level: Level
    what: str
    why: str
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Downtime:
    """That a service does not answer for a while, and why."""

    service: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What changes of one service, or of what all share. ``lines`` are sentences of a reviewer's words, the most
    important first; ``counts`` are the resources behind them."""

    service: str
    verb: str
    lines: tuple[str, ...]
    counts: Mapping[Operation, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A policy's, the program's or a rule's. ``severity`` is ``error``, ``warning`` or ``info``. ``about`` is what it
    was said of."""

    severity: str
    text: str
    rule: str = ""
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CostItem:
    """US dollars a month, before and after."""

    what: str
    before: float
    after: float

    @property
    def difference(self) -> float:
        return self.after - self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What the stack costs by being there, before and after, in US dollars a month; ``items`` are those that differ,
    the largest difference first. ``unpriced`` are kinds that the price table does not have."""

    region: str
    as_of: str
    before: float
    after: float
    items: tuple[CostItem, ...]
    unpriced: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A service in the picture. ``kind`` is ``service``, ``job``, ``scheduled``, ``managed``, ``ingress`` or
    ``volume``; ``change`` None: it stays the same."""

    name: str
    label: str
    kind: str
    change: Operation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """From a service to one that it depends on, or from the way in to a service; ``label`` may be empty."""

    source: str
    target: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """A property's path, and its value before and after as it may be shown; None: there is none. ``replaces``: the
    resource is replaced for it."""

    path: str
    before: str | None
    after: str | None
    replaces: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One resource of the full diff."""

    operation: Operation
    type: str
    name: str
    service: str
    properties: tuple[Property, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A preview of one stack.

    ``downtime`` is empty where none is expected. ``support`` and ``parity`` are of the stack's files. ``nothing_runs``:
    it is the stack's first deployment. ``cost`` None: the log ends before all is planned, or nothing has a price.
    ``blind``: the log does not have what stays the same, so costs are those of what changes alone.
    """

    project: str
    stack: str
    failed: bool
    counts: Mapping[Operation, int]
    commit: str = ""
    nothing_runs: bool = False
    blind: bool = False
    downtime: tuple[Downtime, ...] = ()
    dangers: tuple[Danger, ...] = ()
    groups: tuple[Group, ...] = ()
    policies: tuple[Finding, ...] = ()
    messages: tuple[Finding, ...] = ()
    support: tuple[Finding, ...] = ()
    cost: Cost | None = None
    parity: tuple[str, ...] = ()
    picture: Picture | None = None
    resources: tuple[Resource, ...] = ()

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Why a failed preview has failed, and what forbids a deployment."""
        found = (*self.messages, *self.policies, *self.support)
        return tuple(item for item in found if item.severity == "error")

    @property
    def changes(self) -> int:
        return sum(count for operation, count in self.counts.items() if operation != "same")
