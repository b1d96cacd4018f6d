"""Two container definitions of a task, compared as a reviewer would tell the difference.

The names of what is compared are AWS's:
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from berth.report.files import file_lines
from berth.report.values import arrow, entries, flat, images, parsed, short_image, shown
from berth.untyped import is_list, is_mapping, mapping
from policy.guard.secret_words import secret_kind

Definition = Mapping[str, Any]
Definitions = Mapping[str, Definition]

HELPERS = ("-files", "-keeper")
"""Of Berth's own containers (platforms/ecs/containers.py): what they do is told of the service's files."""

BUILT = "built, "
"""Before the hash of what an image is built from, in a definition that comes from files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What stands behind an ARN: Compose's own words. ``prefixes``: the beginning of a secret's name in AWS -> Compose
    secret; ``environments``: those of the secrets of sensitive variables."""

    prefixes: Mapping[str, str] = field(default_factory=dict[str, str])
    environments: frozenset[str] = frozenset()

    def source(self, value_from: str) -> str:
        """``db_password`` of a secret's ``valueFrom``; empty of a sensitive variable."""
        for kind in ("secret:", "external:"):
            if value_from.startswith(kind):
                return value_from.removeprefix(kind)
        if value_from.startswith("variable:"):
            return ""
        for prefix, name in self.prefixes.items():
            if f":secret:{prefix}" in value_from:
                return "" if prefix in self.environments else name
        return value_from.rpartition(":secret:")[2] or value_from

    def resource(self, arn: str) -> str:
        """``secret db_password`` of a secret's ARN; others stay."""
        found = (name for prefix, name in self.prefixes.items() if f":secret:{prefix}" in arn)
        name = next(found, "")
        return f"secret {name}" if name else arn


def by_name(definitions: Any) -> dict[str, dict[str, Any]] | None:
    """Container -> its definition; None where the definitions are not known."""
    found = parsed(definitions)
    if not is_list(found):
        return None
    return {str(item.get("name")): dict(item) for item in found if is_mapping(item)}


def main_of(definitions: Definitions, service: str) -> Definition:
    return mapping(definitions.get(service) or next(iter(definitions.values()), None))


def compare(before: Definitions, after: Definitions, service: str, names: Names) -> list[str]:
    """Sentences on all that differs, the image first."""
    old, new = main_of(before, service), main_of(after, service)
    found = [line for part in PARTS for line in part(old, new, names)]
    found += file_lines(before, after, service, names.source)
    own = {name for name in (*before, *after) if name == service or name.endswith(HELPERS)}
    for name in sorted({*before, *after} - own):
        if name not in before:
            found.append(f"container {name} added: {short_image(str(after[name].get('image', '')))}")
        elif name not in after:
            found.append(f"container {name} removed")
        else:
            lines = [line for part in PARTS for line in part(before[name], after[name], names)]
            found += [f"container {name}: {line}" for line in lines]
    return found


def describe(definitions: Definitions, service: str, names: Names) -> list[str]:
    """A new task's containers, in one sentence a kind."""
    main = main_of(definitions, service)
    image = str(main.get("image", ""))
    found = ["image built from its files" if image.startswith(BUILT) else f"image {short_image(image)}"]
    variables, secrets = entries(main.get("environment")), _secret_sources(main, names)
    if variables:
        found.append(_named(len(variables), "variable", [str(item.get("name")) for item in variables]))
    if secrets:
        found.append(_named(len(secrets), "secret variable", sorted(secrets)))
    found += [f"listens on {port}" for port in sorted(_ports(main))]
    found += [f"volume {volume}" for volume in sorted(_mounts(main).values())]
    found += file_lines({}, definitions, service, names.source)
    return found


def given_secrets(definitions: Definitions, names: Names) -> set[str]:
    """All that the task reads of Secrets Manager: Compose's secrets by name, sensitive variables by theirs."""
    found: set[str] = set()
    for container in definitions.values():
        for item in entries(container.get("secrets")):
            found.add(names.source(str(item.get("valueFrom"))) or str(item.get("name")))
    return found


def _image(old: Definition, new: Definition, _: Names) -> Iterator[str]:
    before, after = str(old.get("image", "")), str(new.get("image", ""))
    if after.startswith(BUILT):
        return  # whether it is built anew, the image's own resource says
    if before != after:
        yield f"image {images(before, after)}"


def _sizes(old: Definition, new: Definition, _: Names) -> Iterator[str]:
    for key, label, unit in (
        ("memory", "container memory limit", "MiB"),
        ("memoryReservation", "memory reservation", "MiB"),
        ("cpu", "CPU share", "units"),
    ):
        before, after = old.get(key) or None, new.get(key) or None
        if before != after:
            yield f"{label} {arrow(before, after, unit=unit)}"


def _environment(old: Definition, new: Definition, _: Names) -> Iterator[str]:
    before, after = (
        {str(item.get("name")): str(item.get("value", "")) for item in entries(side.get("environment"))}
        for side in (old, new)
    )
    yield from _added_removed(before, after, "variable")
    for name in sorted(before.keys() & after.keys()):
        if before[name] != after[name]:
            either = secret_kind(name, before[name]) or secret_kind(name, after[name])
            yield f"{name} changed" if either else f"{name} {arrow(before[name], after[name], name=name)}"


