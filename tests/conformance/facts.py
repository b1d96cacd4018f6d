"""Facts of a case: a path into what was asked for, and the value that must be there.

A path is names and selectors: ``linuxParameters.tmpfs[/run].size``. A selector picks an element of a list by what AWS
identifies it by (its ``name``, ``containerPath``, …) or by ``#`` and its place; of a map by its key, dots and all.

A value is compared as it is, or with a tag: ``!absent`` (there is nothing), ``!has x`` (a part of a text, an item of a
list, a key of a map), ``!lacks x`` (the reverse), ``!count n`` (so many items).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import yaml

IDENTITIES = ("name", "containerPath", "containerName", "namespace", "hostname", "containerPort", "key")
ABSENT = object()

_STEP = re.compile(r"([^.\[\]]+)|\[([^\]]+)\]|\.")


@dataclass(frozen=True, slots=True)
class Tagged:
    """An expectation other than equality."""

    kind: Literal["absent", "has", "lacks", "count"]
    value: Any = None


class FactLoader(yaml.SafeLoader):
    """YAML with the tags of expectations."""


def _construct(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Tagged:
    assert suffix in ("absent", "has", "lacks", "count"), f"no such tag: !{suffix}"
    if isinstance(node, yaml.ScalarNode):
        plain = yaml.ScalarNode(loader.resolve(yaml.ScalarNode, node.value, (True, False)), node.value)
        return Tagged(suffix, loader.construct_object(plain))  # type: ignore[arg-type]
    return Tagged(suffix, loader.construct_sequence(node, deep=True))  # type: ignore[arg-type]


FactLoader.add_multi_constructor("!", _construct)


def look_up(value: Any, path: str) -> Any:
    """What lies at ``path``; ``ABSENT`` where there is nothing, or only null."""
    assert "".join(match[0] for match in _STEP.finditer(path)) == path, f"not a path: {path!r}"
    for name, selector in (match.groups() for match in _STEP.finditer(path)):
        step = name or selector
        if step is None:
            continue
        if isinstance(value, Mapping):
            value = value.get(step, ABSENT)
        elif isinstance(value, Sequence) and not isinstance(value, str):
            value = _item(value, step)
        else:
            return ABSENT
    return ABSENT if value is None else value


def _item(items: Sequence[Any], selector: str) -> Any:
    if selector.startswith("#"):
        index = int(selector[1:])
        return items[index] if index < len(items) else ABSENT
    for item in items:
        if isinstance(item, Mapping) and any(str(item.get(key)) == selector for key in IDENTITIES):
            return item
    return ABSENT


def wrong(found: Any, expected: Any) -> str | None:
    """Why ``found`` is not what was expected; None: it is."""
    if not isinstance(expected, Tagged):
        return None if found is not ABSENT and found == expected else f"is {_shown(found)}, not {expected!r}"
    if expected.kind == "absent":
        return None if found is ABSENT else f"is {found!r}, but should not be there"
    if found is ABSENT:
        return "is not there"
    if expected.kind == "count":
        return None if len(found) == expected.value else f"has {len(found)} items: {found!r}"
    wanted = expected.value if isinstance(expected.value, list) else [expected.value]
    if expected.kind == "has":
        missing = [part for part in wanted if part not in found]
        return f"lacks {missing!r}: {found!r}" if missing else None
    present = [part for part in wanted if part in found]
    return f"has {present!r}: {found!r}" if present else None


def _shown(found: Any) -> str:
    return "not there" if found is ABSENT else repr(found)
