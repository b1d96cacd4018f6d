"""A Pulumi plan in the form of Terraform's: https://developer.hashicorp.com/terraform/internals/json-format"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from berth.diagnostics import Diagnostic, ToolError
from berth.scan.mapping import Bridged
from berth.untyped import inside, is_list, is_mapping

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""In a plan's place of a value that is not known before the update: pulumi/sdk, resource/plugin/rpc.go."""

LISTS = (5, 7)
"""Lists and sets among the bridge's kinds of fields."""

FORMAT = {"format_version": "1.2", "terraform_version": "1.9.0"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A resource of the engine's: Pulumi's token, name and inputs, and the URNs that each input depends on."""

    token: str
    urn: str
    name: str
    inputs: Mapping[str, Any]
    depends: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])


def resources(plan: Mapping[str, Any]) -> Iterator[Resource]:
    """What ``pulumi preview --json`` says will be there; nothing that it deletes.

    ``--show-sames`` has what does not change, too.
    """
    for step in plan.get("steps", ()):
        state = step.get("newState")
        if state and state.get("custom") and step["op"] != "delete":
            yield Resource(
                token=state["type"],
                urn=state["urn"],
                name=state["urn"].rpartition("::")[2],
                inputs=state.get("inputs") or {},
                depends=state.get("propertyDependencies") or {},
            )


def terraform_plan(found: Sequence[Resource], names: Bridged) -> dict[str, Any]:
    """The plan, with a reference wherever a value comes from another resource: rules follow these.

    Raises:
        ToolError: an input that Terraform's provider does not have by any name.
    """
    known = {resource.urn: resource for resource in found if resource.token in names}
    planned: list[dict[str, Any]] = []
    changes: list[dict[str, Any]] = []
    configured: list[dict[str, Any]] = []
    for resource in known.values():
        bridge = names[resource.token]
        address = _address(resource, names)
        common = {"address": address, "mode": "managed", "type": bridge["type"], "name": address.partition(".")[2]}
        try:
            values, unknown = convert(resource.inputs, bridge["schema"], bridge["fields"])
        except KeyError as error:
            raise ToolError(
                Diagnostic(
                    message=f"{address}: Terraform's provider has no field for {error.args[0]!r}",
                    advice="Plan and plugin are of different versions; run `make setup`, and preview again.",
                )
            ) from None
        planned.append({**common, "provider_name": "registry.terraform.io/hashicorp/aws", "values": values})
        change = {"actions": ["create"], "before": None, "after": values, "after_unknown": unknown}
        changes.append({**common, "change": change})
        configured.append({**common, "expressions": _expressions(resource, known, names)})
    return {
        **FORMAT,
        "planned_values": {"root_module": {"resources": planned}},
        "resource_changes": changes,
        "configuration": {"root_module": {"resources": configured}},
    }


def convert(
    inputs: Mapping[str, Any], schema: Mapping[str, Any], fields: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Inputs under Terraform's names, each block in a list; and apart from them what is not known yet.

    Raises:
        KeyError: an input that the provider does not have.
    """
    terraform_names = {name: key for key, spec in schema.items() for name in _pulumi_names(key, spec, fields)}
    values: dict[str, Any] = {}
    unknown: dict[str, Any] = {}
    for name, value in inputs.items():
        if name == "__defaults" or value is None:
            continue
        key = terraform_names[name]
        if value == UNKNOWN:
            unknown[key] = True
            continue
        values[key], inner = _convert(value, schema[key])
        if inner:
            unknown[key] = inner
    return values, unknown


def _convert(value: Any, spec: Mapping[str, Any]) -> tuple[Any, Any]:
    element = inside(spec, "element")
    if spec["type"] not in LISTS:
        return value, None
    listed = value if is_list(value) else [value]  # the bridge has a list of at most one as the one
    if "resource" not in element:
        return [item for item in listed if item != UNKNOWN], [True for item in listed if item == UNKNOWN]
    pairs = [convert(item, element["resource"], {}) for item in listed if is_mapping(item)]
    return [values for values, _ in pairs], [inner for _, inner in pairs] if any(inner for _, inner in pairs) else None


def _pulumi_names(key: str, spec: Mapping[str, Any], fields: Mapping[str, Any]) -> Iterator[str]:
    """The names that the bridge gives a field: in camel case, and for lists in the plural."""
    given = inside(fields, key).get("name")
    if given:
        yield given
    head, *tail = key.split("_")
    name = head + "".join(part.capitalize() for part in tail)
    yield name
    if spec["type"] in LISTS:
        yield plural(name)


def plural(name: str) -> str:
    if re.search(r"[^aeiou]y$", name):
        return f"{name[:-1]}ies"
    return f"{name}es" if re.search(r"(s|x|z|ch|sh)$", name) else f"{name}s"


def _address(resource: Resource, names: Bridged) -> str:
    return f"{names[resource.token]['type']}.{re.sub(r'[^A-Za-z0-9_-]', '_', resource.name)}"


def _expressions(resource: Resource, known: Mapping[str, Resource], names: Bridged) -> dict[str, Any]:
    schema, fields = names[resource.token]["schema"], names[resource.token]["fields"]
    terraform_names = {name: key for key, spec in schema.items() for name in _pulumi_names(key, spec, fields)}
    made: dict[str, Any] = {}
    for name, urns in resource.depends.items():
        addresses = [_address(known[urn], names) for urn in urns or () if urn in known]
        if addresses and name in terraform_names:
            made[terraform_names[name]] = {"references": [part for a in addresses for part in (f"{a}.id", a)]}
    return made
