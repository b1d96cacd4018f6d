"""Which CLI fits."""

from __future__ import annotations

import pytest

from berth.setup.cli import Found, fits, on_path, path_line, version_after
from tests.unit.berth.setup.conftest import Machine


@pytest.mark.parametrize(
    ("version", "fitting"),
    [
        ("3.250.0", True),
        ("v3.250.0", True),
        ("3.250.1", True),
        ("3.1000.0", True),
        ("3.250.0-alpha.1", True),
        ("3.249.9", False),
        ("4.0.0", False),
        ("2.25.2", False),
        ("", False),
        (None, False),
        ("unknown", False),
    ],
)
def test_the_same_major_version_and_not_older_than_the_sdk(version: str | None, fitting: bool) -> None:
    assert fits(version, "3.250.0") is fitting


def test_no_cli(machine: Machine) -> None:
    assert on_path("3.250.0") == (None, "no pulumi on PATH")


def test_a_newer_cli(machine: Machine) -> None:
    machine.pulumi(machine.bin, "3.260.0")
    assert on_path("3.250.0") == (Found("3.260.0", f"{machine.bin}/pulumi"), "")


def test_an_older_cli_is_named_with_both_versions(machine: Machine) -> None:
    machine.pulumi(machine.bin, "3.100.0")
    assert on_path("3.250.0") == (None, f"{machine.bin}/pulumi is 3.100.0, and 3.250.0 or later is needed")


def test_a_cli_that_does_not_start(machine: Machine) -> None:
    machine.program(machine.bin / "pulumi", "exit 1")
    assert "is broken" in on_path("3.250.0")[1]


def test_a_cli_without_its_python_host(machine: Machine) -> None:
    machine.pulumi(machine.bin, host=False)
    assert on_path("3.250.0") == (None, f"{machine.bin}/pulumi has no pulumi-language-python beside it")


def test_the_host_may_lie_beside_what_a_link_points_to(machine: Machine) -> None:
    machine.pulumi(machine.folder / "opt")
    (machine.bin / "pulumi").symlink_to(machine.folder / "opt" / "pulumi")
    assert on_path("3.250.0")[0] is not None


def test_lines_of_shell_put_a_cli_on_path(machine: Machine) -> None:
    machine.pulumi(machine.folder / "with space", "3.251.0")
    assert version_after((path_line(machine.folder / "with space"),)) == "3.251.0"
    assert version_after(()) is None
    assert version_after(("exit 3",)) is None
