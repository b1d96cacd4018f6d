"""Where each service and each edge of a picture lies, in pixels: columns from left to right, in the edges' direction.

Own code, as no library kept up to date places nodes of given sizes without a program beside it: decision 0034.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

from berth.report.escape import plain
from berth.report.layers import Bend, Layers, Pair, Place, in_layers
from berth.report.model import Edge, Node, Picture

MARGIN = 12
GAP = 64
"""Between columns, for the edges' curves."""

ROW_GAP = 16
BEND_HEIGHT = 4
BEND_GAP = 8
HEIGHT = 46
LEAST_WIDTH = 112
PADDING = 36
CHARACTER = 8
"""Of a monospaced font of 13 pixels, rounded up; of the notes' smaller one it is a little more than the mean."""

LONGEST = 26
"""Characters of a name that are shown; the whole name is its title."""

ROW = 880
"""Width that services without any edge are laid out to, at the least."""

PASSES = 6

CHANGED = {"create": "+ new", "update": "~ changed", "replace": "! replaced", "delete": "− removed"}  # noqa: RUF001
KINDS = {"job": "runs once", "scheduled": "scheduled", "managed": "managed", "ingress": "way in", "volume": "volume"}
WAITS = {"healthy": "waits until healthy", "completed": "waits until it has ended"}
"""An edge's label -> what it means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A node; ``x`` and ``y`` are its upper left corner. ``text`` is its name as far as it fits, ``note`` what stands
    below it, and ``title`` all of it in words."""

    node: Node
    x: float
    y: float
    width: float
    text: str
    note: str
    title: str
    height: float = HEIGHT

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An edge; its first and last point are at its boxes, and a pair of points between them is where it passes a
    column. ``enters``: it is requests' way in. ``joins``: it ends where it meets another one of its kind and target."""

    edge: Edge
    enters: bool
    joins: bool
    points: tuple[tuple[float, float], ...]
    title: str

    @property
    def path(self) -> str:
        """SVG's path data: a curve from column to column, straight within one."""
        (x, y), *others = self.points
        parts = [f"M{x:g} {y:g}"]
        for index, (to_x, to_y) in enumerate(others):
            middle = (x + to_x) / 2
            curve = f"C{middle:g} {y:g} {middle:g} {to_y:g} {to_x:g} {to_y:g}"
            parts.append(f"H{to_x:g}" if index % 2 else curve)
            x, y = to_x, to_y
        return "".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """``boxes`` in the order of reading: column by column, from the top."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def lay_out(picture: Picture) -> Drawing:
    """No box touches another one, and no line passes behind a box. Edges to itself or to no node are left out."""
    nodes = {node.name: node for node in picture.nodes}
    edges = [
        edge for edge in picture.edges if edge.source in nodes and edge.target in nodes and edge.source != edge.target
    ]
    titles = {name: _title(node, edges, nodes) for name, node in nodes.items()}
    connected = {name for edge in edges for name in (edge.source, edge.target)}
    kinds = {(edge.source, edge.target): edge.label for edge in edges}
    layers = in_layers([name for name in nodes if name in connected], kinds)
    boxes, spots = _placed(layers, nodes, titles)
    bottom = max((middle + _height(place) / 2 for place, (_, _, middle) in spots.items()), default=MARGIN - ROW_GAP)
    right = max((box.x + box.width for box in boxes), default=0)
    alone = [node for name, node in nodes.items() if name not in connected]
    boxes += _in_rows(alone, titles, top=bottom + ROW_GAP, width=max(right, ROW))
    drawn: set[Place] = set()
    return Drawing(
        width=max((box.x + box.width for box in boxes), default=0) + MARGIN,
        height=max((bottom, *(box.y + box.height for box in boxes))) + MARGIN,
        boxes=tuple(boxes),
        lines=tuple(_line(edge, layers.routes, spots, nodes, drawn) for edge in edges),
    )


def _placed(
    layers: Layers, nodes: Mapping[str, Node], titles: Mapping[str, str]
) -> tuple[list[Box], dict[Place, tuple[float, float, float]]]:
    """The boxes, and of each place its left, its right and its middle."""
    middles = _middles(layers)
    boxes: list[Box] = []
    spots: dict[Place, tuple[float, float, float]] = {}
    x: float = MARGIN
    for column in layers.columns:
        width = max((_width(nodes[place]) for place in column if isinstance(place, str)), default=0)
        for place in column:
            spots[place] = (x, x + width, middles[place])
            if isinstance(place, str):
                boxes.append(_box(nodes[place], x, middles[place] - HEIGHT / 2, width, titles))
        x += width + GAP
    return boxes, spots


def _middles(layers: Layers) -> dict[Place, float]:
    """Heights by which edges are as level as their columns' order lets them."""
    near: dict[bool, dict[Place, list[Place]]] = {True: {}, False: {}}
    for route in layers.routes.values():
        for source, target in pairwise(route):
            near[True].setdefault(target, []).append(source)
            near[False].setdefault(source, []).append(target)
    found: dict[Place, float] = {}
    for column in layers.columns:
        found.update(zip(column, _spread([0] * len(column), column), strict=True))
    for turn in range(PASSES):
        forth = turn % 2 == 0
        for column in layers.columns if forth else reversed(layers.columns):
            wanted = [fmean(found[n] for n in near[forth].get(place, (place,))) for place in column]
            found.update(zip(column, _spread(wanted, column), strict=True))
    top = min((found[place] - _height(place) / 2 for column in layers.columns for place in column), default=0)
    return {place: round(middle - top + MARGIN, 1) for place, middle in found.items()}


