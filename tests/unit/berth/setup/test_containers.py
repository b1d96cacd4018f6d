"""Base images: made where none can be pulled, and again once the script makes others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from berth.setup import containers
from tests.unit.berth.setup.conftest import Machine, Said

SCRIPT = """[ "$1" != --are-public ] || exit 1
echo made >> "$0.runs"
echo ONE_IMAGE=one:1
echo TWO_IMAGE=two:1"""


@pytest.fixture
def script(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Path:
    """In the place of tools/base-images; Docker has every image."""
    path = machine.folder / "base-images"
    machine.program(path, SCRIPT)
    for name in ("docker", *containers.TO_MAKE_IMAGES):
        machine.program(machine.bin / name, "exit 0")
    monkeypatch.setattr(containers, "IMAGES", path)
    monkeypatch.setattr(containers, "OWN", machine.folder)
    return path


def runs(script: Path) -> int:
    file = Path(f"{script}.runs")
    return len(file.read_text().splitlines()) if file.exists() else 0


def test_images_are_made_once(script: Path, steps: Said) -> None:
    for _ in range(2):
        containers.base_images(steps)
    assert (script.parent / "base-images.env").read_text() == "ONE_IMAGE=one:1\nTWO_IMAGE=two:1\n"
    assert runs(script) == 1


def test_a_changed_script_is_asked_again(script: Path, steps: Said) -> None:
    names = script.parent / "base-images.env"
    names.write_text("ONE_IMAGE=one:1\n")
    os.utime(names, (0, 0))
    containers.base_images(steps)
    assert "TWO_IMAGE=two:1" in names.read_text()
    assert runs(script) == 1
