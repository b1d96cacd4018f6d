"""A value as a report may show it: on one line, not too long, and never a secret."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from berth.report.events import SECRET, UNKNOWN
from berth.untyped import is_list, is_mapping
from policy.guard.secret_words import SECRET_VALUES, secret_kind

LONGEST = 80
"""Characters of one value."""

LATER = "known later"
"""In place of a value that AWS gives as it creates."""

HIDDEN = "[hidden]"
"""In place of a value that has no mark of a secret, and looks like one."""

_DIGEST = re.compile(r"sha256:([0-9a-f]{6})[0-9a-f]{58}")
_ARN = re.compile(r"arn:[\w-]+:[\w-]+:[\w-]*:[\w-]*:[^\s\"',\]]+")


def unknown(value: Any) -> bool:
    return isinstance(value, str) and UNKNOWN in value


def secret(value: Any) -> bool:
    return isinstance(value, str) and SECRET in value


def shown(value: Any, *, name: str = "", longest: int = LONGEST) -> str:
    """``name`` is the variable's or property's, which may say that the value is a secret."""
    if unknown(value):
        return LATER
    text = value if isinstance(value, str) else _plain(value)
    if SECRET in text:
        return SECRET
    if name and isinstance(value, str) and secret_kind(name, value):
        return HIDDEN
    for pattern in SECRET_VALUES.values():
        text = pattern.sub(HIDDEN, text)
    return cut(_DIGEST.sub(r"\1…", " ".join(text.split())), longest)


def cut(text: str, longest: int = LONGEST) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _plain(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, list | dict) else str(value)


def plain_arns(text: str) -> str:
    """Each ARN as what it names, without where that is."""
    return _ARN.sub(lambda match: match[0].split(":", 5)[-1], text)


def within(value: Any, *keys: str) -> Any:
    """What lies at these keys; None where there is no such place, as where a part is not known yet."""
    for key in keys:
        value = value.get(key) if is_mapping(value) else None
    return value


def entries(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a list; none of what is not known yet."""
    return [item for item in value if is_mapping(item)] if is_list(value) else []


def names_in(value: Any) -> set[str]:
    """The keys of an object, or the texts of a list."""
    return {str(item) for item in value} if is_mapping(value) or is_list(value) else set()


def number(value: Any, otherwise: float = 0) -> float:
    """Numbers, and texts of them, of which AWS has many."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return otherwise


def parsed(value: Any) -> Any:
    """What a string of JSON holds, where it is an object or a list; else the value itself."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def arrow(before: Any, after: Any, *, name: str = "", unit: str = "", longest: int = LONGEST) -> str:
    """``512 → 1024 MiB``; what was not there before is ``none``."""
    first, second = (shown(value, name=name, longest=longest) for value in (before, after))
    if first == second:
        return "changed" if first in (SECRET, HIDDEN, LATER) or first.endswith("…") else second
    tail = f" {unit}" if unit and second not in ("none", LATER) else ""
    return f"{first} → {second}{tail}"


def short_image(image: str) -> str:
    """``shop/api@3f2a1b…`` of a digest, with what comes before it but the registry's host."""
    name, at, _ = image.partition("@")
    host, slash, rest = name.partition("/")
    plain = rest if slash and ("." in host or ":" in host or host == "localhost") else name
    digest = _DIGEST.search(image)
    return f"{plain}@{digest[1]}…" if at and digest else plain


def images(before: str, after: str) -> str:
    """Two images' difference, the name once where it is the same."""
    if unknown(after) or unknown(before):
        return (
            f"{LATER if unknown(before) else short_image(before)} → {LATER if unknown(after) else short_image(after)}"
        )
    first, second = short_image(before), short_image(after)
    for mark in ("@", ":"):
        (name, one, old), (other, two, new) = first.rpartition(mark), second.rpartition(mark)
        if one and two and name == other:
            return f"{name} {old} → {new}"
    return f"{first} → {second}"


def flat(value: Any, path: str = "") -> dict[str, Any]:
    """Property path -> scalar, through maps, lists and strings of JSON; empty maps and lists are kept."""
    value = parsed(value)
    if is_mapping(value) and value:
        found: dict[str, Any] = {}
        for key, item in value.items():
            if not str(key).startswith("__"):
                found |= flat(item, f"{path}.{key}" if path else str(key))
        return found
    if is_list(value) and value:
        keyed = _keyed(value)
        if keyed:
            return flat(keyed, path)
        found: dict[str, Any] = {}
        for index, item in enumerate(value):
            found |= flat(item, f"{path}[{index}]")
        return found
    return {path: value}


def _keyed(items: Sequence[Any]) -> dict[str, Any]:
    """``[{name, value}, …]`` by name, so that one more item does not move all that follow it."""
    if not all(is_mapping(item) and isinstance(item.get("name"), str) for item in items):
        return {}
    names = [item["name"] for item in items]
    if len(set(names)) < len(names):
        return {}
    return {
        item["name"]: item["value"]
        if set(item) == {"name", "value"}
        else {key: part for key, part in item.items() if key != "name"}
        for item in items
    }
