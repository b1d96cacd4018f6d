"""``python -m berth eject``: what a stack has as a plain Pulumi program, without Berth, Compose or components.

Each resource has the inputs that the state has, ids in place of references, and the old URN as an alias: the same stack
previewed with that program changes nothing. Nothing is written or changed here.
"""

from __future__ import annotations

import pprint
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from berth.adoption.state import DEFAULTS, SECRET
from berth.deployed import Resource, read_state
from berth.untyped import entries, is_list, is_mapping

PROVIDER = "pulumi:providers:"
DYNAMIC = "pulumi-python:dynamic"
NOT_MINE = ("pulumi:pulumi:", f"{PROVIDER}pulumi-python")
OPTIONS = {
    "protect": "protect",
    "retainOnDelete": "retain_on_delete",
    "ignoreChanges": "ignore_changes",
    "additionalSecretOutputs": "additional_secret_outputs",
}
"""Of the state -> of ``pulumi.ResourceOptions``."""

HEAD = '''\
"""The stack {stack}, as `python -m berth eject {stack}` wrote it: plain resources, by the ids that they have."""

import pulumi

config = pulumi.Config()
'''


def eject(stack: str) -> int:
    """Print the program, and on top of it what the state should forget; 0.

    Raises:
        ToolError: the stack is not deployed, or Pulumi does not know it.
    """
    print(program(stack, read_state(stack)), end="")
    return 0


def program(stack: str, resources: Sequence[Resource]) -> str:
    """The text of ``__main__.py``. What is secret is read from the stack's configuration."""
    kept = [item for item in resources if _is_kept(item)]
    names = {item["urn"]: f"r{number}" for number, item in enumerate(kept)}
    dynamic = [item for item in resources if str(item["type"]).startswith(DYNAMIC)]
    lines = [HEAD.format(stack=stack)]
    if dynamic:
        lines += ["# These are nothing in AWS, and only Berth can read them. Before the first preview:"]
        lines += [f"#     pulumi state delete --stack {stack} '{item['urn']}' --yes" for item in reversed(dynamic)]
        lines.append("")
    keys = sorted(key for item in kept for key in _secrets(item.get("inputs", {}), _name(item)))
    if keys:
        lines += ["# What is secret is read from the configuration:"]
        lines += [f"#     pulumi config set --stack {stack} --secret {key}" for key in keys]
        lines.append("")
    for item in kept:
        lines += _declared(item, names)
    return "\n".join(lines)


def _is_kept(item: Resource) -> bool:
    kind = str(item["type"])
    default = kind.startswith(PROVIDER) and item["urn"].rpartition("::")[2].startswith("default")
    return bool(item.get("custom")) and not kind.startswith((DYNAMIC, *NOT_MINE)) and not default


def _name(item: Resource) -> str:
    return str(item["urn"]).rpartition("::")[2]


def _declared(item: Resource, names: Mapping[str, str]) -> Iterator[str]:
    kind, name = str(item["type"]), _name(item)
    options = [f"aliases=[{item['urn']!r}]"]
    owner = names.get(str(item.get("provider", "")).rpartition("::")[0])
    if owner:
        options.append(f"provider={owner}")
    options += [f"{ours}={item[theirs]!r}" for theirs, ours in OPTIONS.items() if item.get(theirs)]
    needs = [names[urn] for urn in entries(item.get("dependencies")) if urn in names]
    if needs:
        options.append(f"depends_on=[{', '.join(needs)}]")
    inputs = {key: value for key, value in item.get("inputs", {}).items() if key not in (DEFAULTS, "__internal")}
    if kind.startswith(PROVIDER):
        kind, made = kind.removeprefix(PROVIDER), "ProviderResource"
        options += [f"version={inputs.pop('version')!r}"] if "version" in inputs else []
    else:
        made = "CustomResource"
    yield f"{names[item['urn']]} = pulumi.{made}("
    yield f"    {kind!r},"
    yield f"    {name!r},"
    yield from _indented(_text(inputs, name), end=",")
    yield f"    opts=pulumi.ResourceOptions({', '.join(options)}),"
    yield ")"
    yield ""


def _text(inputs: Mapping[str, Any], name: str) -> str:
    """Inputs as Python; a secret as what the configuration has of it."""
    plain, secrets = _without_secrets(inputs, name), sorted(_secrets(inputs, name))
    text = pprint.pformat(plain, width=110, sort_dicts=False)
    for key in secrets:
        text = text.replace(repr(f"<{key}>"), f"config.require_secret({key!r})")
    return text


def _without_secrets(value: Any, path: str) -> Any:
    if is_mapping(value):
        if SECRET in value:
            return f"<{_key(path)}>"
        return {key: _without_secrets(item, f"{path}-{key}") for key, item in value.items() if key != DEFAULTS}
    if is_list(value):
        return [_without_secrets(item, f"{path}-{number}") for number, item in enumerate(value)]
    return value


def _secrets(value: Any, path: str) -> Iterator[str]:
    if is_mapping(value):
        if SECRET in value:
            yield _key(path)
        else:
            for key, item in value.items():
                yield from _secrets(item, f"{path}-{key}")
    elif is_list(value):
        for number, item in enumerate(value):
            yield from _secrets(item, f"{path}-{number}")


def _key(path: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", path)


def _indented(text: str, end: str) -> Iterable[str]:
    return (f"    {line}" for line in f"{text}{end}".splitlines())
