"""Where actionlint comes from; its Go compiler is a script of the test's own."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from berth.setup import __main__ as setup
from berth.setup import actionlint, packages
from tests.unit.berth.setup.conftest import Machine, Said

GO = """
case $1 in
version) echo go version go1.30.0 linux/amd64 ;;
install)
    echo "$2 $CGO_ENABLED $GOTOOLCHAIN" > "$0.asked"
    mkdir -p "$GOBIN/go"
    echo "#!/bin/sh" > "$GOBIN/actionlint" ;;
esac
"""


def test_one_on_path_is_used(machine: Machine, steps: Said) -> None:
    machine.program(machine.bin / "actionlint", "")
    assert actionlint.find(steps) == machine.bin / "actionlint"


def test_else_it_is_built_once_from_its_go_module(machine: Machine, steps: Said) -> None:
    machine.program(machine.bin / "go", GO)
    program = machine.cache / "actionlint-v1.7.12" / "actionlint"
    assert actionlint.find(steps) == program
    assert program.is_file()
    asked = (machine.bin / "go.asked").read_text()
    assert asked == "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12 0 local\n"
    assert [path.name for path in machine.cache.iterdir()] == ["actionlint-v1.7.12"], "what Go kept is gone"
    (machine.bin / "go").unlink()
    assert actionlint.find(steps) == program


@pytest.mark.parametrize(("arguments", "done"), [(["--packages"], "packages"), ([], "all")])
def test_setup_can_be_for_the_packages_alone(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, arguments: list[str], done: str
) -> None:
    ran: list[str] = []

    def note(name: str) -> Callable[..., None]:
        return lambda *_: ran.append(name)

    monkeypatch.setattr(packages, "install", note("packages"))
    monkeypatch.setattr(setup, "run", note("all"))
    monkeypatch.setattr(setup, "OWN", machine.folder / "own")
    monkeypatch.setattr(sys, "argv", ["tools/setup", *arguments])
    assert setup.main() == 0
    assert ran == [done]
