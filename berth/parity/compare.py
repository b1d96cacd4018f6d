"""The comparison itself: each fact of each service over all stacks, with why it is not the same.

Two steps lead from one stack's value to another's: what runs is not what the file says (a rule of the platform), or the
file says something else there (a setting). Where both have nothing to say, the difference is ``unexplained``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic.alias_generators import to_camel

from berth.diagnostics import BerthError
from berth.parity.facts import ASPECTS, HIDDEN, NOT_OF_ALL, Fact, Facts
from berth.parity.managed import COMPARED
from berth.parity.reasons import Change, reason
from berth.parity.stacks import Stack
from berth.settings import Settings
from berth.stackfile import ENCRYPTED

Kind = Literal["by platform", "by setting", "unexplained"]
KINDS: tuple[Kind, ...] = ("by platform", "by setting", "unexplained")
"""The last that any cause of a difference has is the difference's own."""

FileFacts = Callable[[Settings], Mapping[str, Facts]]
"""What a file says under other settings, for finding out which of them makes a difference."""

DECIDING = ("compose_files", "profiles", "project_name", "variables", "secrets", "build_args", "cpu_architecture")
"""The settings that a file's facts are made from."""

ALL = ""
"""In place of a service: what concerns all of them."""

HONOURED, ADAPTED = "as in the file", "adapted"
"""The values of an attribute that no fact shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why a stack's value is its own. ``setting`` is set for ``by setting``."""

    kind: Kind
    stack: str
    text: str
    setting: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """``values``: stack -> what is there, as it may be shown; None: nothing. ``file`` is what its file says."""

    service: str
    aspect: str
    item: str
    values: Mapping[str, str | None]
    file: str | None
    causes: tuple[Cause, ...]

    @property
    def kind(self) -> Kind:
        kinds: list[Kind] = [cause.kind for cause in self.causes]
        return max(kinds, key=KINDS.index)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """``equal``: service -> aspect -> how many items are proved equal in all stacks that have the service.

    An aspect is left out where all of its items differ. What a file holds and who owns it are no items of their own.
    """

    stacks: tuple[str, ...]
    equal: Mapping[str, Mapping[str, int]]
    differences: tuple[Difference, ...]

    def of(self, service: str) -> tuple[Difference, ...]:
        return tuple(item for item in self.differences if item.service == service)

    def whole(self) -> int:
        """How many aspects of all services are equal in each of their items."""
        apart = {(item.service, item.aspect) for item in self.differences}
        return sum((service, aspect) not in apart for service, found in self.equal.items() for aspect in found)

    def count(self, kind: Kind) -> int:
        return sum(item.kind == kind for item in self.differences)


def compare(stacks: Sequence[Stack], file_facts: FileFacts) -> Comparison:
    """Every service of ``stacks``, by name."""
    shown = Shown(frozenset[str]().union(*(stack.hidden for stack in stacks)))
    differences: list[Difference] = []
    equal: dict[str, dict[str, int]] = {}
    for service in sorted({name for stack in stacks for name in stack.data}):
        equal[service] = {}
        having = [stack for stack in stacks if service in stack.data]
        for aspect in ASPECTS:
            alike = [stack for stack in having if aspect in COMPARED or service not in stack.managed]
            compared = stacks if aspect == "service" else alike
            items = sorted({item for stack in alike for facts in _both(stack, service, aspect) for item in facts})
            found = {item: _item(compared, service, aspect, item, file_facts, shown) for item in items}
            differences += [difference for difference in found.values() if difference]
            same = [item for item, difference in found.items() if not difference and ", " not in item]
            comparable = len(alike) == len(having) or len(alike) > 1  # one container alone is equal to nothing
            if comparable and (same or not (any(found.values()) or (aspect in NOT_OF_ALL and not items))):
                equal[service][aspect] = len(same)
    differences += _warned_alone(stacks, differences, shown)
    return Comparison(stacks=tuple(stack.name for stack in stacks), equal=equal, differences=tuple(differences))


def _both(stack: Stack, service: str, aspect: str) -> Iterator[Mapping[str, Fact]]:
    yield stack.file[service].get(aspect, {})
    yield stack.running[service].get(aspect, {})


class Shown:
    """Text as it may be printed: no sensitive value stands in it, wherever it came from."""

    def __init__(self, hidden: frozenset[str]) -> None:
        quoted = {text.replace("'", "'\"'\"'") for text in hidden}  # as they stand in a command line
        parts = [re.escape(text) if len(text) > 5 else rf"\b{re.escape(text)}\b" for text in hidden | quoted]
        self._hidden = re.compile("|".join(sorted(parts, key=len, reverse=True))) if parts else None

    def fact(self, fact: Fact | None) -> str | None:
        return fact and (fact.shown if fact.secret else self.text(fact.text))

    def text(self, text: str) -> str:
        return self._hidden.sub(HIDDEN, text) if self._hidden else text


