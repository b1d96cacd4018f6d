"""The architecture flows one way: compose file -> typed model -> platform -> components -> outputs."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHARED = {"platforms.builds", "platforms.outputs", "platforms.surroundings", "platforms.values"}
ALLOWED = {
    "diagnostics.py": set(),
    "untyped.py": set(),
    "settings": {"diagnostics", "settings"},
    "reporting.py": {"compose", "diagnostics", "settings"},
    "compose": {"compose", "diagnostics", "untyped"},
    "components": {"components", "diagnostics", "untyped"},
    "provider": {"application", "berth", "components", "diagnostics", "provider", "untyped"},
    "application": {"application", "diagnostics", *SHARED, "platforms.program", "reporting", "settings", "untyped"},
    "bootstrap": {"bootstrap", "components", "diagnostics", "reporting"},
    "platforms/__init__.py": {"compose", "diagnostics", "platforms", "settings"},
    "platforms/application.py": {"compose", "diagnostics", "settings"},
    "platforms/builds.py": {"compose", "settings"},
    "platforms/values.py": {"compose", "diagnostics", "settings"},
    "platforms/given.py": {"compose", "diagnostics", "platforms.surroundings", "settings"},
    "platforms/outputs.py": set(),
    "platforms/surroundings.py": set(),
    "platforms/program.py": {"compose", "diagnostics", "platforms", "reporting", "settings"},
    "platforms/compose": {*SHARED, "components", "compose", "diagnostics", "platforms.compose", "settings", "untyped"},
    "platforms/ecs": {
        *SHARED,
        "components",
        "compose",
        "diagnostics",
        "platforms.ecs",
        "policy",
        "settings",
        "untyped",
    },
}
"""Part -> the parts of the package `berth` that it may import. A platform never imports another."""

WITHOUT_PULUMI = (
    "compose",
    "diagnostics.py",
    "untyped.py",
    "platforms/application.py",
    "platforms/builds.py",
    "platforms/given.py",
    "platforms/ecs/ingress.py",
    "platforms/compose/rules.py",
    "platforms/ecs/managed/plans.py",
    "platforms/ecs/managed/rules.py",
    "platforms/ecs/plan.py",
    "platforms/ecs/rules.py",
    "platforms/ecs/sizes.py",
)


def files(part: str) -> list[Path]:
    path = ROOT / part
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


def imports(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are absolute"
            found.add(str(node.module))
    return found


def within(module: str, parts: set[str]) -> bool:
    return any(module == part or module.startswith(f"{part}.") for part in parts)


@pytest.mark.parametrize("part", sorted(ALLOWED))
def test_a_part_imports_only_what_comes_before_it(part: str) -> None:
    assert files(part)
    for file in files(part):
        own = {module.removeprefix("berth.") for module in imports(file) if within(module, {"berth", "bootstrap"})}
        wrong = {module for module in own if not within(module, ALLOWED[part])}
        assert not wrong, f"{file.relative_to(ROOT)} imports {wrong}"


@pytest.mark.parametrize("part", WITHOUT_PULUMI)
def test_the_model_and_the_plan_know_nothing_of_pulumi(part: str) -> None:
    for file in files(part):
        assert not {module for module in imports(file) if module.partition(".")[0].startswith("pulumi")}, file


def test_every_folder_of_the_program_has_a_rule() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "berth"}
    assert packages == {part.partition("/")[0] for part in ALLOWED if not part.endswith(".py") or "/" in part}


def test_files_can_be_read_in_one_sitting() -> None:
    program = [path for part in ("berth", *ALLOWED) for path in files(part)]
    long = {
        str(path.relative_to(ROOT)): lines for path in program if (lines := len(path.read_text().splitlines())) > 320
    }
    assert not long