def _spread(wanted: Sequence[float], column: Sequence[Place]) -> list[float]:
    """The heights nearest to the wanted ones, by least squares, at which none is too near to the next: what goes too
    far up is pooled with those above it (isotonic regression, https://doi.org/10.18637/jss.v032.i05)."""
    offsets = [0.0]
    for above, below in pairwise(column):
        offsets.append(offsets[-1] + (_height(above) + _height(below)) / 2 + _gap(above, below))
    pools: list[tuple[float, int]] = []
    for want, offset in zip(wanted, offsets, strict=False):
        mean, count = want - offset, 1
        while pools and pools[-1][0] > mean:
            other, others = pools.pop()
            mean, count = (mean * count + other * others) / (count + others), count + others
        pools.append((mean, count))
    means = [mean for mean, count in pools for _ in range(count)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=False)]


def _in_rows(nodes: Iterable[Node], titles: Mapping[str, str], *, top: float, width: float) -> list[Box]:
    """Those without edges, in rows below."""
    found: list[Box] = []
    nodes = list(nodes)
    step = max((_width(node) for node in nodes), default=0)
    a_row = max(1, int((width - MARGIN + ROW_GAP) // (step + ROW_GAP)))
    for index, node in enumerate(nodes):
        row, place = divmod(index, a_row)
        found.append(_box(node, MARGIN + place * (step + ROW_GAP), top + row * (HEIGHT + ROW_GAP), step, titles))
    return found


def _box(node: Node, x: float, y: float, width: float, titles: Mapping[str, str]) -> Box:
    return Box(node=node, x=x, y=y, width=width, text=_cut(node.label), note=_note(node), title=titles[node.name])


def _line(
    edge: Edge,
    routes: Mapping[Pair, tuple[Place, ...]],
    spots: Mapping[Place, tuple[float, float, float]],
    nodes: Mapping[str, Node],
    drawn: set[Place],
) -> Line:
    first, *bends, last = routes[edge.source, edge.target]
    points, joins = [(spots[first][1], spots[first][2])], False
    for bend in bends:
        left, right, middle = spots[bend]
        points.append((left, middle))
        joins = bend in drawn and first == edge.source
        if joins:
            break
        points.append((right, middle))
        drawn.add(bend)
    if not joins:
        points.append((spots[last][0], spots[last][2]))
    how = WAITS.get(edge.label, edge.label)
    return Line(
        edge=edge,
        enters=nodes[edge.source].kind == "ingress",
        joins=joins,
        points=tuple(points if first == edge.source else points[::-1]),
        title=f"{nodes[edge.source].label} → {nodes[edge.target].label}{f': {how}' if how else ''}",
    )


def _height(place: Place) -> float:
    return BEND_HEIGHT if isinstance(place, Bend) else HEIGHT


def _gap(above: Place, below: Place) -> float:
    return BEND_GAP if isinstance(above, Bend) and isinstance(below, Bend) else ROW_GAP


def _width(node: Node) -> float:
    return max(LEAST_WIDTH, PADDING + CHARACTER * _columns(_cut(node.label)), PADDING + 7 * len(_note(node)))


def _note(node: Node) -> str:
    return ", ".join(text for text in (CHANGED.get(node.change or ""), KINDS.get(node.kind)) if text)


def _title(node: Node, edges: Sequence[Edge], nodes: Mapping[str, Node]) -> str:
    """``api: changed; depends on cache, db``"""
    words = ", ".join(filter(None, [CHANGED.get(node.change or "", "- unchanged")[2:], KINDS.get(node.kind)]))
    verb = "leads to" if node.kind == "ingress" else "depends on"
    targets = ", ".join(sorted(nodes[edge.target].label for edge in edges if edge.source == node.name))
    parts = [*([words] if node.kind != "ingress" else []), *([f"{verb} {targets}"] if targets else [])]
    return f"{node.label}: {'; '.join(parts)}" if parts else node.label


def _cut(text: str) -> str:
    text = plain(text)
    if _columns(text) <= LONGEST:
        return text
    kept = ""
    for character in text:
        if _columns(kept + character) >= LONGEST:
            break
        kept += character
    return f"{kept}…"


def _columns(text: str) -> int:
    """As in a terminal: Chinese, Japanese and Korean characters, and emoji, are twice as wide."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
