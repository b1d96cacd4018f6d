"""Where tests of YAML and TypeScript programs get their hosts; the build leaves scripts behind."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from berth.setup import debian, goproxy, hosts
from berth.setup.cli import HOST, Found, path_line, version_after
from tests.unit.berth.setup.conftest import Machine, Said

RECIPE = """\
import pathlib, sys
folder = pathlib.Path(sys.argv[2])
(folder / "bin").mkdir(parents=True, exist_ok=True)
for part in sys.argv[5:]:
    program = folder / "bin" / f"pulumi-language-{part.removesuffix('-host')}"
    if program.exists():
        continue
    for name in ("go/modules", "work/hosts"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    program.write_text("#!/bin/sh")
    program.chmod(0o755)
with pathlib.Path(__file__).with_name("builds").open("a") as builds:
    print(*sys.argv[1:], file=builds)
"""


@pytest.fixture
def recipe(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A recipe that writes down how it was called, on a machine with Go, Node.js and a CLI outside of PATH."""
    folder = machine.folder / "recipe"
    (folder / "hosts").mkdir(parents=True)
    (folder / "build.py").write_text(RECIPE)
    (folder / "hosts" / "main.go").write_text("package main\n")
    shutil.copyfile(goproxy.RECIPE / "versions.toml", folder / "versions.toml")
    monkeypatch.setattr(goproxy, "RECIPE", folder)
    machine.program(machine.bin / "go", "echo go version go1.30.0 linux/amd64")
    for name in ("node", "npm"):
        machine.program(machine.bin / name, "")
    machine.pulumi(machine.beside / "bin")
    return folder


def found(machine: Machine) -> Found:
    return Found("3.250.0", "beside", (path_line(machine.beside / "bin"),))


def builds(recipe: Path) -> list[str]:
    calls = recipe / "builds"
    return calls.read_text().splitlines() if calls.exists() else []


def which(lines: tuple[str, ...], command: str) -> str:
    script = "\n".join([*lines, f"command -v {command}"])
    return subprocess.run(["bash", "-euc", script], capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize("where", ["beside", "bin"])
def test_hosts_that_are_there_are_used(machine: Machine, steps: Said, recipe: Path, where: str) -> None:
    folder = machine.beside / "bin" if where == "beside" else machine.bin
    for name in hosts.HOSTS:
        machine.program(folder / name, "")
    assert hosts.install(steps, found(machine)) == ()
    assert builds(recipe) == []


def test_hosts_beside_what_a_link_points_to(machine: Machine, steps: Said, recipe: Path) -> None:
    machine.pulumi(machine.folder / "opt")
    for name in hosts.HOSTS:
        machine.program(machine.folder / "opt" / name, "")
    (machine.bin / "pulumi").symlink_to(machine.folder / "opt" / "pulumi")
    assert hosts.install(steps, Found("3.250.0", str(machine.bin / "pulumi"))) == ()
    assert builds(recipe) == []


def test_where_one_is_missing_all_are_built_beside_the_same_cli(machine: Machine, steps: Said, recipe: Path) -> None:
    machine.program(machine.beside / "bin" / hosts.HOSTS[0], "")
    lines = (*found(machine).lines, *hosts.install(steps, found(machine)))
    (call,) = builds(recipe)
    assert call.split()[-3:] == ["python-host", "yaml-host", "nodejs-host"]
    folder = Path(which(lines, "pulumi")).parent
    assert folder.is_relative_to(machine.cache)
    # A CLI warns of hosts that lie elsewhere; a second name of the file is no elsewhere, a symbolic link is.
    assert not (folder / "pulumi").is_symlink()
    assert version_after(lines) == "3.250.0"
    for name in (*hosts.HOSTS, HOST):
        assert which(lines, name) == str(folder / name)
    assert [path.name for path in folder.parent.iterdir()] == ["bin"]  # nothing that Go kept


def test_once(machine: Machine, steps: Said, recipe: Path) -> None:
    first = hosts.install(steps, found(machine))
    steps.output.truncate(0)
    assert hosts.install(steps, found(machine)) == first
    assert len(builds(recipe)) == 1
    assert ".." not in steps.output.getvalue()


def test_what_was_interrupted_goes_on(machine: Machine, steps: Said, recipe: Path) -> None:
    (line,) = hosts.install(steps, found(machine))
    Path(which((line,), "pulumi")).unlink()  # the last step
    assert hosts.install(steps, found(machine)) == (line,)
    assert len(builds(recipe)) == 2


def test_a_changed_recipe_is_built_anew(machine: Machine, steps: Said, recipe: Path) -> None:
    first = hosts.install(steps, found(machine))
    (recipe / "hosts" / "main.go").write_text("package main // changed\n")
    assert hosts.install(steps, found(machine)) != first
    assert len(builds(recipe)) == 2


def test_debians_node_comes_where_there_is_none(
    machine: Machine, steps: Said, recipe: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def install(packages: Sequence[str], say: object) -> str:
        asked.extend(packages)
        return "Installing it takes root."

    monkeypatch.setattr(debian, "install", install)
    monkeypatch.setattr(hosts, "NODE", {"node-of-nobody": "nodejs", "npm": "npm"})
    hosts.install(steps, found(machine))
    assert asked == ["nodejs", "npm"]
    assert any(
        "none: Installing it takes root. Tests of programs in TypeScript will fail" in line for line in steps.lines
    )
    assert len(builds(recipe)) == 1  # tests in YAML do without it
