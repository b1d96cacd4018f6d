"""The plugin's process: components and dynamic resources behind one gRPC server."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import grpc
import grpc.aio
from google.protobuf import empty_pb2
from pulumi.provider.server import ProviderServicer
from pulumi.runtime import proto
from pulumi.runtime.proto import provider_pb2_grpc

from berth import __version__
from berth.components.dynamic_resource import DynamicResource
from berth.provider.arguments import await_outputs
from berth.provider.construct import ComponentProvider
from berth.provider.dynamic import DynamicResources
from berth.provider.exported import COMPONENTS, DYNAMIC, LEFT_OUT

LIMIT = 400 * 1024 * 1024
"""Bytes of one message, as Pulumi's own servers take them; gRPC's default is 4 MiB."""


class Servicer(ProviderServicer):
    """Pulumi's servicer for components, whose inputs are awaited, and with the calls for single resources."""

    def __init__(self, provider: ComponentProvider, resources: DynamicResources, engine_address: str) -> None:
        super().__init__(provider, [], engine_address)
        self._resources = resources

    @staticmethod
    async def _construct_inputs(inputs: Any, input_dependencies: Any) -> dict[str, Any]:
        return await await_outputs(await ProviderServicer._construct_inputs(inputs, input_dependencies))

    async def CheckConfig(self, request: Any, context: Any) -> Any:
        return proto.CheckResponse(inputs=request.news)

    async def DiffConfig(self, request: Any, context: Any) -> Any:
        return proto.DiffResponse(changes=proto.DiffResponse.DIFF_NONE)

    async def Check(self, request: Any, context: Any) -> Any:
        return self._resources.check(request)

    async def Diff(self, request: Any, context: Any) -> Any:
        return await _answer(self._resources.diff, request, context)

    async def Create(self, request: Any, context: Any) -> Any:
        return await _answer(self._resources.create, request, context)

    async def Update(self, request: Any, context: Any) -> Any:
        return await _answer(self._resources.update, request, context)

    async def Read(self, request: Any, context: Any) -> Any:
        return await _answer(self._resources.read, request, context)

    async def Delete(self, request: Any, context: Any) -> Any:
        await _answer(self._resources.delete, request, context)
        return empty_pb2.Empty()


async def _answer(call: Callable[[Any], Awaitable[Any]], request: Any, context: Any) -> Any:
    """The error of a resource is its message, without gRPC's words around it."""
    try:
        return await call(request)
    except Exception as error:
        await context.abort(grpc.StatusCode.UNKNOWN, str(error))


def main() -> None:
    """Serve until the engine ends the process. It gives its address as the first argument, and reads the port."""
    DynamicResource.served = True
    provider = ComponentProvider(COMPONENTS, version=__version__, left_out=LEFT_OUT)
    resources = DynamicResources({name: kind() for name, kind in DYNAMIC.items()})
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(provider, resources, next(item for item in sys.argv[1:] if not item.startswith("-"))))


async def _serve(provider: ComponentProvider, resources: DynamicResources, engine_address: str) -> None:
    limits = [("grpc.max_receive_message_length", LIMIT), ("grpc.max_send_message_length", LIMIT)]
    server = grpc.aio.server(options=limits)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(provider, resources, engine_address), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(port, flush=True)
    await server.wait_for_termination()
