from __future__ import annotations

import asyncio

import pytest

from tests.unit.quick import quick_sdk as quick_sdk


@pytest.fixture(autouse=True)
def event_loop() -> None:
    """Pulumi's mocks want one in this thread; a test that ran ``asyncio.run`` has left none."""
    try:
        asyncio.get_event_loop_policy().get_event_loop()
    except RuntimeError:
        asyncio.set_event_loop(asyncio.new_event_loop())
