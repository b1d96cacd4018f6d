"""Messages that docs/troubleshooting.md explains are messages that the program has."""

from __future__ import annotations

import re

import pytest

from tests.unit.docs.pages import ROOT

PAGE = (ROOT / "docs" / "troubleshooting.md").read_text()
SECTION = PAGE.partition("## Before anything is created\n")[2].partition("\n## ")[0]
QUOTED = re.findall(r"`([^`]+)`", " ".join(re.findall(r"^\| (`.*?`) \|", SECTION, re.MULTILINE)))
SOURCES = "\n".join(
    path.read_text() for part in ("berth", "components", "compose", "platforms") for path in (ROOT / part).rglob("*.py")
)


@pytest.mark.parametrize("message", QUOTED)
def test_a_message_is_the_programs(message: str) -> None:
    fixed = [part.strip() for part in re.split(r"…|\d+|a t3\.micro", message)]
    assert all(part in SOURCES for part in fixed), fixed


def test_there_are_messages_to_look_for() -> None:
    assert len(QUOTED) > 8
