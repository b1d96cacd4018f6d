"""What differs in the Compose attributes of a service on this machine, in a reviewer's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from berth.report.events import Step
from berth.report.values import arrow, cut, flat, images, short_image
from berth.untyped import is_list, is_mapping, mapping
from policy.guard.secret_words import secret_kind

FIRST = ("image", "build_hash", "command", "entrypoint", "mem_limit", "cpus", "environment", "secrets", "configs")


DECLARED = {
    "configs": "has other content",
    "secrets": "comes from elsewhere",
    "volumes": "is declared otherwise",
    "networks": "is declared otherwise",
}
"""What services share by name, and what it means where such a thing differs."""

BYTES = {
    "mem_limit": "memory limit",
    "mem_reservation": "memory reservation",
    "memswap_limit": "memory and swap limit",
    "shm_size": "shared memory",
    "deploy.resources.limits.memory": "memory limit",
    "deploy.resources.reservations.memory": "memory reservation",
}
NAMES = {
    "deploy.replicas": "replicas",
    "deploy.resources.limits.cpus": "CPU limit",
    "deploy.resources.reservations.cpus": "CPU reservation",
}
"""What a nested attribute is called, for those that are most often changed."""


def compose_lines(step: Step) -> Iterator[str]:
    """Of a ``ComposeService`` its attributes; of the ``ComposeProject`` what its services share."""
    if step.operation == "delete":
        return
    old, new = step.old or {}, step.new or {}
    if step.operation == "create":
        if new.get("image"):
            yield f"image {short_image(str(new['image']))}"
        elif "build_hash" in new:
            yield "image built from its files"
        return
    keys = sorted({*old, *new}, key=lambda key: (FIRST.index(key) if key in FIRST else len(FIRST), key))
    for key in keys:
        if old.get(key) != new.get(key):
            yield from _attribute(key, old.get(key), new.get(key))


def _attribute(key: str, old: Any, new: Any) -> Iterator[str]:
    if key == "image":
        yield f"image {images(str(old), str(new))}"
    elif key == "build_hash":
        yield "image is built anew: what it is built from has changed"
    elif key == "environment" and isinstance(old or {}, Mapping) and isinstance(new or {}, Mapping):
        yield from _variables(old or {}, new or {})
    elif key in DECLARED and isinstance(old or {}, Mapping) and isinstance(new or {}, Mapping):
        earlier, later = mapping(old), mapping(new)
        for name in sorted({*earlier, *later}):
            verb = "added" if name not in earlier else "removed" if name not in later else DECLARED[key]
            if earlier.get(name) != later.get(name):
                yield f"{key.removesuffix('s')} {name} {verb}"
    elif isinstance(old, Mapping) or isinstance(new, Mapping):
        first, second = flat(old or {}), flat(new or {})
        for path in sorted({*first, *second}):
            if first.get(path) != second.get(path):
                yield _value(f"{key}{'.' if path else ''}{path}", first.get(path), second.get(path), name=path)
    else:
        yield _value(key, _words(old), _words(new), name=key)


def _value(key: str, old: Any, new: Any, *, name: str) -> str:
    if key in BYTES:
        return f"{BYTES[key]} {arrow(_mebibytes(old), _mebibytes(new), unit='MiB')}"
    return f"{NAMES.get(key, key)} {arrow(old, new, name=name)}"


def _mebibytes(value: Any) -> Any:
    try:
        return f"{int(value) / 2**20:g}"
    except (TypeError, ValueError):
        return value


def _words(value: Any) -> Any:
    """A command line, or a list of what is there, in one line."""
    if is_list(value):
        parts = [item if isinstance(item, str) else _item(item) for item in value]
        return cut(" ".join(parts)) or "none"
    return value


def _item(item: Any) -> str:
    if not is_mapping(item):
        return str(item)
    return ":".join(str(item[key]) for key in ("published", "source", "target") if item.get(key) is not None)


def _variables(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for verb, names in (("added", sorted(new.keys() - old.keys())), ("removed", sorted(old.keys() - new.keys()))):
        if names:
            yield f"{len(names)} variable{'s'[: len(names) != 1]} {verb}: {', '.join(names)}"
    for name in sorted(old.keys() & new.keys()):
        if old[name] != new[name]:
            either = secret_kind(name, str(old[name])) or secret_kind(name, str(new[name]))
            yield f"{name} changed" if either else f"{name} {arrow(old[name], new[name], name=name)}"
