"""Names and values in Markdown, as what they are: no markup, no mention, no end of what they stand in.

GitHub's Markdown: https://github.github.com/gfm/ ; mentions and references:
https://docs.github.com/en/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github
"""

from __future__ import annotations

import re
import unicodedata

NOTHING = "\u200b"
"""A space of no width: ``@`` and ``#`` before it mention nobody and refer to nothing."""

_MARKUP = re.compile(r"([\\`*\[\]{}|~$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9]))")
_LINE_START = re.compile(r"^(\s*)([-+=]|#+|\d+[.)])(?=[\s=-]|$)")


def plain(text: str) -> str:
    """One line without control characters, and without those that turn the order of what follows.

    https://trojansource.codes
    """
    kept = (" " if char in "\r\n\t\v\f\x85\u2028\u2029" else char for char in text)
    return "".join(
        char if unicodedata.category(char) not in ("Cc", "Cf", "Cs") else f"\\u{ord(char):04x}" for char in kept
    )


def markdown(text: str) -> str:
    """Plain text as GitHub's Markdown shows it."""
    text = plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = _MARKUP.sub(r"\\\1", text)
    text = _LINE_START.sub(lambda match: f"{match[1]}{match[2][:-1]}\\{match[2][-1]}", text)
    return _quiet(text)


def _quiet(text: str) -> str:
    text = re.sub(r"@(?=\w)", f"@{NOTHING}", text)
    text = re.sub(r"#(?=\d)", f"#{NOTHING}", text)
    return re.sub(r"\b(GH-)(?=\d)", rf"\1{NOTHING}", text)


def fence(lines: str) -> str:
    """Backticks for a block of code: more than any run within it."""
    return "`" * max(3, 1 + max((len(run) for run in re.findall("`+", lines)), default=0))


def mermaid(text: str) -> str:
    """A label between quotes. Mermaid's entities are ``#NUMBER;``:
    https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters"""
    return "".join(char if char.isalnum() or char in " -_./," else f"#{ord(char)};" for char in plain(text))
