"""The pages and pictures that are written by tools, and the navigation, are up to date."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from berth.commands import COMMANDS
from berth.settings import setting_names
from berth.site import commands_page, settings_page
from berth.site.drawing import svg
from berth.site.hooks import on_config, outside_hosts
from berth.site.pictures import PICTURES
from tests.unit.docs.pages import PAGES, ROOT

DOCS = ROOT / "docs"


def test_the_settings_are_those_of_pulumi_yaml() -> None:
    assert (DOCS / "settings.md").read_text() == settings_page.document(), "run tools/settings-reference"


def test_every_setting_has_a_row_with_a_type_and_a_sentence() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (.*) \|$", settings_page.document(), re.MULTILINE)
    assert sorted(name for name, _, _ in rows) == sorted(setting_names())
    assert {kind for _, kind, _ in rows} == {"string", "integer", "boolean", "array", "object"}
    assert ("zones", "integer", "`2` | Availability zones to use.") in rows


def test_the_commands_are_those_of_the_parsers_and_the_makefile() -> None:
    assert (DOCS / "commands.md").read_text() == commands_page.document(), "run tools/command-reference"


def test_every_command_and_target_is_on_the_page() -> None:
    page = commands_page.document()
    assert re.findall(r"^## ([a-z-]+)$", page, re.MULTILINE) == list(COMMANDS)
    assert "| `make up` | [`up`](#up) | Deploy STACK and print its URL |" in page
    assert "python -m berth logs STACK [SERVICE...] [-t] [--since SECONDS] [--once]" in page
    assert "python -m berth check [-s STACK]... [--json] [--sarif] [FILE...]" in page
    assert "| `-t, --timestamps` | print when each line was written, in UTC |" in page


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_the_one_that_is_drawn(name: str) -> None:
    assert (DOCS / "pictures" / f"{name}.svg").read_text() == svg(PICTURES[name]), "run tools/pictures"


@pytest.mark.parametrize("name", PICTURES)
def test_nothing_in_a_picture_lies_outside_of_it(name: str) -> None:
    picture = PICTURES[name]
    for box in picture.boxes:
        assert box.x >= 0 and box.x + box.width <= picture.width, box.text
        assert box.y >= 0 and box.y + box.height <= picture.height, box.text
        assert box.frame or max(len(line) for line in box.text) * 0.8 <= box.width, box.text


class _Config:
    def __init__(self, nav: list[Any]) -> None:
        self.nav = nav


class _Loader(yaml.SafeLoader):
    """Of mkdocs.yml, whose one Python object is the function that names headings."""


_Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda loader, suffix, node: suffix)


def test_every_page_is_in_the_navigation_once() -> None:
    config = on_config(_Config(yaml.load((ROOT / "mkdocs.yml").read_text(), _Loader)["nav"]))
    listed = re.findall(r"'([\w./-]+\.md)'", str(config.nav))
    assert sorted(listed) == sorted(str(page.relative_to(DOCS)) for page in PAGES if DOCS in page.parents)


def test_every_component_is_in_the_table_with_the_first_sentence_of_its_file() -> None:
    page = (DOCS / "components.md").read_text()
    rows = {file: text for file, text in re.findall(r"\(\.\./components/(\w+\.py)\) \| (.*) \|$", page, re.MULTILINE)}
    said = {
        file.name: re.split(r'\n\n|"""', text)[1].replace("\n", " ").replace("``", "`")
        for file in sorted(Path(ROOT / "components").glob("*.py"))
        if "(pulumi.ComponentResource)" in (text := file.read_text())
    }
    assert rows == said


@pytest.mark.parametrize(
    "html,found",
    [
        ('<a href="https://example.com">', []),
        (
            '<script src="assets/a.js"></script><img src="data:image/png;base64,x"><link href="a.css">',
            [],
        ),
        ('<script src="https://unpkg.com/x.js">', ["https://unpkg.com/x.js"]),
        ('<link rel="stylesheet" href="//fonts.example.com/f.css">', ["//fonts.example.com/f.css"]),
        ('<img src="http://example.com/i.png">', ["http://example.com/i.png"]),
        ('<pre class="mermaid">', ["Mermaid's script, which the theme loads from a CDN"]),
    ],
)
def test_what_a_page_would_load_from_elsewhere_is_found(html: str, found: list[str]) -> None:
    assert outside_hosts(html) == found
