"""What `pip install` has, seen by a program that knows nothing of the checkout."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import berth
from berth.rehearsal.workspace import ROOT
from tests.e2e.workspace import copy_checkout

PROGRAM = """
import importlib.util
from importlib.metadata import version
from importlib.resources import files

import berth
import berth.platforms.ecs.platform
from berth import ComposeApplication
from berth.components.network import Network
from berth.compose.loader import load_application
from berth.provider.exported import COMPONENTS
from berth.settings import Settings

print(berth.__file__)
print(version("berth"), berth.__version__)
print(files("berth").joinpath("py.typed").is_file())
print([name for name in {names!r} if importlib.util.find_spec(name)])
"""

NAMES = (
    "application",
    "components",
    "compose",
    "platforms",
    "provider",
    "settings",
    "diagnostics",
    "reporting",
    "untyped",
    "tests",
)


FILES = ("diagnostics", "policy/guard/secret_words", "reporting", "untyped")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, as a build leaves files behind."""
    directory = tmp_path_factory.mktemp("wheel")
    copy_checkout(directory / "checkout")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", directory, directory / "checkout"], check=True
    )
    return next(directory.glob("berth-*.whl"))


def test_a_program_elsewhere_imports_it_and_nothing_else_is_importable(wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "installed"
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", target, wheel], check=True)
    (tmp_path / "program.py").write_text(PROGRAM.replace("{names!r}", repr(NAMES)))
    printed = subprocess.run(
        [sys.executable, "program.py"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(target)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert printed == [str(target / "berth" / "__init__.py"), f"{berth.__version__} {berth.__version__}", "True", "[]"]


def test_the_wheel_has_every_module_of_its_parts_and_nothing_of_the_command_line(wheel: Path) -> None:
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    parts = [
        path
        for name in ("application", "components", "compose", "platforms", "provider", "settings")
        for path in _tree(name)
    ]
    modules = [*parts, *(Path(f"{name}.py") for name in FILES)]
    assert packed == {f"berth/{path}" for path in modules} | {"berth/__init__.py", "berth/py.typed"}


def _tree(name: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", name],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [Path(line) for line in listed.splitlines() if (ROOT / line).is_file()]
