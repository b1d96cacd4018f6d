"""A graph in columns, as Sugiyama and others have it: every edge goes to a later column, and few edges cross.

K. Sugiyama, S. Tagawa, M. Toda: Methods for visual understanding of hierarchical system structures, 1981,
https://doi.org/10.1109/TSMC.1981.4308636. Columns of a bounded height are list scheduling, after Coffman and Graham.
Nothing here knows of sizes or places: a column is an order of names.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

MOST_IN_COLUMN = 12
"""Nodes; more go to the next column, so that a picture of many services is no tower."""

SWEEPS = 8

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, order=True)
class Bend:
    """Where edges of one kind and target pass a column that they neither start nor end in, as one line: forty services
    that need one database are no forty lines."""

    kind: str
    target: str
    column: int


Place = str | Bend


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """``columns``: names and bends from top to bottom. ``routes``: an edge -> all that it passes, its ends included,
    from left to right; an edge that closes a cycle has them from its target to its source."""

    columns: tuple[tuple[Place, ...], ...]
    routes: Mapping[Pair, tuple[Place, ...]]


def in_layers(names: Sequence[str], edges: Mapping[Pair, str]) -> Layers:
    """``edges`` are pairs of different ``names``, with their kinds."""
    forward = _without_cycles(names, list(edges))
    after = _neighbours(names, forward)
    before = _neighbours(names, [(target, source) for source, target in forward])
    column = _columns(_sorted(names, before, after), before, after)
    routes = {pair: _route(pair, edges.get(pair, f"turned {pair[0]}"), column) for pair in forward}
    columns: list[list[Place]] = [[] for _ in range(max(column.values(), default=-1) + 1)]
    for name in names:
        columns[column[name]].append(name)
    halves = [len(found) // 2 for found in columns]
    for bend in dict.fromkeys(place for route in routes.values() for place in route if isinstance(place, Bend)):
        columns[bend.column].insert(halves[bend.column], bend)  # what is to both sides of a line is near to its level
    steps = dict.fromkeys(step for route in routes.values() for step in pairwise(route))
    given = {pair: routes[pair] if pair in routes else routes[pair[1], pair[0]] for pair in edges}
    return Layers(columns=_with_few_crossings(columns, steps), routes=given)


def _neighbours(names: Sequence[str], edges: Sequence[Pair]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {name: [] for name in names}
    for source, target in edges:
        found[source].append(target)
    return found


def _without_cycles(names: Sequence[str], edges: Sequence[Pair]) -> list[Pair]:
    """Edges that close a cycle are turned round. Compose refuses cycles; a log is only text."""
    after = _neighbours(names, edges)
    done: set[str] = set()
    found: dict[Pair, None] = {}
    for root in names:
        path, waiting = [root], [iter(after[root])]
        if root in done:
            continue
        while path:
            target = next(waiting[-1], None)
            if target is None:
                done.add(path.pop())
                waiting.pop()
                continue
            found[(target, path[-1]) if target in path else (path[-1], target)] = None
            if target not in done and target not in path:
                path.append(target)
                waiting.append(iter(after[target]))
    return list(found)


def _sorted(names: Sequence[str], before: Mapping[str, list[str]], after: Mapping[str, list[str]]) -> list[str]:
    """Every node after those that lead to it."""
    left = {name: len(before[name]) for name in names}
    found = [name for name in names if not left[name]]
    for name in found:  # it grows
        for target in after[name]:
            left[target] -= 1
            if not left[target]:
                found.append(target)
    return found


def _columns(ordered: Sequence[str], before: Mapping[str, list[str]], after: Mapping[str, list[str]]) -> dict[str, int]:
    """The first column with room; then towards where it leads to, if most of its edges go there."""
    column: dict[str, int] = {}
    filled: dict[int, int] = {}
    for name in ordered:
        place = max((column[source] + 1 for source in before[name]), default=0)
        while filled.get(place, 0) >= MOST_IN_COLUMN:
            place += 1
        column[name] = place
        filled[place] = filled.get(place, 0) + 1
    for name in reversed(ordered):
        if len(after[name]) <= len(before[name]):
            continue
        last = min(column[target] for target in after[name]) - 1
        while last > column[name] and filled.get(last, 0) >= MOST_IN_COLUMN:
            last -= 1
        filled[column[name]] -= 1
        filled[last] = filled.get(last, 0) + 1
        column[name] = last
    used = {place: index for index, place in enumerate(sorted(set(column.values())))}
    return {name: used[place] for name, place in column.items()}


def _route(pair: Pair, kind: str, column: Mapping[str, int]) -> tuple[Place, ...]:
    source, target = pair
    bends = (Bend(kind, target, index) for index in range(column[source] + 1, column[target]))
    return (source, *bends, target)


def _with_few_crossings(
    columns: Sequence[Sequence[Place]], steps: Iterable[tuple[Place, Place]]
) -> tuple[tuple[Place, ...], ...]:
    """Each column by the mean place of its neighbours, to and fro; the best order that was met."""
    before: dict[Place, list[Place]] = {}
    after: dict[Place, list[Place]] = {}
    for source, target in steps:
        after.setdefault(source, []).append(target)
        before.setdefault(target, []).append(source)
    now = [list(column) for column in columns]
    best, fewest = now, _crossings(now, after)
    for sweep in range(SWEEPS):
        if not fewest:
            break
        now = [list(column) for column in now]
        forth = sweep % 2 == 0
        for index in range(1, len(now)) if forth else range(len(now) - 2, -1, -1):
            fixed = {place: rank for rank, place in enumerate(now[index - 1 if forth else index + 1])}
            rank = {place: order for order, place in enumerate(now[index])}
            neighbours = before if forth else after
            now[index].sort(key=lambda place: _mean([fixed[n] for n in neighbours.get(place, ())], rank[place]))
        crossings = _crossings(now, after)
        if crossings < fewest:
            best, fewest = now, crossings
    return tuple(tuple(column) for column in best)


def _mean(ranks: Sequence[int], otherwise: int) -> float:
    return sum(ranks) / len(ranks) if ranks else otherwise


def _crossings(columns: Sequence[Sequence[Place]], after: Mapping[Place, list[Place]]) -> int:
    count = 0
    for column, following in pairwise(columns):
        rank = {place: index for index, place in enumerate(following)}
        above: list[int] = []
        for place in column:
            ends = sorted(rank[target] for target in after.get(place, ()))
            count += sum(len(above) - bisect_right(above, end) for end in ends)
            for end in ends:
                insort(above, end)
    return count
