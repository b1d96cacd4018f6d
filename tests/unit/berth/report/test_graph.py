"""The picture's layout: nothing lies on anything else, edges go to the right, and any graph comes to an end."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from berth.report.graph import LONGEST, MARGIN, Box, Drawing, Line, lay_out
from berth.report.layers import MOST_IN_COLUMN
from berth.report.model import Edge, Node, Picture

KINDS = ("service", "job", "scheduled", "managed", "volume")


def drawn(*edges: str, alone: tuple[str, ...] = (), kind: str = "service") -> Drawing:
    """``"web api"`` is an edge. Services are in the order of their names, as in a picture of a log."""
    pairs = [edge.split() for edge in edges]
    names = sorted({*(name for pair in pairs for name in pair), *alone})
    return lay_out(
        Picture(
            nodes=tuple(Node(name=name, label=name, kind=kind) for name in names),
            edges=tuple(Edge(source=source, target=target) for source, target in pairs),
        )
    )


def someone(services: int, seed: int, *, cycles: bool = False) -> Picture:
    """A graph that nobody drew: names of all lengths, of each kind, some without any edge."""
    chance = random.Random(seed)
    names = [f"s{number}{'x' * chance.randrange(30)}" for number in range(services)]
    pairs = list(combinations(range(services), 2))
    edges = [pair[:: -1 if cycles and chance.random() < 0.3 else 1] for pair in chance.sample(pairs, services * 3 // 2)]
    return Picture(
        nodes=tuple(Node(name=name, label=name, kind=chance.choice(KINDS), change="replace") for name in names),
        edges=tuple(Edge(source=names[source], target=names[target]) for source, target in edges),
    )


def box(found: Drawing, name: str) -> Box:
    return next(item for item in found.boxes if item.node.name == name)


def apart(one: Box, other: Box, gap: float = 8) -> bool:
    beside = one.x + one.width + gap <= other.x or other.x + other.width + gap <= one.x
    return beside or one.y + one.height + gap <= other.y or other.y + other.height + gap <= one.y


def between(line: Line) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Where a line passes columns."""
    inner = line.points[1:-1]
    return list(zip(inner[::2], inner[1::2], strict=True))


def sides(item: Box) -> set[tuple[float, float]]:
    return {(item.x, item.middle), (item.x + item.width, item.middle)}


def check(found: Drawing) -> None:
    assert not [(one.text, other.text) for one, other in combinations(found.boxes, 2) if not apart(one, other)]
    for item in found.boxes:
        assert item.x >= MARGIN and item.x + item.width + MARGIN <= found.width
        assert item.y >= MARGIN and item.y + item.height + MARGIN <= found.height
    for line in found.lines:
        source, target = box(found, line.edge.source), box(found, line.edge.target)
        assert line.points[0] in sides(source)
        same = [other for other in found.lines if other.edge.target == target.node.name and other is not line]
        others = {point for other in same for point in other.points[1:-1]}
        assert line.points[-1] in (others if line.joins else sides(target))
        assert all(0 < y < found.height for _, y in line.points)
        for (left, y), (right, level) in between(line):
            assert y == level
            over = [
                item for item in found.boxes if item.x < max(left, right) and min(left, right) < item.x + item.width
            ]
            assert over, "a line passes a column, and no gap"
            assert not [item.text for item in over if item.y - 5 <= y <= item.y + item.height + 5]


@pytest.mark.parametrize("seed", range(12))
def test_any_graph_is_drawn_without_overlaps_from_left_to_right(seed: int) -> None:
    picture = someone(5 * seed + 2, seed) if seed else Picture(nodes=(Node(name="a", label="a", kind="job"),), edges=())
    found = lay_out(picture)
    assert len(found.boxes) == len(picture.nodes) and len(found.lines) == len(picture.edges)
    check(found)
    for line in found.lines:
        xs = [x for x, _ in line.points]
        assert xs == sorted(xs) and xs[0] < xs[-1]


@pytest.mark.parametrize("seed", range(6))
def test_cycles_come_to_an_end_and_every_edge_is_drawn(seed: int) -> None:
    picture = someone(20, seed, cycles=True)
    found = lay_out(picture)
    assert len(found.lines) == len(picture.edges)
    check(found)


