"""Keeps a comment within what GitHub takes, by leaving out what matters least.

GitHub refuses a comment with "Body is too long (maximum is 65536 characters)"; measured, it stores 262,144 bytes of
UTF-8, which is 65,536 characters of the longest kind: https://github.com/dead-claudia/github-limits/pull/13. UTF-16's
units, JavaScript's length, are counted here: as many as characters or more, and no more than 65,536 of them are
262,144 bytes, so that all ways of counting agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

LIMIT = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the comment: ``items`` are what can be left out from the end, each with its own line end.

    ``name`` says what the items are, in the plural; ``rank`` is how soon it is cut, the largest first. ``head`` and
    ``foot`` are only there with an item.
    """

    name: str
    rank: int
    items: tuple[str, ...]
    head: str = ""
    foot: str = ""

    @property
    def text(self) -> str:
        return f"{self.head}{''.join(self.items)}{self.foot}" if self.items else ""


def length(text: str) -> int:
    """As GitHub, at the most, counts."""
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2


def fitted(sections: Sequence[Section], how_to_see: str, limit: int = LIMIT) -> str:
    """All sections in their order, cut where they are too long together; the last line then says what is missing."""
    text = "".join(section.text for section in sections)
    if length(text) <= limit:
        return text
    kept = list(sections)
    missing: dict[str, str] = {}
    for place in sorted(range(len(kept)), key=lambda index: -kept[index].rank):
        section = kept[place]
        note = _note({**missing, section.name: _missing(section, len(section.items))}, how_to_see)
        others = sum(length(item.text) for index, item in enumerate(kept) if index != place)
        room = limit - others - length(note) - length(section.head) - length(section.foot)
        count = _fitting(section.items, room)
        kept[place] = replace(section, items=section.items[:count])
        if count < len(section.items):
            missing[section.name] = _missing(section, len(section.items) - count)
        text = "".join(item.text for item in kept) + _note(missing, how_to_see)
        if length(text) <= limit:
            return text
    return text[: limit // 2]


def _fitting(items: Sequence[str], room: int) -> int:
    """How many of the first ones fit."""
    for count, item in enumerate(items):
        room -= length(item)
        if room < 0:
            return count
    return len(items)


def _missing(section: Section, count: int) -> str:
    return f"{count} of {len(section.items)} {section.name}" if len(section.items) > 1 else f"the {section.name}"


def _note(missing: dict[str, str], how_to_see: str) -> str:
    return f"\n> Left out, as GitHub takes no longer comments: {', '.join(missing.values())}. {how_to_see}\n"
