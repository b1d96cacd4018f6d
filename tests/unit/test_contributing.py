"""CONTRIBUTING.md: every path, target and command in it is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from berth.commands import COMMANDS

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text()
OWN = {path.name for path in ROOT.iterdir()}
PLACEHOLDERS = ("NAME", "STACK")

QUOTED = sorted(set(re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", TEXT, flags=re.M | re.S))))
PATHS = [text for text in QUOTED if text.partition("/")[0] in OWN and " " not in text]
LINKS = sorted(set(re.findall(r"\]\(([^)#\s]+)", TEXT)))
LINES = [line[2:].partition("  #")[0].strip() for line in TEXT.splitlines() if line.startswith("$ ")]
COMMANDS_SAID = sorted({*LINES, *(text for text in QUOTED if text.startswith(("make ", "tools/run ", "berth ")))})
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
OUTSIDE = {"pip install pre-commit", "pre-commit install"}


def test_it_names_paths_links_and_commands() -> None:
    assert len(PATHS) > 60
    assert len(LINKS) > 8
    assert len(COMMANDS_SAID) > 10


@pytest.mark.parametrize("path", [*PATHS, *LINKS])
def test_a_path_is_there(path: str) -> None:
    if any(word in path for word in PLACEHOLDERS):
        assert (ROOT / path).parent.is_dir()
    else:
        assert (ROOT / path).exists()


@pytest.mark.parametrize("command", sorted({*COMMANDS_SAID} - OUTSIDE))
def test_a_command_is_there(command: str) -> None:
    words = command.split()
    if words[0] == "make":
        assert words[1].removesuffix("'s") in TARGETS
    elif words[0] == "berth":
        assert words[1] in COMMANDS
    elif words[0] == "tools/run":
        assert words[1] in ("COMMAND", "python") or (ROOT / words[1]).exists()
        for target in (word for word in words if word.startswith("tests/")):
            file, _, name = target.partition("::")
            assert (ROOT / file).exists()
            assert not name or f"\ndef {name}(" in (ROOT / file).read_text()
    else:
        assert (ROOT / words[0]).exists()


@pytest.mark.parametrize("file", [text for text in PATHS if text.endswith(".py") and "NAME" not in text])
def test_what_a_file_is_said_to_have_is_in_it(file: str) -> None:
    """``Name`` of ``file.py``."""
    for name in re.findall(rf"`(\w+)(?:\.\w+)?` (?:of|in) `{re.escape(file)}`", TEXT):
        assert re.search(rf"\b{name}\b", (ROOT / file).read_text()), name
