"""Pulumi mocks that record what a program asks for, so that a test can assert on it.

Unknown function calls raise; every resource gets an id and an ARN, and echoes its inputs as outputs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks

MADE_BY_AWS: Mapping[str, Mapping[str, Any]] = {
    "aws:ecr/repository:Repository": {"repositoryUrl": "1.dkr.ecr/x", "registryId": "1"},
    "docker-build:index:Image": {"digest": "sha256:" + "a" * 64},
    "aws:lb/loadBalancer:LoadBalancer": {"dnsName": "lb.example.com", "zoneId": "Z"},
    "aws:ec2/eip:Eip": {"publicIp": "192.0.2.1"},
    "aws:secretsmanager/secretVersion:SecretVersion": {"versionId": "v1"},
}
"""Outputs of an application's resources that are not their inputs: what AWS and the builder give."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One registered resource: its type token, logical name and resolved inputs (camelCase)."""

    type: str
    name: str
    inputs: Mapping[str, Any]


@dataclass(slots=True)
class Recorder(Mocks):
    """Mocks for one test. ``calls`` maps a function token to its result or to a function of its arguments."""

    calls: dict[str, Mapping[str, Any] | Callable[[Mapping[str, Any]], Mapping[str, Any]]] = field(default_factory=dict)
    outputs: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    resources: list[Recorded] = field(default_factory=list)

    def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Any]]:
        self.resources.append(Recorded(args.typ, args.name, args.inputs))
        arn = f"arn:aws:mock:us-east-1:123456789012:{args.name}"
        state = {"arn": arn, "name": args.name, **args.inputs, **self.outputs.get(args.typ, {})}
        return f"{args.name}-id", state

    def call(self, args: MockCallArgs) -> dict[str, Any]:
        if args.token not in self.calls:
            raise AssertionError(f"unexpected call of {args.token} with {args.args}")
        result = self.calls[args.token]
        return dict(result(args.args) if callable(result) else result)

    def of(self, type_token: str) -> list[Recorded]:
        """Every recorded resource of one type, by name: the event loop, not the code, orders registrations."""
        return sorted(
            (resource for resource in self.resources if resource.type == type_token), key=lambda resource: resource.name
        )

    def one(self, type_token: str, name: str | None = None) -> Recorded:
        """The only resource of a type (and name); fails the test when there is none or more than one."""
        found = [resource for resource in self.of(type_token) if name is None or resource.name == name]
        assert len(found) == 1, f"{len(found)} resources of {type_token} {name or ''}: {[r.name for r in found]}"
        return found[0]


def start(recorder: Recorder, *, preview: bool = False) -> Recorder:
    """Install the recorder for the test that calls this, under project ``berth`` and stack ``test``."""
    pulumi.runtime.set_mocks(recorder, project="berth", stack="test", preview=preview)
    return recorder
