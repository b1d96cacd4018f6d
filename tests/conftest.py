"""The order of the tests: what takes minutes starts first, so that the short ones fill the workers up at the end."""

from __future__ import annotations

import pytest

LONGEST_FIRST = (
    "engine/test_interruptions",
    "engine/test_faults",
    "engine/test_failures",
    "e2e/",
    "engine/test_ecs_",
    "engine/",
    "conformance/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_place)  # each file's own order stays


def _place(item: pytest.Item) -> int:
    return next((place for place, name in enumerate(LONGEST_FIRST) if name in item.nodeid), len(LONGEST_FIRST))
