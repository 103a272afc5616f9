"""Coordinates: nothing overlaps, everything flows, few crossings, in time."""

from __future__ import annotations

import gc
import itertools
import random
import sys
import time
from typing import Any

import pytest
import torch
from graphs import chain

from benchmarks import crossings, models
from livegraph import record
from livegraph.layout import Link, Placed, Size, layout, rank
from livegraph.order import count_crossings, reduce_crossings
from livegraph.pendants import pendants, put_back, without
from livegraph.svg import Picture, draw, svg

SEEDS = range(40)


def random_graph(seed: int) -> tuple[list[Size], list[Link]]:
    """Boxes of many sizes; every link goes to a later box, some twice."""
    source = random.Random(seed)
    count = source.randint(2, 40)
    sizes = [(source.randint(30, 260), source.randint(30, 200)) for _ in range(count)]
    links = []
    for dst in range(1, count):
        for _ in range(source.choice((0, 1, 1, 2, 3))):
            links.append((source.randrange(dst), dst))
    return sizes, links


def places(placed: Placed, sizes: list[Size]) -> list[tuple[float, ...]]:
    """Left, top, right, bottom of each box."""
    return [
        (x, y, x + width, y + height)
        for (x, y), (width, height) in zip(placed.corners, sizes, strict=True)
    ]


