"""The order of the tests: what takes minutes starts first, so that the short ones fill the workers up at the end."""

from __future__ import annotations

import gc

import pytest

gc.set_threshold(100_000, 20, 100)  # mocks make much that lives until the test ends: looking for garbage took a fifth

FIRST = (
    "e2e/test_rehearse_prod",
    "engine/test_shared",
    "engine/test_ecs_fargate",
    "e2e/test_shop",
    "engine/test_interruptions",
    "e2e/test_rehearse_dev",
    "engine/test_ecs_ec2",
    "engine/test_faults",
)
"""One a worker: tools/test has as many."""

BESIDE = (
    *("test_logs.py", "test_role.py", "test_secret.py", "test_route.py"),
    *("test_layers.py", "test_reporting.py", "test_cluster.py"),
)
"""xdist hands a worker its second file while it runs the first: one that takes a second or two."""

THEN = (
    "engine/test_examples",
    "engine/test_shared",
    "engine/test_faults",
    "e2e/",
    "engine/test_failures",
    "engine/",
    "conformance/",
)
ORDER = (*FIRST, *BESIDE, *THEN)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_place)  # each file's own order stays


def _place(item: pytest.Item) -> int:
    return next((place for place, name in enumerate(ORDER) if name in item.nodeid), len(ORDER))
