"""Which browser tests use, and what setup does where there is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from berth.setup import browser, debian
from tests.unit.berth.setup.conftest import Machine, Said


@pytest.fixture
def bare(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine without a browser, with the driver in place."""
    monkeypatch.setenv("PATH", str(machine.bin))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(browser, "MAC", machine.folder / "none")
    monkeypatch.setattr(browser, "DRIVEN", browser.REQUIREMENTS)
    return machine


def apt(monkeypatch: pytest.MonkeyPatch, problem: str = "", program: Callable[[], None] = lambda: None) -> list[str]:
    """apt-get that does as ``program`` does; the packages that it was asked for."""
    asked: list[str] = []

    def install(packages: Sequence[str], say: Callable[[str], object]) -> str:
        asked.extend(packages)
        if not problem:
            program()
        return problem

    monkeypatch.setattr(debian, "install", install)
    return asked


def test_the_smallest_browser_is_the_first(bare: Machine) -> None:
    assert browser.find() is None
    for name in ("google-chrome", "chromium", "chromium-headless-shell"):
        bare.program(bare.bin / name, "")
        assert browser.find() == str(bare.bin / name)


def test_the_one_that_is_named_is_taken_and_no_other(bare: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    bare.program(bare.bin / "chromium", "")
    bare.program(bare.folder / "own", "")
    monkeypatch.setenv("CHROMIUM", str(bare.folder / "own"))
    assert browser.find() == str(bare.folder / "own")
    monkeypatch.setenv("CHROMIUM", str(bare.folder / "none"))
    assert browser.find() is None


def test_one_that_is_there_is_used(bare: Machine, steps: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = apt(monkeypatch)
    bare.program(bare.bin / "chromium", "")
    browser.install(steps)
    assert asked == []
    assert [line.split() for line in steps.lines][-1] == ["ok", "browser", str(bare.bin / "chromium")]


def test_debians_is_installed(bare: Machine, steps: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = apt(monkeypatch, program=lambda: bare.program(bare.bin / "chromium-headless-shell", ""))
    browser.install(steps)
    assert asked == ["chromium-headless-shell"]
    assert steps.lines[-1].endswith(f" {bare.bin}/chromium-headless-shell")


def test_without_one_setup_goes_on_and_says_what_to_do(
    bare: Machine, steps: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    apt(monkeypatch, problem="Installing it takes root.")
    browser.install(steps)
    assert "none: Installing it takes root. Tests of the report's page will fail. Install Chromium" in steps.lines[-1]


def test_a_named_one_that_is_not_there_is_said_and_nothing_installed(
    bare: Machine, steps: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = apt(monkeypatch)
    monkeypatch.setenv("CHROMIUM", "/none/chrome")
    browser.install(steps)
    assert asked == [] and "CHROMIUM=/none/chrome is no program" in steps.lines[-1]


def test_its_driver_is_installed_once(
    bare: Machine, steps: Said, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    venv = tmp_path / ".venv"
    bare.program(venv / "bin" / "python", f'echo "$@" >> {tmp_path}/pip')
    bare.program(bare.bin / "chromium", "")
    for module in (browser, browser.packages):
        monkeypatch.setattr(module, "VENV", venv)
    monkeypatch.setattr(browser, "DRIVEN", venv / ".installed-for-tests")
    monkeypatch.setattr(browser.packages, "INSTALLING", venv / ".installing")
    browser.install(steps)
    browser.install(steps)
    (asked,) = (tmp_path / "pip").read_text().splitlines()
    assert asked.startswith("-m pip install ") and asked.endswith(f"--requirement {browser.REQUIREMENTS}")
    assert not (venv / ".installing").exists()