def _item(
    stacks: Sequence[Stack], service: str, aspect: str, item: str, file_facts: FileFacts, shown: Shown
) -> Difference | None:
    """The difference that there is, if any: between stacks, or from the file where nothing leads to it."""
    file = {stack.name: _fact(stack.file, service, aspect, item) for stack in stacks}
    running = {stack.name: _fact(stack.running, service, aspect, item) for stack in stacks}
    causes: list[Cause] = []
    for stack in stacks:
        if file[stack.name] != running[stack.name]:
            causes.append(_platform(stack, service, aspect, item, file[stack.name], running[stack.name]))
    if len(set(running.values())) == 1 and all(cause.kind != "unexplained" for cause in causes):
        return None
    first = stacks[0]
    for stack in stacks[1:]:
        if file[stack.name] != file[first.name]:
            causes.append(_setting(first, stack, (service, aspect, item), file, file_facts))
    secret = any(fact and fact.secret for fact in (*file.values(), *running.values()))
    values = {name: _told(fact, secret, shown) for name, fact in running.items()}
    return Difference(
        service=service,
        aspect=aspect,
        item=item,
        values=values,
        file=_told(file[first.name], secret, shown),
        causes=tuple(Cause(kind=c.kind, stack=c.stack, text=shown.text(c.text), setting=c.setting) for c in causes),
    )


def _told(fact: Fact | None, secret: bool, shown: Shown) -> str | None:
    """A value that is sensitive in one stack is in no other's place either."""
    return shown.fact(Fact(fact.text, fact.secret or secret)) if fact else None


def _fact(facts: Mapping[str, Facts], service: str, aspect: str, item: str) -> Fact | None:
    return facts[service].get(aspect, {}).get(item) if service in facts else None


def _platform(stack: Stack, service: str, aspect: str, item: str, file: Fact | None, running: Fact | None) -> Cause:
    change = Change(
        stack=stack,
        service=service,
        aspect=aspect,
        item=item,
        file=file and file.text,
        running=running and running.text,
    )
    found = reason(change)
    if found is None:
        return Cause(kind="unexplained", stack=stack.name, text="no rule of the platform leads to this from the file")
    kind: Kind = "by setting" if found.setting else "by platform"
    return Cause(kind=kind, stack=stack.name, text=found.text, setting=found.setting)


def _setting(
    first: Stack,
    other: Stack,
    place: tuple[str, str, str],
    file: Mapping[str, Fact | None],
    file_facts: FileFacts,
) -> Cause:
    """The setting by which ``other``'s file says something else than ``first``'s: the one that differs, or of
    several the one that alone makes ``first``'s file say the same."""
    fields = [name for name in DECIDING if getattr(first.settings, name) != getattr(other.settings, name)]
    if not fields:
        return Cause(kind="unexplained", stack=other.name, text="the file was read differently with equal settings")
    if len(fields) > 1:
        fields = next(([name] for name in fields if _alone(name, first, other, place, file, file_facts)), fields)
    names = ", ".join(f"berth:{to_camel(name)}" for name in fields)
    unknown = any(ENCRYPTED in str(getattr(stack.settings, name)) for stack in (first, other) for name in fields)
    text = "a value is encrypted, so that it cannot be compared" if unknown else "the stacks' settings differ"
    return Cause(kind="by setting", stack=other.name, text=text, setting=names)


def _alone(
    name: str,
    first: Stack,
    other: Stack,
    place: tuple[str, str, str],
    file: Mapping[str, Fact | None],
    file_facts: FileFacts,
) -> bool:
    tried = first.settings.model_copy(update={name: getattr(other.settings, name)})
    try:
        return _fact(file_facts(tried), *place) == file[other.name]
    except BerthError:
        return False


def _warned_alone(stacks: Sequence[Stack], told: Sequence[Difference], shown: Shown) -> Iterator[Difference]:
    """What a platform warns of and no fact shows, such as networks that do not keep services apart."""
    known = {(difference.service, cause.text) for difference in told for cause in difference.causes}
    known |= {(difference.service, difference.aspect) for difference in told}
    found: dict[tuple[str, str], dict[str, str]] = {}
    for stack in stacks:
        for finding in stack.adapted:
            text = shown.text(finding.message)
            if known.isdisjoint({(finding.service, text), (finding.service, finding.key)}):
                found.setdefault((finding.service, finding.key), {})[stack.name] = text
    for (service, key), texts in sorted(found.items()):
        having = [stack.name for stack in stacks if service in (ALL, *stack.data)]
        if len(set(map(texts.get, having))) > 1:
            yield Difference(
                service=service,
                aspect=key,
                item="",
                values={name: ADAPTED if name in texts else HONOURED for name in having},
                file=HONOURED,
                causes=tuple(Cause(kind="by platform", stack=name, text=text) for name, text in texts.items()),
            )
