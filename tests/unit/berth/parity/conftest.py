from __future__ import annotations

from pathlib import Path

import pytest

from berth.parity import stacks
from tests.unit.berth.parity.checkout import Checkout


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


@pytest.fixture(autouse=True)
def this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same processor as the stacks', whatever the tests run on."""
    monkeypatch.setattr(stacks.platform, "machine", lambda: "x86_64")
    monkeypatch.delenv("DOCKER_DEFAULT_PLATFORM", raising=False)
