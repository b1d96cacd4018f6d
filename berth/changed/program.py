"""Which files of the checkout make the program: what ``__main__.py`` imports, and what the engine reads beside it."""

from __future__ import annotations

import ast
from pathlib import Path

BESIDE = ("Pulumi.yaml", "requirements.txt", "policy", "policy-config.json", "tools/policy")
"""Not imported, and still part of every preview: the project, the packages, and the policies that look at it."""


def program_parts(root: Path) -> frozenset[Path]:
    """Files, and folders of which every file counts: a module may read what lies beside it."""
    return frozenset({root / "__main__.py", *_imported(root), *(root / name for name in BESIDE)})


def _imported(root: Path) -> set[Path]:
    """The packages and modules of ``root`` that ``__main__.py`` imports, directly or through another."""
    found: set[Path] = set()
    waiting = [root / "__main__.py"]
    while waiting:
        part = waiting.pop()
        names = {name for file in _sources(part) for name in _modules(file)}
        parts = {path for name in names for path in (root / name, root / f"{name}.py") if path.exists()}
        waiting += parts - found
        found |= parts
    return found


def _sources(part: Path) -> list[Path]:
    return sorted(part.rglob("*.py")) if part.is_dir() else [part]


def _modules(file: Path) -> set[str]:
    """What a file imports, also inside of functions: of the package ``berth``, which lies in several folders, the part
    after its name."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    parts = [name.split(".") for name in names]
    own = {part for first, *rest in parts if first == "berth" for part in ("berth/__init__", *rest[:1])}
    return own | {first for first, *_ in parts if first != "berth"}
