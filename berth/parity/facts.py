"""What runs, as plain facts that can be compared between a Compose file and a container definition."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

ASPECTS = (
    *("service", "image", "architecture", "command", "entrypoint", "variables", "ports", "published", "names"),
    *("secrets", "configs", "volumes", "healthcheck", "user", "options", "resources", "replicas", "depends_on"),
    *("stop_grace_period", "restart", "schedule"),
)
"""In the order in which they are told. ``service``: that there is one; the others are Compose's own words, but for

- ``ports``: what it listens on, and ``published``: what of that can be reached from outside, and where;
- ``names``: what other services call it;
- ``schedule``: when it runs by itself, of a service that does not run all the time;
- ``options``: all else of a container that has a word in AWS's definition, an item each.
"""

NOT_OF_ALL = frozenset({"schedule"})
"""Aspects of which only services that have any are told."""

OF_IMAGE = "the image's own"
HIDDEN = "[sensitive]"


@dataclass(frozen=True, slots=True)
class Fact:
    """``text`` is what is compared, and shown unless ``secret``: then nothing but its equality is ever told."""

    text: str = field(repr=False)
    secret: bool = field(default=False, compare=False)

    @property
    def shown(self) -> str:
        return HIDDEN if self.secret else self.text


Facts: TypeAlias = "Mapping[str, Mapping[str, Fact]]"
"""Aspect -> item -> fact. The item of an aspect that has but one is empty; what there is not has no item."""


def one(text: object, *, secret: bool = False) -> dict[str, Fact]:
    """The facts of an aspect without items; none for None."""
    return {} if text is None else {"": Fact(str(text), secret)}


def facts(values: Mapping[str, object]) -> dict[str, Fact]:
    """Item -> fact, without those that are None, False or empty; True is ``yes``."""
    return {
        item: Fact("yes" if value is True else str(value))
        for item, value in values.items()
        if value is not None and value is not False and value != ""
    }


def words(line: Sequence[str]) -> str:
    """A command line as one would type it, so that two lines are equal only if each of their words is."""
    return shlex.join(str(word) for word in line)


def line(given: Sequence[str] | None) -> dict[str, Fact]:
    """The facts of ``command`` and ``entrypoint``."""
    return one(OF_IMAGE if given is None else words(given))


def span(duration: float) -> str:
    return f"{duration:g} s"


def mebibytes(size: float | None) -> str | None:
    return None if size is None else f"{size:g} MiB"


def pairs(values: Mapping[str, object]) -> str:
    return ", ".join(f"{key}={value}" for key, value in sorted(values.items()))
