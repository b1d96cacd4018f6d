"""Resources as the policy pack sees them, and what its rules say about one."""

from __future__ import annotations

from typing import Any

from guard import containers, data, encryption, iam, network
from guard.rule import Resource, Rule

RULES = {
    rule.name: rule for part in (network, containers, encryption, iam, data) for rule in part.RULES
}  # without guard.pack, which loads Pulumi


def said(rule: str, type_: str, inputs: dict[str, Any], *, protect: bool = False, **options: Any) -> list[str]:
    """The messages of one rule about one resource of the type ``lb/listener:Listener``."""
    found: Rule = RULES[rule]
    resource = Resource(type=f"aws:{type_}", name="it", inputs=inputs, protect=protect)
    assert resource.type in found.types, f"{rule} does not look at {resource.type}"
    return list(found.check(resource, options))


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    """An IAM policy document that allows these."""
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **item} for item in statements]}