def _secrets(old: Definition, new: Definition, names: Names) -> Iterator[str]:
    before, after = _secret_sources(old, names), _secret_sources(new, names)
    yield from _added_removed(before, after, "secret variable")
    for name in sorted(before.keys() & after.keys()):
        if before[name] != after[name]:
            yield f"{name} comes from {after[name] or 'an env file or the shell'}"


def _secret_sources(side: Definition, names: Names) -> dict[str, str]:
    return {str(item.get("name")): names.source(str(item.get("valueFrom"))) for item in entries(side.get("secrets"))}


def _added_removed(before: Mapping[str, Any], after: Mapping[str, Any], noun: str) -> Iterator[str]:
    for verb, found in (("added", after.keys() - before.keys()), ("removed", before.keys() - after.keys())):
        if found:
            yield _named(len(found), f"{noun}{'s'[: len(found) != 1]} {verb}", sorted(found))


def _named(count: int, noun: str, names: Sequence[str], most: int = 6) -> str:
    plural = noun if count == 1 or (" " in noun and noun.split()[-1] in ("added", "removed")) else f"{noun}s"
    more = f" and {count - most} more" if count > most else ""
    return f"{count} {plural}: {', '.join(names[:most])}{more}"


def _ports(side: Definition) -> dict[str, Any]:
    return {
        f"{item.get('containerPort')}/{item.get('protocol', 'tcp')}": item.get("hostPort")
        for item in entries(side.get("portMappings"))
    }


def _port_lines(old: Definition, new: Definition, _: Names) -> Iterator[str]:
    before, after = _ports(old), _ports(new)
    for port in sorted(after.keys() - before.keys()):
        yield f"listens on {port}"
    for port in sorted(before.keys() - after.keys()):
        yield f"listens on {port} no more"
    for port in sorted(before.keys() & after.keys()):
        if before[port] != after[port]:
            yield f"host port of {port} {arrow(before[port], after[port])}"


def _mounts(side: Definition) -> dict[str, str]:
    return {
        str(item.get("containerPath")): f"{item.get('sourceVolume')} at {item.get('containerPath')}"
        f"{' (read-only)' if item.get('readOnly') else ''}"
        for item in entries(side.get("mountPoints"))
        if not re.fullmatch(r"files-\d+", str(item.get("sourceVolume")))
    }


def _mount_lines(old: Definition, new: Definition, _: Names) -> Iterator[str]:
    before, after = _mounts(old), _mounts(new)
    yield from (f"volume {after[path]} mounted" for path in sorted(after.keys() - before.keys()))
    yield from (f"volume {before[path]} mounted no more" for path in sorted(before.keys() - after.keys()))
    for path in sorted(before.keys() & after.keys()):
        if before[path] != after[path]:
            yield f"volume {before[path]} → {after[path]}"


def _health(old: Definition, new: Definition, _: Names) -> Iterator[str]:
    before, after = (_table(side.get("healthCheck")) for side in (old, new))
    if before and not after:
        yield "health check removed"
        return
    if after and not before:
        yield f"health check added: {shown(_command(after.get('command')))} every {after.get('interval')} s"
        return
    for key, label, unit in (
        ("command", "health check", ""),
        ("interval", "health check interval", " s"),
        ("timeout", "health check timeout", " s"),
        ("startPeriod", "health check start period", " s"),
        ("retries", "health check retries", ""),
    ):
        first, second = before.get(key), after.get(key)
        if first != second:
            if key == "command":
                yield f"{label} {arrow(_command(first), _command(second))}"
            else:
                yield f"{label} {first or 0}{unit} → {second or 0}{unit}"


def _table(value: Any) -> Mapping[str, Any]:
    return value if is_mapping(value) else {}


def _command(words: Any) -> str:
    return " ".join(map(str, words)) if is_list(words) else "the image's own"


def _commands(old: Definition, new: Definition, _: Names) -> Iterator[str]:
    for key, label in (("entryPoint", "entrypoint"), ("command", "command")):
        if old.get(key) != new.get(key):
            yield f"{label} {arrow(_command(old.get(key)), _command(new.get(key)))}"


TOLD = frozenset(
    {
        *("name", "image", "memory", "memoryReservation", "cpu", "environment", "secrets", "portMappings"),
        *("mountPoints", "healthCheck", "command", "entryPoint", "volumesFrom"),
    }
)
OF_THE_LOG = ("awslogs-group", "awslogs-region", "awslogs-stream-prefix")
"""Options that the platform sets; a plan from files does not have them."""


def _rest(old: Definition, new: Definition, _: Names) -> Iterator[str]:
    """All else by AWS's own words: user, labels, limits, capabilities, logging, …"""
    before, after = (_rest_of(side) for side in (old, new))
    for path in sorted(before.keys() | after.keys()):
        first, second = before.get(path), after.get(path)
        if first != second and not (first in (None, [], {}) and second in (None, [], {})):
            yield f"{path} {arrow(first, second, name=path.rpartition('.')[2])}"


def _rest_of(side: Definition) -> dict[str, Any]:
    found = flat({key: value for key, value in side.items() if key not in TOLD})
    kept = {path: value for path, value in found.items() if path.rpartition(".")[2] not in OF_THE_LOG}
    return {path: value for path, value in kept.items() if not path.startswith("dependsOn")}


PARTS: tuple[Callable[[Definition, Definition, Names], Iterator[str]], ...] = (
    *(_image, _sizes, _environment, _secrets, _port_lines, _commands, _mount_lines, _health, _rest),
)
"""In the order in which they are told."""
