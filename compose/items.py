"""The names by which a finding's key knows the items of a list: ``ports.8080``, ``volumes./app``, ``environment.A``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

UNKNOWN = "$"
"""The name of an item whose own is a variable without a default: only the environment tells it."""

_COLON = re.compile(r":(?![^{]*\})")
"""Not one of ``${PORT:-8080}``."""

_DEFAULT = re.compile(r"\$\{\w+:?-([^${}]*)\}")
_KEYS = {"ports": ("published", "target"), "volumes": ("target",), "secrets": ("source",), "configs": ("source",)}


def item_names(section: str, item: str | Mapping[str, str]) -> tuple[str, ...]:
    """The names of one item of the list ``section``, in Compose's short syntax (text) or in its long one.

    https://docs.docker.com/reference/compose-file/services/#ports, #volumes, #tmpfs
    """
    if not isinstance(item, str):
        name = next((item[key] for key in _KEYS.get(section, ("name", "path")) if item.get(key)), "")
        names = _port(name) if section == "ports" else iter((name.rstrip("/") or name,))
    elif section == "ports":
        *_, published, target = ["", "", *_COLON.split(item)]
        names = _port(published or target.partition("/")[0])
    elif section == "volumes":
        parts = _COLON.split(item)
        names = iter((parts[1 if len(parts) > 1 else 0].rstrip("/"),))
    elif section == "tmpfs":
        names = iter((item.partition(":")[0],))
    else:
        names = iter((item, item.partition("=")[0]))
    return tuple(dict.fromkeys(name for name in map(_without_variables, names) if name))


def _port(text: str) -> Iterator[str]:
    """The port; of a range, which Compose takes apart where the container has one too, each."""
    text = _without_variables(text)
    yield text
    first, _, last = text.partition("-")
    if first.isdigit() and last.isdigit():
        yield from map(str, range(int(first), min(int(last), 65535) + 1))


def _without_variables(text: str) -> str:
    """The text with each variable's default."""
    text = _DEFAULT.sub(r"\1", text)
    return UNKNOWN if "$" in text else text
