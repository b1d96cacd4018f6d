"""Makes a component that a program in another language asked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from types import new_class
from typing import Any, cast

import pulumi
from pulumi.output import UNKNOWN
from pulumi.provider import ConstructResult, Provider

from berth.diagnostics import BerthError
from berth.provider.arguments import NotYetKnown, build_arguments, invalid, key_of
from berth.provider.outputs import read_outputs
from berth.provider.schema import build_schema, outputs, token
from berth.provider.shapes import arguments


class _Served(pulumi.ComponentResource):
    """Last of a component's bases: registers it by the schema's type. In a Python program it has one of its own, which
    the state of stacks names."""

    def __init__(
        self, _type: str, name: str, props: pulumi.Inputs | None = None, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(token(type(self).__name__), name, props, opts)


def _registered_by_schema(component: type[pulumi.ComponentResource]) -> Callable[..., pulumi.ComponentResource]:
    bases: tuple[type, ...] = (component, _Served)
    return cast("Callable[..., pulumi.ComponentResource]", new_class(component.__name__, bases))


class ComponentProvider(Provider):
    """Serves components as they are. ``left_out`` is as in ``build_schema``.

    Pulumi's own host for Python components would take neither their arguments nor the resources that they make:
    docs/decisions/0038-provider.md.
    """

    def __init__(
        self, components: Iterable[type[pulumi.ComponentResource]], *, version: str, left_out: Mapping[str, str]
    ) -> None:
        self._components = {token(component.__name__): component for component in components}
        self._served = {kind: _registered_by_schema(component) for kind, component in self._components.items()}
        self._left_out = left_out
        schema = build_schema(self._components.values(), version=version, left_out=left_out)
        super().__init__(version, json.dumps(schema))

    def construct(
        self, name: str, resource_type: str, inputs: Mapping[str, Any], options: pulumi.ResourceOptions | None = None
    ) -> ConstructResult:
        """
        Raises:
            InputPropertiesError: what is wrong with the inputs, or what the component itself says of them.
        """
        component = self._components.get(resource_type)
        if component is None:
            raise invalid(resource_type, [("", "is no component of Berth")])
        items = outputs(component, self._left_out)
        try:
            args = build_arguments(component, inputs)
        except NotYetKnown as late:
            if not pulumi.runtime.is_dry_run():
                raise
            empty = pulumi.ComponentResource(resource_type, name, None, options)
            pulumi.log.warn(
                f"{component.__name__} {name}: what it consists of follows from {late}, which is not known before "
                "`pulumi up`. This preview shows nothing of it.",
                empty,
            )
            return ConstructResult(empty.urn, {item.name: pulumi.Output.from_input(UNKNOWN) for item in items})
        try:
            made = self._served[resource_type](name, args, options)
        except (ValueError, BerthError, pulumi.RunError) as error:
            raise invalid(
                f"{component.__name__} {name}", [(key_of(error, arguments(component)), str(error))]
            ) from error
        return ConstructResult(made.urn, read_outputs(made, items))
