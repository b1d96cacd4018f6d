"""Where things lie, and the versions that requirements.txt pins. Nothing but the standard library."""

from __future__ import annotations

import os
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
BOOTSTRAPPED = VENV / ".bootstrapped"
"""There once the virtual environment can run setup."""

INSTALLING = VENV / ".installing"
"""There while packages are installed: pip takes a package for installed of which only some files are there."""

OWN = ROOT / ".berth"
"""What setup writes in the checkout: its log, and ``environment``, which tools/environment reads."""

OLDEST_PYTHON = (3, 11)


def cache() -> Path:
    """``$XDG_CACHE_HOME/berth``: what every checkout of this user shares."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "berth"


def pinned(package: str, requirements: Path = ROOT / "requirements.txt") -> str:
    """The version of a package in requirements.txt."""
    match = re.search(rf"^{re.escape(package)}==(\S+)$", requirements.read_text(), re.MULTILINE)
    assert match, f"{requirements} does not pin {package}"
    return match[1]


def packages_installed(root: Path = ROOT) -> bool:
    """Whether the virtual environment has all of requirements.txt: what was installed in full is kept as a mark."""
    mark = root / ".venv" / ".installed"
    return mark.exists() and mark.read_bytes() == (root / "requirements.txt").read_bytes()
