"""Builds one component under the recorder and keeps the options of its resources, which mocks do not see."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from tests.unit.recorder import Recorder, start


@dataclass(frozen=True, slots=True)
class Built:
    """``recorder`` has the inputs, ``options`` each resource's own by type and name, ``values`` the outputs by name."""

    recorder: Recorder
    options: Mapping[tuple[str, str], pulumi.ResourceOptions]
    values: Mapping[str, Any]

    def inputs(self, type_token: str, name: str | None = None) -> Mapping[str, Any]:
        return self.recorder.one(type_token, name).inputs

    def names(self, type_token: str) -> list[str]:
        return [resource.name for resource in self.recorder.of(type_token)]

    def types(self) -> set[str]:
        return {resource.type for resource in self.recorder.resources}


def build(
    make: Callable[[pulumi.ResourceOptions], Mapping[str, Any]],
    recorder: Recorder | None = None,
    *,
    preview: bool = False,
) -> Built:
    """Run ``make`` with options for its component, wait for all it registers, and resolve the outputs it returns."""
    recorder = start(recorder or Recorder(), preview=preview)
    options: dict[tuple[str, str], pulumi.ResourceOptions] = {}
    values: dict[str, Any] = {}

    def see(args: pulumi.ResourceTransformationArgs) -> None:
        options[args.type_, args.name] = args.opts

    @pulumi.runtime.test
    async def program() -> None:
        outputs = make(pulumi.ResourceOptions(transformations=[see]))
        for name, value in outputs.items():
            values[name] = await pulumi.Output.from_input(value).future()

    program()
    return Built(recorder, options, values)


def waits_for(output: pulumi.Output[Any]) -> pulumi.Output[list[str]]:
    """The class and logical name of each resource that whoever takes ``output`` waits for."""

    async def names() -> list[str]:
        found = await output.resources()
        return sorted(f"{type(resource).__name__} {resource._name}" for resource in found)

    return pulumi.Output.from_input(asyncio.ensure_future(names()))
