"""The gRPC server, with gRPC's own health service beside it."""

import asyncio
import signal
import socket

import greeter_pb2 as messages
import greeter_pb2_grpc as services
import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

PORT = 50051
GRACE = 10
"""Seconds for calls that are under way when the container is stopped."""


class Greeter(services.GreeterServicer):
    async def Greet(self, request: messages.Name, context: grpc.aio.ServicerContext) -> messages.Greeting:
        if not request.name:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "a name is missing")
        return messages.Greeting(text=f"Hello, {request.name}", host=socket.gethostname())


async def serve() -> None:
    server = grpc.aio.server()
    services.add_GreeterServicer_to_server(Greeter(), server)
    state = health.aio.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(state, server)
    server.add_insecure_port(f"[::]:{PORT}")
    await server.start()
    await state.set("", health_pb2.HealthCheckResponse.SERVING)

    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    await stopped.wait()
    await server.stop(GRACE)


if __name__ == "__main__":
    asyncio.run(serve())
