"""Answers by HTTP with what the gRPC server says. The page `/` has a form."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import greeter_pb2 as messages
import greeter_pb2_grpc as services
import grpc
from fastapi import FastAPI, HTTPException, Request

TIMEOUT = 5
"""Seconds that the server may take."""


@asynccontextmanager
async def connected(app: FastAPI) -> AsyncIterator[None]:
    """One channel for all requests; it connects again by itself."""
    async with grpc.aio.insecure_channel(os.environ["GREETER"]) as channel:
        app.state.greeter = services.GreeterStub(channel)
        yield


app = FastAPI(title="Greeter", docs_url="/", lifespan=connected)


@app.get("/greet/{name}")
async def greet(name: str, request: Request) -> dict[str, str]:
    try:
        said = await request.app.state.greeter.Greet(messages.Name(name=name), timeout=TIMEOUT, wait_for_ready=True)
    except grpc.aio.AioRpcError as error:
        raise HTTPException(502, f"{error.code().name}: {error.details()}") from error
    return {"text": said.text, "host": said.host}


@app.get("/healthz", include_in_schema=False)
async def healthz() -> dict[str, str]:
    return {"status": "ok"}
