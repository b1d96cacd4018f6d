"""Pulumi's SDK in a process of many tests, without what no test looks at."""

from __future__ import annotations

import gc

import pytest
from pulumi.runtime import resource
from pulumi.runtime.proto import source_pb2

from berth.reporting import drop_debug_messages


@pytest.fixture(scope="session", autouse=True)
def quick_sdk() -> None:
    """Take from the SDK what makes up half of the time of a plan under mocks.

    Its tens of thousands of objects stay, and need not be looked through again and again. Nor does a test read where
    in the program a resource was made, for which the SDK turns the whole stack into text, a resource each time.
    """
    import pulumi_aws  # noqa: F401

    nowhere = source_pb2.StackTrace()
    resource._get_stack_trace = lambda: nowhere
    drop_debug_messages()
    gc.collect()
    gc.freeze()
