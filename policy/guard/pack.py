"""The rules as a Pulumi policy pack, with exceptions by configuration."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, cast

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyConfigSchema,
    PolicyPack,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UnknownValueError

from guard import containers, data, encryption, iam, network
from guard.rule import UNKNOWN, Resource, Rule, StackRule, is_mapping

NAME = "aws-guard"
RULES = (*network.RULES, *containers.RULES, *encryption.RULES, *iam.RULES, *data.RULES)
STACK_RULES = network.STACK_RULES

EXCEPTIONS: Mapping[str, Any] = {
    "type": "array",
    "default": [],
    "description": "Resources that the rule lets pass, each with the reason.",
    "items": {
        "type": "object",
        "properties": {
            "resource": {"type": "string", "description": "A resource's name; * and ? stand for any characters."},
            "reason": {"type": "string", "minLength": 1},
        },
        "required": ["resource", "reason"],
        "additionalProperties": False,
    },
}

Report = Callable[..., None]


def serve() -> None:
    """Print the port and answer the engine until it ends this process."""
    PolicyPack(NAME, policies(), EnforcementLevel.MANDATORY)


def policies() -> list[Policy]:
    return [*map(policy, RULES), *map(stack_policy, STACK_RULES)]


def policy(rule: Rule) -> Policy:
    def validate(args: ResourceValidationArgs, report: Report) -> None:
        if args.resource_type in rule.types and not excepted(args.name, args.get_config()):
            resource = Resource(
                type=args.resource_type, name=args.name, inputs=plain(args.props), protect=args.opts.protect
            )
            for message in rule.check(resource, args.get_config()):
                report(f"{args.name}: {message}\n{rule.url}")

    return ResourceValidationPolicy(
        name=rule.name,
        description=rule.description,
        validate=validate,
        enforcement_level=EnforcementLevel(rule.level),
        config_schema=_schema(rule),
        url=rule.url,
    )


def stack_policy(rule: StackRule) -> Policy:
    def validate(args: StackValidationArgs, report: Report) -> None:
        resources = [
            Resource(type=item.resource_type, name=item.name, inputs=plain(item.props), urn=item.urn)
            for item in args.resources
            if item.resource_type in rule.types
        ]
        for resource, message in rule.check(resources, args.get_config()):
            if not excepted(resource.name, args.get_config()):
                report(f"{resource.name}: {message}\n{rule.url}", resource.urn)

    return StackValidationPolicy(
        name=rule.name,
        description=rule.description,
        validate=validate,
        enforcement_level=EnforcementLevel(rule.level),
        config_schema=_schema(rule),
        url=rule.url,
    )


def excepted(name: str, config: Mapping[str, Any]) -> bool:
    return any(fnmatchcase(name, item["resource"]) for item in config.get("exceptions", ()))


def plain(value: Any) -> Any:
    """Mappings and lists out of the SDK's, which raise where a value is not known."""
    if is_mapping(value):
        return {key: _item(value, key) for key in value}
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [_item(value, index) for index in range(len(cast("Sequence[object]", value)))]
    return value


def _item(values: Any, key: Any) -> Any:
    try:
        value = values[key]
    except UnknownValueError:
        return UNKNOWN
    return plain(value)


def _schema(rule: Rule | StackRule) -> PolicyConfigSchema:
    return PolicyConfigSchema(
        {**{name: dict(option) for name, option in rule.options.items()}, "exceptions": dict(EXCEPTIONS)}
    )