def test_two_that_need_each_other() -> None:
    found = drawn("a b", "b a", "a a", "b c", "c a")
    check(found)
    assert [(line.edge.source, line.edge.target) for line in found.lines] == [
        ("a", "b"),
        ("b", "a"),
        ("b", "c"),
        ("c", "a"),
    ]
    there, back = found.lines[:2]
    assert there.points == back.points[::-1]


def test_an_edge_to_no_node_is_left_out() -> None:
    picture = Picture(nodes=(Node(name="a", label="a", kind="service"),), edges=(Edge(source="a", target="b"),))
    assert lay_out(picture).lines == ()


def test_a_chain_is_one_level_row() -> None:
    found = drawn("internet web", "web api", "api db")
    assert [item.text for item in found.boxes] == ["internet", "web", "api", "db"]
    assert len({item.middle for item in found.boxes}) == 1


def test_a_chain_beside_others_is_level_too() -> None:
    found = drawn("a d", "b e", "c f", "d g")
    assert len({box(found, name).middle for name in "adg"}) == 1
    assert len({box(found, name).middle for name in "abc"}) == 3


def test_what_leads_to_one_thing_lies_around_its_level() -> None:
    found = drawn("a db", "b db", "c db")
    assert box(found, "db").middle == box(found, "b").middle
    assert len({box(found, name).x for name in "abc"}) == 1


def test_lines_do_not_cross_where_they_need_not() -> None:
    found = drawn("a z", "b y", "c x")
    levels = [(box(found, name).y, box(found, target).y) for name, target in ("az", "by", "cx")]
    assert sorted(levels) == sorted(levels, key=lambda pair: pair[1])


def test_what_nothing_waits_for_lies_next_to_what_it_needs() -> None:
    found = drawn("web api", "api cache", "cache db", "worker db")
    assert box(found, "worker").x == box(found, "cache").x


def test_a_line_over_several_columns_passes_between_boxes() -> None:
    found = drawn("a b", "b c", "c d", "a d")
    check(found)
    assert len(between(found.lines[3])) == 2


def test_many_of_one_rank_are_no_tower() -> None:
    found = drawn(*(f"s{number} db" for number in range(48)))
    check(found)
    assert found.height < 1400
    assert 0 < sum(not line.joins for line in found.lines) < 20
    columns = {item.x for item in found.boxes}
    assert max(sum(item.x == x for item in found.boxes) for x in columns) <= MOST_IN_COLUMN


def test_services_without_any_edge_are_in_rows_below() -> None:
    found = drawn("web api", alone=tuple(f"job-{number}" for number in range(20)))
    check(found)
    below = [item for item in found.boxes if item.text.startswith("job")]
    assert min(item.y for item in below) > box(found, "web").y + box(found, "web").height
    assert 1 < len({item.y for item in below}) < 6


@pytest.mark.parametrize("name", ["a-service-of-a-very-long-name-indeed", "服务" * 20])
def test_a_long_name_is_cut_and_its_title_whole(name: str) -> None:
    (found,) = drawn(alone=(name,)).boxes
    assert found.text.endswith("…") and found.text[:-1] == name[: len(found.text) - 1]
    assert len(found.text.encode("gb18030")) <= LONGEST + 2
    assert found.width >= 8 * LONGEST
    assert found.title == f"{name}: unchanged"


def test_a_box_tells_in_words_what_it_is_and_what_it_needs() -> None:
    found = lay_out(
        Picture(
            nodes=(
                Node(name="", label="internet", kind="ingress"),
                Node(name="api", label="api", kind="service", change="update"),
                Node(name="db", label="db", kind="managed", change="create"),
                Node(name="seed", label="seed", kind="job"),
            ),
            edges=(
                Edge(source="", target="api"),
                Edge(source="api", target="seed", label="completed"),
                Edge(source="api", target="db", label="healthy"),
            ),
        )
    )
    assert {item.title: item.note for item in found.boxes} == {
        "internet: leads to api": "way in",
        "api: changed; depends on db, seed": "~ changed",
        "db: new, managed": "+ new, managed",
        "seed: unchanged, runs once": "runs once",
    }
    assert [line.title for line in found.lines] == [
        "internet → api",
        "api → seed: waits until it has ended",
        "api → db: waits until healthy",
    ]
    assert [line.enters for line in found.lines] == [True, False, False]
    assert found.lines[0].path.startswith(f"M{found.lines[0].points[0][0]:g} ")


def test_nothing_to_draw() -> None:
    assert lay_out(Picture(nodes=(), edges=())).boxes == ()
