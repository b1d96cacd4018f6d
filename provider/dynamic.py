"""The resources of the package whose create, update and delete are Python.

In a Python program the same classes run as dynamic resources: https://www.pulumi.com/docs/iac/concepts/providers/dynamic-providers/
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from google.protobuf import json_format, struct_pb2
from pulumi.dynamic import ResourceProvider
from pulumi.runtime import proto, rpc

UNCHANGED, CHANGED, PERHAPS = (
    proto.DiffResponse.DIFF_NONE,
    proto.DiffResponse.DIFF_SOME,
    proto.DiffResponse.DIFF_UNKNOWN,
)


class DynamicResources:
    """Answers the engine's calls for resources. ``providers`` is by the class's name, the last part of the type.

    https://pulumi-developer-docs.readthedocs.io/latest/docs/architecture/providers/implementers-guide.html
    """

    def __init__(self, providers: Mapping[str, ResourceProvider]) -> None:
        self._providers = providers

    def check(self, request: Any) -> Any:
        """Takes the inputs as they are: the components have checked them."""
        return proto.CheckResponse(inputs=request.news)

    async def diff(self, request: Any) -> Any:
        found = await self._run(request, "diff", request.id, _read(request.olds), _read(request.news))
        changes = {None: PERHAPS, True: CHANGED, False: UNCHANGED}[found.changes]
        return proto.DiffResponse(
            changes=changes, replaces=found.replaces or [], deleteBeforeReplace=bool(found.delete_before_replace)
        )

    async def create(self, request: Any) -> Any:
        made = await self._run(request, "create", _read(request.properties))
        return proto.CreateResponse(id=made.id, properties=_write(made.outs, request.properties))

    async def update(self, request: Any) -> Any:
        made = await self._run(request, "update", request.id, _read(request.olds), _read(request.news))
        return proto.UpdateResponse(properties=_write(made.outs, request.news))

    async def read(self, request: Any) -> Any:
        found = await self._run(request, "read", request.id, _read(request.properties))
        inputs = request.inputs if found.inputs is None else _write(found.inputs, request.inputs)
        return proto.ReadResponse(id=found.id or "", properties=_write(found.outs, request.properties), inputs=inputs)

    async def delete(self, request: Any) -> None:
        await self._run(request, "delete", request.id, _read(request.properties))

    async def _run(self, request: Any, what: str, *arguments: Any) -> Any:
        """In a thread: a roll-out waits for minutes, in which the engine asks for other resources.

        Raises:
            KeyError: no resource of this package.
        """
        kind = request.urn.split("::")[2].rpartition("$")[2]
        provider = self._providers[kind.rpartition(":")[2]]
        return await asyncio.to_thread(getattr(provider, what), *arguments)


def _read(properties: struct_pb2.Struct) -> dict[str, Any]:
    """Python's values, without the marks of secrets; ``rpc.UNKNOWN`` where a preview does not know one."""
    read = rpc.deserialize_properties(properties, keep_unknowns=True)
    return {key: rpc.unwrap_rpc_secret(value) for key, value in read.items()}


def _write(values: Mapping[str, Any] | None, given: struct_pb2.Struct) -> struct_pb2.Struct:
    """What did not change goes back as it came, so that what was secret in it still is; another value of a secret is
    as secret as a whole."""
    before = rpc.deserialize_properties(given, keep_unknowns=True)
    written = struct_pb2.Struct()
    for key, value in (values or {}).items():
        known = before.get(key)
        if key in given.fields and value == rpc.unwrap_rpc_secret(known):
            written.fields[key].CopyFrom(given.fields[key])
        elif value is not None:
            field = json_format.ParseDict(value, struct_pb2.Value())
            written.fields[key].CopyFrom(_secret(field) if rpc.is_rpc_secret(known) else field)
    return written


def _secret(value: struct_pb2.Value) -> struct_pb2.Value:
    """https://pulumi-developer-docs.readthedocs.io/latest/docs/architecture/deployment-schema/index.html"""
    mark = struct_pb2.Value(string_value=SECRET)
    return struct_pb2.Value(struct_value=struct_pb2.Struct(fields={SIGNATURE: mark, "value": value}))


SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
"""How the engine's protocol marks a secret: sdk/go/common/resource/properties.go in github.com/pulumi/pulumi."""
