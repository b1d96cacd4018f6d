"""Boxes, frames around them and arrows between them, as an SVG that needs no script, font or other host."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

UNIT = 10
"""Pixels of one unit, in which everything is measured."""

LINE = 1.7
FILLS = {"": "#ffffff", "own": "#e8eaf6", "aws": "#fff3e0", "end": "#e8f5e9"}
"""What a box is: plain, Berth's, AWS's, a result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """``text``'s first line is the title. ``frame`` is around other boxes, its title at the left, above or below."""

    text: Sequence[str]
    x: float
    y: float
    width: float
    height: float
    kind: str = ""
    frame: bool = False
    title_below: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """A line of right angles through ``points``, with its head at the last one."""

    points: Sequence[tuple[float, float]]
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """``title`` is read to those who do not see it."""

    title: str
    width: float
    height: float
    boxes: Sequence[Box]
    arrows: Sequence[Arrow]


def svg(picture: Picture) -> str:
    """The picture's file, ending in a line break."""
    width, height = picture.width * UNIT, picture.height * UNIT
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}"'
            f' height="{height:g}" role="img" font-family="system-ui, sans-serif" font-size="13">',
            f"<title>{escape(picture.title)}</title>",
            '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8"'
            ' orient="auto"><path d="M0 0L8 4L0 8z" fill="#455a64"/></marker></defs>',
            f'<rect width="{width:g}" height="{height:g}" rx="6" fill="#fafafa"/>',  # readable on a dark page, too
            *(line for box in picture.boxes for line in _box(box)),
            *(line for arrow in picture.arrows for line in _arrow(arrow)),
            "</svg>\n",
        ]
    )


def _box(box: Box) -> Iterator[str]:
    x, y, width, height = (value * UNIT for value in (box.x, box.y, box.width, box.height))
    dashes = ' stroke-dasharray="5 4"' if box.frame else ""
    yield (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="5" fill={quoteattr(FILLS[box.kind])}'
        f' fill-opacity="{0.45 if box.frame else 1}" stroke="#455a64"{dashes}/>'
    )
    if box.frame:
        yield _text(box.text[0], x + 8, y + (height - 8 if box.title_below else 17), "start", bold=True)
        return
    first = y + height / 2 + 5 - (len(box.text) - 1) * LINE * UNIT / 2
    for index, line in enumerate(box.text):
        yield _text(line, x + width / 2, first + index * LINE * UNIT, "middle", bold=index == 0)


def _arrow(arrow: Arrow) -> Iterator[str]:
    points = " ".join(f"{x * UNIT:g},{y * UNIT:g}" for x, y in arrow.points)
    yield f'<polyline points="{points}" fill="none" stroke="#455a64" stroke-width="1.5" marker-end="url(#head)"/>'
    if arrow.text:
        (x1, y1), (x2, y2) = arrow.points[:2]
        x, y = (x1 + x2) / 2 * UNIT, (y1 + y2) / 2 * UNIT
        yield _text(arrow.text, x, y - 5, "middle") if y1 == y2 else _text(arrow.text, x + 6, y + 4, "start")


def _text(text: str, x: float, y: float, anchor: str, *, bold: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="#212121"{weight}>{escape(text)}</text>'