def meets(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


@pytest.mark.parametrize("down", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_boxes_do_not_overlap_and_stay_in_the_picture(seed: int, down: bool) -> None:
    sizes, links = random_graph(seed)
    placed = layout(sizes, links, down=down)
    boxes = places(placed, sizes)
    for a, b in itertools.combinations(boxes, 2):
        assert not meets(a, b)
    for left, top, right, bottom in boxes:
        assert left >= -0.01 and top >= -0.01
        assert right <= placed.width + 0.01 and bottom <= placed.height + 0.01


@pytest.mark.parametrize("down", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_lines_go_forward_and_through_no_box(seed: int, down: bool) -> None:
    sizes, links = random_graph(seed)
    placed = layout(sizes, links, down=down)
    boxes = places(placed, sizes)
    main = 1 if down else 0
    for (src, dst), route in zip(links, placed.routes, strict=True):
        assert route[0][main] == pytest.approx(boxes[src][2 + main])
        assert route[-1][main] == pytest.approx(boxes[dst][main])
        steps = [point[main] for point in route]
        assert steps == sorted(steps)
        for i, (a, b) in enumerate(itertools.pairwise(route)):
            # A straight piece is a line, a swing stays within its rectangle,
            # which lies between two layers.
            piece = (*map(min, a, b), *map(max, a, b))
            for k, box in enumerate(boxes):
                if k not in (src, dst):
                    assert not meets(piece, box), (i, k)


@pytest.mark.parametrize("seed", SEEDS)
def test_links_at_one_side_of_a_box_keep_apart(seed: int) -> None:
    sizes, links = random_graph(seed)
    placed = layout(sizes, links)
    ends: dict[int, list[float]] = {}
    for (_, dst), route in zip(links, placed.routes, strict=True):
        ends.setdefault(dst, []).append(route[-1][1])
    for at, heights in ends.items():
        heights.sort()
        top = placed.corners[at][1]
        assert top < heights[0] and heights[-1] < top + sizes[at][1]
        for a, b in itertools.pairwise(heights):
            # Links on a common trunk may arrive together, others may not.
            assert b - a > 0.4 or len(links) > 30


@pytest.mark.parametrize("seed", SEEDS)
def test_every_link_goes_to_a_later_layer(seed: int) -> None:
    sizes, links = random_graph(seed)
    ranks = rank(len(sizes), links)
    assert min(ranks) >= 0
    for src, dst in links:
        assert ranks[src] < ranks[dst]


def test_a_leaf_stands_beside_the_first_operation_that_uses_it() -> None:
    #  0 → 1 → 2 → 3, and the leaf 4 is used by 3 alone
    assert rank(5, [(0, 1), (1, 2), (2, 3), (4, 3)]) == [0, 1, 2, 3, 2]


def test_a_cycle_is_refused() -> None:
    with pytest.raises(ValueError, match="cycle through box 1"):
        layout([(9, 9)] * 3, [(0, 1), (1, 2), (2, 1)])


def test_nothing_to_draw() -> None:
    assert layout([], []).corners == []


def test_the_same_graph_gives_the_same_picture() -> None:
    sizes, links = random_graph(7)
    assert layout(sizes, links) == layout(sizes, links)


def test_a_chain_is_one_straight_line() -> None:
    placed = layout([(80, 40), (120, 90), (60, 60)], [(0, 1), (1, 2)])
    heights = {point[1] for route in placed.routes for point in route}
    assert len(heights) == 1


@pytest.mark.parametrize("down", [False, True])
def test_constants_beside_a_chain_do_not_make_it_a_staircase(down: bool) -> None:
    # 0 is the leaf; each operation uses the one before and a constant of its own.
    links = [(0, 2), (1, 2)]
    for k in range(2, 40, 2):
        links += [(k, k + 2), (k + 1, k + 2)]
    sizes = [(60.0, 40.0) if k % 2 else (130.0, 90.0) for k in range(41)]
    placed = layout(sizes, links, down=down)
    boxes = places(placed, sizes)
    across = 0 if down else 1
    middles = [(box[across] + box[across + 2]) / 2 for box in boxes[2::2]]
    assert len(middles) == 20
    assert max(middles) - min(middles) < 1


@pytest.mark.parametrize(("leaves", "apart"), [(1, 27), (2, 20.5), (4, 20), (8, 11)])
def test_a_line_led_to_the_middle_does_not_crowd_the_others(
    leaves: int, apart: float
) -> None:
    # 0 → 1 → 2, and further leaves that 2 uses too.
    links = [(0, 1), (1, 2), *((3 + k, 2) for k in range(leaves))]
    sizes = [(90.0, 90.0), (90.0, 90.0), (90.0, 120.0)] + [(90.0, 90.0)] * leaves
    placed = layout(sizes, links)
    top = placed.corners[2][1]
    ends = sorted(route[-1][1] - top for route in placed.routes[1:])
    gaps = [below - above for above, below in itertools.pairwise(ends)]
    assert gaps == pytest.approx([apart] * leaves, abs=2)
    assert ends[0] > 15 and ends[-1] < 105


def test_an_operation_is_level_with_what_it_continues() -> None:
    # A spine 0 → 3 → 6 with two leaves at each operation.
    links = [(0, 3), (1, 3), (2, 3), (3, 6), (4, 6), (5, 6)]
    placed = layout([(90, 60)] * 7, links, down=True)
    route = placed.routes[3]
    assert route[0][0] == pytest.approx(route[-1][0], abs=0.5)


def crossings_by_hand(upper: list[int], lower: list[int], outs: list[list[int]]) -> int:
    ends = [(i, lower.index(w)) for i, v in enumerate(upper) for w in outs[v]]
    pairs = itertools.combinations(ends, 2)
    return sum((a[0] - b[0]) * (a[1] - b[1]) < 0 for a, b in pairs)


@pytest.mark.parametrize("seed", SEEDS)
def test_crossings_are_counted_and_reduced(seed: int) -> None:
    source = random.Random(seed)
    upper, lower = list(range(5)), list(range(5, 10))
    outs: list[list[int]] = [[] for _ in range(10)]
    ins: list[list[int]] = [[] for _ in range(10)]
    for _ in range(9):
        v, w = source.choice(upper), source.choice(lower)
        outs[v].append(w)
        ins[w].append(v)
    start = [upper, lower]
    before = count_crossings(start, outs)
    assert before == crossings_by_hand(upper, lower, outs)
    after = count_crossings(reduce_crossings([start], ins, outs), outs)
    fewest = min(
        crossings_by_hand(list(a), list(b), outs)
        for a in itertools.permutations(upper)
        for b in (sorted(lower, key=_mean(list(a), ins)),)
    )
    assert after <= before
    assert after <= fewest + 1


def _mean(upper: list[int], ins: list[list[int]]):  # noqa: ANN202
    return lambda w: sum(map(upper.index, ins[w])) / max(len(ins[w]), 1)


@pytest.mark.parametrize("seed", SEEDS)
def test_inputs_with_one_use_are_put_where_they_cross_least(seed: int) -> None:
    source = random.Random(seed)
    lower = list(range(5, 9))
    # 0 to 4 come from 12 and lead on; 9 to 11 have one use.
    outs = [source.choices(lower, k=source.choice((1, 2))) for _ in range(5)]
    outs += [[] for _ in lower]
    outs += [[source.choice(lower)] for _ in range(3)]
    outs.append(list(range(5)))
    ins: list[list[int]] = [[] for _ in outs]
    for v, below in enumerate(outs):
        for w in below:
            ins[w].append(v)
    left_out = pendants(ins, outs)
    assert [v for v, out in enumerate(left_out) if out] == [9, 10, 11]
    upper = source.sample([0, 1, 2, 3, 4, 9, 10, 11], 8)
    full = [upper, source.sample(lower, 4)]
    core = without(full, left_out)
    found = put_back(core, full, outs)
    assert without(found, left_out) == core
    assert sorted(found[0]) == sorted(upper)
    assert count_crossings(found, outs) == min(
        count_crossings([list(order), full[1]], outs)
        for order in itertools.permutations(upper)
        if [v for v in order if not left_out[v]] == core[0]
    )


def test_a_gpt_step_has_no_crossing() -> None:
    # Its last crossing goes only in a later turn; Graphviz draws it without any.
    torch.manual_seed(0)
    _, run = models.gpt()
    with record() as tape:
        loss = run()
        loss.backward()
    graph = tape.graph(loss)
    place = {node.id: i for i, node in enumerate(graph.nodes)}
    links = [(place[edge.src], place[edge.dst]) for edge in graph.edges]
    assert len(links) > 500
    assert crossings.ours([(120, 90)] * len(place), links, down=True) == 0


def test_a_tree_has_no_crossing() -> None:
    links = [(2 * k + 1, k) for k in range(15)] + [(2 * k + 2, k) for k in range(15)]
    random.Random(1).shuffle(links)
    placed = layout([(60, 40)] * 31, links)
    for (a, b), (c, d) in itertools.combinations(
        zip(links, placed.routes, strict=True), 2
    ):
        if a[1] == c[1]:
            continue
        if b[0][0] == d[0][0]:
            assert (b[0][1] - d[0][1]) * (b[-1][1] - d[-1][1]) > 0


def unrolled(steps: int) -> tuple[list[Size], list[Link]]:
    """A recurrent network: two weights used at every step, 14 boxes a step."""
    links: list[Link] = []
    state, count = 2, 3
    for _ in range(steps):
        first = count
        links += [(0, first), (1, first), (state, first)]
        for k in range(first, first + 13):
            links.append((k, k + 1))
            if k % 3 == 0:
                links.append((k, min(k + 3, first + 13)))
        state = first + 13
        count = first + 14
    return [(150, 80)] * count, links


@pytest.mark.parametrize(
    ("graph", "seconds"),
    [
        (unrolled(715), 1.2),
        (([(150, 80)] * 100_000, [(k, k + 1) for k in range(99_999)]), 5),
    ],
    ids=["10,000 nodes", "chain of 100,000"],
)
def test_large_graphs_are_laid_out_in_time(
    graph: tuple[list[Size], list[Link]], seconds: float
) -> None:
    sizes, links = graph
    # Processor time: other work on the machine is not the layout's.
    start = time.process_time()
    placed = layout(sizes, links, down=True)
    took = time.process_time() - start
    assert len(placed.corners) == len(sizes) and len(placed.routes) == len(links)
    traced = sys.gettrace() is not None  # by coverage, which takes half as long again
    assert took < (2 * seconds if traced else seconds)


def test_many_long_links_do_not_fill_the_memory() -> None:
    # Each of 1,500 boxes feeds the last one: a million dummies, were each drawn.
    count = 1500
    links = [(k, k + 1) for k in range(count - 1)]
    links += [(k, count - 1) for k in range(count - 2)]
    placed = layout([(50, 30)] * count, links)
    assert sum(map(len, placed.routes)) < 40 * count


@pytest.mark.parametrize("on", [True, False])
def test_the_collector_rests_while_a_picture_is_drawn(
    monkeypatch: pytest.MonkeyPatch, on: bool
) -> None:
    seen: list[bool] = []

    def noted(*args: Any, **named: Any) -> Picture:
        seen.append(gc.isenabled())
        return draw(*args, **named)

    monkeypatch.setattr("livegraph.svg.draw", noted)
    (gc.enable if on else gc.disable)()
    try:
        svg(chain(3))
        after = gc.isenabled()
    finally:
        gc.enable()
    assert seen == [False]
    assert after is on
