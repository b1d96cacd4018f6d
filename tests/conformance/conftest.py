from __future__ import annotations

import asyncio
import gc

import pytest


@pytest.fixture(scope="session", autouse=True)
def long_lived() -> None:
    """The SDK's tens of thousands of objects stay; to look through them again and again takes a third of the time."""
    import pulumi_aws  # noqa: F401

    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def event_loop() -> None:
    """Pulumi's mocks want one in this thread; a test that ran ``asyncio.run`` has left none."""
    try:
        asyncio.get_event_loop_policy().get_event_loop()
    except RuntimeError:
        asyncio.set_event_loop(asyncio.new_event_loop())
