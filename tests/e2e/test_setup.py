"""``tools/setup`` on a machine that lacks something: one clear message each. Root is needed, as for Docker itself."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.workspace import copy_checkout

pytestmark = pytest.mark.e2e


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return copy_checkout(tmp_path / "checkout")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 100 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=100m", "small", folder], check=True)
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def setup(checkout: Path, *before: str | Path, **variables: str) -> tuple[int, list[str]]:
    """Exit code and lines of ``tools/setup``, run by the command ``before`` it."""
    environment = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PIP_FIND_LINKS")}
    result = subprocess.run(
        [*before, checkout / "tools" / "setup"],
        cwd=checkout,
        env={**environment, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=900,
        check=False,
    )
    assert "Traceback" not in result.stdout
    return result.returncode, result.stdout.splitlines()


def program(path: Path, lines: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{lines}\n")
    path.chmod(0o755)
    return str(path)


def test_without_a_network(checkout: Path) -> None:
    code, lines = setup(checkout, "unshare", "--net", PIP_NO_CACHE_DIR="1")
    assert code == 1
    assert lines == [
        f"setup: making {checkout}/.venv",
        "setup: pip could not install rich: the network does not reach it",
        "    Check the connection, HTTPS_PROXY and PIP_INDEX_URL, and run this again; it goes on where it stopped.",
    ]


def test_on_a_full_disk(small_disk: Path) -> None:
    checkout = copy_checkout(small_disk / "checkout")
    code, lines = setup(checkout)
    assert code == 1
    assert lines[-2].startswith("setup: the disk is full: installing the Python packages takes 700 MB in ")
    assert lines[-1] == "    Free some space and run this again; it goes on where it stopped."


def test_with_a_python_that_is_too_old(checkout: Path, tmp_path: Path) -> None:
    old = program(tmp_path / "python", 'case $1 in --version) echo "Python 3.9.2" ;; *) exit 1 ;; esac')
    said = f"setup: Python 3.11 or later is needed, and {old} is Python 3.9.2. Set PYTHON to another one."
    assert setup(checkout, PYTHON=old) == (1, [said])


def test_without_a_python(checkout: Path) -> None:
    said = "setup: Python is missing (python9). Install Python 3.11 or later, or set PYTHON to it."
    assert setup(checkout, PYTHON="python9") == (1, [said])


@pytest.mark.parametrize(
    ("marks", "made"), [((), True), ((".bootstrapped",), False), ((".bootstrapped", ".installing"), True)]
)
def test_an_interrupted_environment_is_made_anew(
    checkout: Path, tmp_path: Path, marks: tuple[str, ...], made: bool
) -> None:
    python = program(tmp_path / "python", "case $* in *bootstrap*) echo made ;; esac")
    program(checkout / ".venv" / "bin" / "python", "case $* in *berth.setup*) echo steps ;; esac")
    for mark in marks:
        (checkout / ".venv" / mark).touch()
    assert setup(checkout, PYTHON=python) == (0, ["made", "steps"] if made else ["steps"])


def test_within_its_own_environment_it_looks_for_pulumi_outside(checkout: Path) -> None:
    program(checkout / ".venv" / "bin" / "python", 'case $* in *berth.setup*) echo "$PATH" ;; esac')
    (checkout / ".venv" / ".bootstrapped").touch()
    outside = f"/nowhere:{os.environ['PATH']}"
    assert setup(checkout, checkout / "tools" / "run", PATH=outside, BERTH_OUTER_PATH="") == (0, [outside])


def test_where_no_docker_answers(checkout: Path, tmp_path: Path) -> None:
    (checkout / ".venv").symlink_to(Path(__file__).parents[2] / ".venv")
    code, lines = setup(checkout, DOCKER_HOST=f"unix://{tmp_path}/docker.sock")
    assert code == 1
    assert lines[0].startswith(f"setup: no Docker answers at DOCKER_HOST=unix://{tmp_path}/docker.sock: ")
    assert lines[1] == "    Start it there, or unset DOCKER_HOST to use this machine's."
