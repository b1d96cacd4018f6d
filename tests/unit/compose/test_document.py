"""The published page of what each platform does with each attribute."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from berth.compose.support import table
from berth.compose.support.document import document, summary, with_summary
from berth.compose.support.table import SECTIONS

PUBLISHED = Path(__file__).parents[3] / "docs" / "compose-support.md"


def test_the_published_page_is_that_of_the_tables() -> None:
    assert PUBLISHED.read_text() == document(), "run tools/support-table"


def test_every_row_is_on_it_with_a_sign_for_each_platform() -> None:
    lines = document().splitlines()
    assert sum(line.startswith("| `") for line in lines) == sum(len(rules) for rules in table.SECTIONS.values())
    assert "| `hostname` | ✓ | ✓ | ~ | Fargate sets the host name;" in document()
    assert "| `isolation` | ✓ | ◐ | ◐ | `default`: honoured; others are refused. ECS gives no access" in document()


@pytest.mark.parametrize("section", sorted(table.SECTIONS))
def test_what_depends_on_a_value_says_how(section: str) -> None:
    for key, support in table.SECTIONS[section].items():
        rules = [support.rule(platform) for platform in ("compose", "ecs-ec2", "ecs-fargate")]
        assert not any(rule.by_value for rule in rules) or support.note.endswith("."), key


def test_readmes_summary_is_that_of_the_tables() -> None:
    readme = (PUBLISHED.parents[1] / "README.md").read_text()
    assert with_summary(readme) == readme, "run tools/support-table"
    assert readme.count("`stop_grace_period`") > 1


def test_a_summary_names_every_attribute_of_a_service_once() -> None:
    named = re.findall(r"`(\w+)`", summary())
    assert sorted(named) == sorted(SECTIONS["services.*"])


def test_a_page_without_the_marks_is_no_place_for_it() -> None:
    with pytest.raises(ValueError, match="support-table"):
        with_summary("# Page")
