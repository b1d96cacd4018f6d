"""What git says has changed."""

from __future__ import annotations

import subprocess
from pathlib import Path

from berth.diagnostics import Diagnostic, ToolError


def changed_files(base: str, directory: Path) -> frozenset[Path] | None:
    """Absolute paths of the files that differ between ``base`` and the work tree, deleted and new ones too.

    A renamed file is two: https://git-scm.com/docs/git-diff. None where ``base`` is no commit that this clone has.

    Raises:
        ToolError: ``directory`` is in no git repository, or git is missing.
    """
    top = Path(_git(directory, "rev-parse", "--show-toplevel").strip())
    if _run(top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{base}^{{commit}}").returncode:
        return None
    changed = _git(top, "diff", "--name-only", "--no-renames", "-z", base, "--")
    new = _git(top, "ls-files", "--others", "--exclude-standard", "-z")
    return frozenset(top / name for name in f"{changed}{new}".split("\0") if name)


def _git(directory: Path, *arguments: str) -> str:
    result = _run(directory, *arguments)
    if result.returncode:
        raise ToolError(
            Diagnostic(
                message=f"git {arguments[0]}: {result.stderr.strip()}",
                advice="Run this in a git checkout of the project.",
            )
        )
    return result.stdout


def _run(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(["git", *arguments], cwd=directory, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise ToolError(Diagnostic(message="git is not on PATH", advice="Install it.")) from error
