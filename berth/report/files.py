"""What a task's files are: the secrets and configs that Berth's helper container writes before the service starts.

The helper (platforms/ecs/containers.py) has each file's content in a variable, and a line of its script writes it.
"""

from __future__ import annotations

import base64
import difflib
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from berth.report.values import entries

Definitions = Mapping[str, Mapping[str, Any]]

_WRITTEN = re.compile(r'^printf %s "\$(FILE_\d+)"( \| base64 -d)? > (.+)$')
_OWNED = re.compile(r"^chown (\S+) (.+)$")
_MODE = re.compile(r"^chmod (\d{4}) (.+)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of the service. ``secret`` names the Compose secret; of a config ``content`` is None where it is not
    known. ``rights`` are owner and mode."""

    secret: str | None
    content: bytes | None
    rights: str


def file_lines(before: Definitions, after: Definitions, service: str, source: Callable[[str], str]) -> Iterator[str]:
    """Sentences on the files that differ; of a config's content lines are counted, and never shown."""
    old, new = files(before, service, source), files(after, service, source)
    for path in sorted(new.keys() - old.keys()):
        yield f"{_noun(new[path])} given at {path}"
    for path in sorted(old.keys() - new.keys()):
        yield f"{_noun(old[path])} given no more ({path})"
    for path in sorted(old.keys() & new.keys()):
        first, second = old[path], new[path]
        if first.secret != second.secret:
            yield f"{_noun(second)} takes the place of {_noun(first)} at {path}"
        elif first.content != second.content:
            yield f"config {path}: {_lines(first.content, second.content)}"
        if first.rights != second.rights:
            yield f"owner and mode of {path} {first.rights} → {second.rights}"


def files(definitions: Definitions, service: str, source: Callable[[str], str]) -> dict[str, File]:
    """Path in the service's container -> the file there."""
    helper = definitions.get(f"{service}-files") or {}
    folders = _folders(definitions.get(service) or {})
    variables = {str(item.get("name")): str(item.get("value", "")) for item in entries(helper.get("environment"))}
    secrets = {str(item.get("name")): str(item.get("valueFrom")) for item in entries(helper.get("secrets"))}
    lines = "\n".join(map(str, helper.get("command") or ())).splitlines()
    rights: dict[str, list[str]] = {}
    for line in lines:
        for pattern in (_OWNED, _MODE):
            if match := pattern.match(line):
                rights.setdefault(match[2], []).append(match[1])
    found: dict[str, File] = {}
    for line in lines:
        match = _WRITTEN.match(line)
        if not match:
            continue
        variable, encoded, path = match.groups()
        given = secrets.get(variable)
        found[_place(path, folders)] = File(
            secret=None if given is None else source(given) or given,
            content=None if given is not None else _content(variables.get(variable), bool(encoded)),
            rights=" ".join(rights.get(path, ())),
        )
    return found


def _folders(main: Mapping[str, Any]) -> dict[str, str]:
    """Index of a folder -> where the service sees it."""
    return {
        str(item.get("sourceVolume", "")).removeprefix("files-"): str(item.get("containerPath"))
        for item in entries(main.get("mountPoints"))
        if str(item.get("sourceVolume", "")).startswith("files-")
    }


def _place(path: str, folders: Mapping[str, str]) -> str:
    parts = "".join(shlex.split(path)).split("/")  # /berth/INDEX/NAME
    return "/".join([folders.get(parts[2], "/".join(parts[:3])).rstrip("/"), *parts[3:]]) if len(parts) > 3 else path


def _content(value: str | None, encoded: bool) -> bytes | None:
    if value is None:
        return None
    try:
        return base64.b64decode(value) if encoded else value.encode()
    except ValueError:
        return None


def _noun(file: File) -> str:
    return f"secret {file.secret}" if file.secret is not None else "config"


def _lines(old: bytes | None, new: bytes | None) -> str:
    """``1 line changed, 2 added``"""
    if old is None or new is None:
        return "changed"
    first, second = old.decode(errors="replace").splitlines(), new.decode(errors="replace").splitlines()
    changed = added = removed = 0
    for kind, low, high, start, end in difflib.SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        both = min(high - low, end - start) if kind == "replace" else 0
        changed, removed, added = (
            changed + both,
            removed + high - low - both if kind != "equal" else removed,
            added + end - start - both if kind != "equal" else added,
        )
    parts = [
        f"{count} {verb}" for count, verb in ((changed, "changed"), (added, "added"), (removed, "removed")) if count
    ]
    first_part = (
        parts[0].replace(" ", " line " if parts[0].startswith("1 ") else " lines ", 1) if parts else "same lines"
    )
    return ", ".join([first_part, *parts[1:]])
