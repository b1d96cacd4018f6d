"""The documentation as its readers see it: pages, headings, links, blocks of code, and commands in these."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[3]
PAGES = sorted(
    [
        *(ROOT / "README.md", ROOT / "CHANGELOG.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "examples").glob("*/README.md"),
    ]
)
_PARSER = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True, slots=True)
class Block:
    """A fence of code; ``place`` is its page and line."""

    place: str
    language: str
    text: str


@cache
def tokens(page: Path) -> list[Token]:
    return _PARSER.parse(page.read_text())


def blocks(*languages: str) -> list[Block]:
    """Fences of every page, those within lists too."""
    return [
        Block(f"{page.relative_to(ROOT)}:{token.map[0] + 1}", token.info.strip(), token.content)
        for page in PAGES
        for token in tokens(page)
        if token.type == "fence" and token.info.strip() in languages and token.map
    ]


def links(page: Path) -> Iterator[str]:
    """The targets of links and pictures."""
    for token in tokens(page):
        for child in token.children or ():
            target = child.attrs.get("href") or child.attrs.get("src")
            if target:
                yield str(target)


@cache
def anchors(page: Path) -> set[str]:
    """GitHub's names of the headings: https://github.com/gjtorikian/html-pipeline (TableOfContentsFilter)"""
    found: set[str] = set()
    for heading, inline in zip(tokens(page), tokens(page)[1:], strict=False):
        if heading.type == "heading_open":
            text = "".join(child.content for child in inline.children or ())
            name = re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-")
            found.add(next(each for each in _numbered(name) if each not in found))
    return found


def _numbered(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}-{number}" for number in range(1, 1000))


@dataclass(frozen=True, slots=True)
class Command:
    """One program with its arguments, of a line that a reader types; ``tools/run`` before it is left out."""

    place: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return shlex.join(self.words)


def commands() -> list[Command]:
    """Every command after a ``$`` in the blocks ``console``, each part of ``a && b`` and ``a | b`` on its own.

    In the place of what another command prints, ``$(…)``, is a number.
    """
    return [
        Command(block.place, words)
        for block in blocks("console")
        for line in re.findall(r"^\$ ((?:.*\\\n)*.*)$", block.text, re.MULTILINE)
        for words in _simple(re.sub(r"\$\([^)]*\)", "1", line.replace("\\\n", " ")))
    ]


def _simple(line: str) -> Iterator[tuple[str, ...]]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars="&|;<>")
    lexer.whitespace_split = True
    words: list[str] = []
    for word in [*lexer, ";"]:
        if re.fullmatch(r"[&|;]+", word):
            yield tuple(words[1:] if words and words[0] == "tools/run" else words)
            words = []
        else:
            words.append(word)
