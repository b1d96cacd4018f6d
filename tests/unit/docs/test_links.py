"""Links lead somewhere: files, headings as GitHub names them, and other hosts by TLS. No other host is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.docs.pages import PAGES, ROOT, anchors, links


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    wrong = [link for link in links(page) if problem(page, link)]
    assert not wrong


def problem(page: Path, link: str) -> bool:
    if ":" in link:
        return not link.startswith("https://")
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.exists() or not target.is_relative_to(ROOT):
        return True
    return bool(anchor) and anchor not in anchors(target)


@pytest.mark.parametrize("link", ["none.md", "#none", "../README.md#none", "http://example.com", "../../elsewhere"])
def test_a_link_that_leads_nowhere_is_found(link: str) -> None:
    assert problem(ROOT / "docs" / "check.md", link)


@pytest.mark.parametrize("link", ["#--json", "../README.md#the-extension-fields", "data.md", "https://example.com"])
def test_a_good_link_is_none(link: str) -> None:
    assert not problem(ROOT / "docs" / "check.md", link)
