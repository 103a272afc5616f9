"""Pictures: what stands on them, and that nothing lies on anything else."""

from __future__ import annotations

import dataclasses
import itertools
import random
import re
from xml.etree import ElementTree

import pytest
from chinese import CHINESE
from graphs import INF, NAN, chain, network, small, unusual, value

from livegraph import text
from livegraph.block import MONO
from livegraph.fold import Fold
from livegraph.graph import Edge, Graph, Node, Number, Saved, Value
from livegraph.layout import Space, layout
from livegraph.lines import Pills
from livegraph.numbers import number_words
from livegraph.svg import draw, svg, thumbnail
from livegraph.text import headline
from livegraph.theme import attributes, style_of
from livegraph.wording import value_words
from livegraph.words import Words, translated

SVG = "{http://www.w3.org/2000/svg}"
GRAPHS = {"small": small(), "unusual": unusual(), "folded": network(12)}


def tree(picture: str) -> ElementTree.Element:
    return ElementTree.fromstring(picture)


def texts(picture: str) -> list[str]:
    return ["".join(text.itertext()) for text in tree(picture).iter(f"{SVG}text")]


def by_class(picture: str, name: str) -> list[ElementTree.Element]:
    return [
        item for item in tree(picture).iter() if name in item.get("class", "").split()
    ]


@pytest.mark.parametrize("theme", ["page", "light", "dark"])
@pytest.mark.parametrize("name", GRAPHS)
def test_a_picture_is_xml_with_a_role_a_title_and_a_description(
    name: str, theme: str
) -> None:
    root = tree(svg(GRAPHS[name], theme=theme, prefix="p7"))
    assert root.get("role") == "img"
    named = root.get("aria-labelledby", "").split()
    words = {item.get("id"): item.text for item in root.iter() if item.get("id")}
    assert named and all(words[one] for one in named)


def test_the_small_graph_says_all_it_knows() -> None:
    found = texts(svg(small()))
    for words in ("w", "x", "a= w + x", "b= w + 1", "y= a * b", "1"):
        assert words in found, words
    assert "3 + 5 = 8" in found
    assert "MulBackward0" in found
    assert "saves self = a, other = b" in found


def test_a_gradient_that_was_there_before_is_part_of_the_sum() -> None:
    node = small().nodes[0]
    twice = Node(
        0,
        "leaf",
        "AccumulateGrad",
        names=("w",),
        values=(value(2.0),),
        grads=((value(8.0),), (value(8.0),)),
        parts=((value(3.0), value(5.0)), (value(3.0), value(5.0))),
        before=(None, value(8.0)),
        held=value(16.0),
    )
    assert "3 + 5 = 8" in texts(svg(Graph((node,))))
    assert "8 + 3 + 5 = 16" in texts(svg(Graph((twice,))))


def test_a_sum_that_does_not_add_up_is_not_shown() -> None:
    node = Node(
        0,
        "leaf",
        "AccumulateGrad",
        names=("w",),
        values=(value(2.0),),
        parts=((value(3.0), value(5.0)),),
        held=value(80.0),
    )
    found = texts(svg(Graph((node,))))
    assert "80" in found and not any("+" in words for words in found)


def test_every_edge_that_delivered_has_a_dashed_line_and_its_gradient() -> None:
    picture = svg(small(), theme="page")
    assert len(by_class(picture, "lg-b")) == len(by_class(picture, "lg-bh")) == 5
    assert len(by_class(picture, "lg-f")) == 5
    assert len(by_class(picture, "lg-fc")) == 1
    pills = ["".join(text.itertext()) for text in by_class(picture, "lg-pt")]
    assert sorted(pills) == ["3", "3", "3", "5", "5"]


def test_lines_and_cards_differ_by_more_than_colour() -> None:
    style = attributes("light")
    for forward, backward in (("lg-f", "lg-b"), ("lg-f", "lg-fc"), ("lg-fc", "lg-b")):
        dashes = [
            re.search('dasharray="([^"]*)"', style[name])
            for name in (forward, backward)
        ]
        assert (dashes[0] and dashes[0][1]) != (dashes[1] and dashes[1][1])
    cards = {}
    for picture in (svg(small(), theme="page"), svg(unusual(), theme="page")):
        for group in by_class(picture, "lg-card"):
            rect = group.find(f"{SVG}rect")
            assert rect is not None
            bars = sum("lg-br" in item.get("class", "") for item in group)
            cards[rect.get("class"), rect.get("rx"), bars] = group
    # leaf, operation, constant and root: four outlines
    assert len(cards) >= 4
    assert ("lg-c", "12", 0) in cards and ("lg-c", "5", 0) in cards
    assert any(key[0] == "lg-cc" for key in cards)
    assert ("lg-cr", "5", 2) in cards
    assert "dasharray" in style["lg-cc"] and "dasharray" not in style["lg-c"]


@pytest.mark.parametrize(
    "words",
    [
        "in-place",
        "view",
        "custom",
        "hook ×2",
        "⚠ nan",
        "⚠ overwritten self = w<1>",
        "freed self = z",
        "packed by a hook result = z",
        "none",
        "empty",
        "‖·‖ 321.1",
        "-3.2 … 3.9",
        "1024×4096",
        "1 more",
    ],
)
def test_what_is_unusual_is_said(words: str) -> None:
    assert words in texts(svg(unusual()))
    assert words not in texts(svg(small()))


def test_a_heat_map_has_a_cell_for_each_number_and_a_legend() -> None:
    picture = svg(unusual(), theme="page")
    cells = {
        level: sum(
            len(item.get("d", "").split("M")) - 1 for item in by_class(picture, name)
        )
        for name in attributes("light")
        if re.fullmatch(r"lg-h(-?\d|x)", name)
        for level in [name[4:]]
    }
    assert sum(cells.values()) == 8 + 12 + 5  # q is 2×4, X is 4×3; the key
    assert cells["x"] == 2  # a NaN and an infinity
    assert "0.2 … 3" in texts(picture)


def test_text_is_escaped() -> None:
    picture = svg(unusual())
    assert "w<1>" in texts(picture) and "w<1>" not in picture


def test_a_literal_picture_needs_no_style() -> None:
    for theme in ("light", "dark"):
        picture = svg(unusual(), theme=theme)
        assert "var(" not in picture and "class=" not in picture
        assert "<style" not in picture and "light-dark" not in picture
    assert svg(small(), theme="light") != svg(small(), theme="dark")


def test_an_unknown_theme_is_refused() -> None:
    with pytest.raises(ValueError, match='"light" or "dark"'):
        svg(small(), theme="sepia")


def test_ids_keep_pictures_apart_and_do_not_change() -> None:
    def ids(prefix: str) -> set[str]:
        found = re.findall(r' id="([^"]+)"', svg(small(), prefix=prefix))
        assert len(found) == len(set(found))
        return set(found)

    assert ids("a") and not ids("a") & ids("b")
    assert svg(unusual()) == svg(unusual())


def test_every_label_can_be_translated() -> None:
    picture = svg(unusual(), words=translated("§{}".format))
    for label in (
        "value",
        "grad",
        "view",
        "custom",
        "in-place",
        "hook",
        "none",
        "empty",
    ):
        assert label not in {words.strip() for words in texts(picture)}, label
        assert any(f"§{label}" in words for words in texts(picture)), label


Box = tuple[float, float, float, float]


def boxes(picture: str) -> tuple[list[Box], list[Box]]:
    """The rectangles of the cards and those of the pills."""
    cards, pills = [], []
    for group in by_class(picture, "lg-card"):
        rect = group.find(f"{SVG}rect")
        place = re.fullmatch(r"translate\((\S+) (\S+)\)", group.get("transform", ""))
        assert rect is not None and place
        x, y = float(place[1]), float(place[2])
        width, height = (float(rect.get(side, "0")) for side in ("width", "height"))
        cards.append((x, y, x + width, y + height))
    for group in by_class(picture, "lg-pill"):
        rect = group.find(f"{SVG}rect")
        assert rect is not None
        x, y, width, height = (
            float(rect.get(side, "0")) for side in ("x", "y", "width", "height")
        )
        pills.append((x, y, x + width, y + height))
    return cards, pills


@pytest.mark.parametrize("down", [False, True])
@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("words", [Words(), CHINESE], ids=["en", "zh-CN"])
def test_no_card_and_no_pill_covers_another(
    name: str, down: bool, narrow: bool, words: Words
) -> None:
    graph = GRAPHS[name]
    view = Fold(graph).top()
    picture = draw(graph, view, "p", down=down, narrow=narrow, words=words).svg
    cards, pills = boxes(picture)
    assert cards
    for a, b in itertools.combinations(cards + pills, 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], (a, b)


def room_of(line: str) -> float:
    """Return how many letters of code are as wide as ``line``."""
    return sum(1 if letter < "\u2e80" else 1 / MONO for letter in line)


@pytest.mark.parametrize(("narrow", "most"), [(False, 38), (True, 18)])
@pytest.mark.parametrize("field", ["w", "权"])
@pytest.mark.parametrize("label", ["saves", "由钩子打包过了"])
def test_a_line_of_what_a_node_saved_is_as_short_in_wide_letters(
    label: str, field: str, narrow: bool, most: int
) -> None:
    saved = tuple(Saved(f"{field}{k}") for k in range(10, 40))
    node = Node(0, "op", "F", "f()", ("y",), (value(1.0),), saved=saved)
    graph = Graph((node,))
    words = Words(saves=label)
    picture = draw(graph, Fold(graph).top(), "p", narrow=narrow, words=words).svg
    lines = [line.partition(" … ")[0] for line in texts(picture) if field in line]
    assert lines[0].startswith(f"{label} {field}10,") and len(lines) == 3
    for line in lines:
        # Not counted: a space before, ", " between and a comma after.
        assert room_of(line) <= most + 4


def test_a_picture_is_as_wide_as_its_key() -> None:
    numbers = tuple(float(k) for k in range(12))
    node = Node(0, "const", names=("m",), values=(value(*numbers, shape=(4, 3)),))
    graph = Graph((node,), (), (0,))
    for words in (Words(), CHINESE, Words(colours="色" * 40)):
        root = tree(svg(graph, words=words))
        wide = 11.5 * sum(0.6 if c < "\u2e80" else 1 for c in words.colours)
        assert float(root.get("width", "0")) >= 68 + wide


def test_pills_on_one_line_make_room_for_each_other() -> None:
    pills = Pills(down=True, style=style_of("page"))
    route = [(0.0, 50.0), (0.0, 50.0), (72.0, 60.0), (72.0, 60.0)]
    found = [pills.place(route, "0.25") for _ in range(2)]
    tops = [float(re.search(' y="([^"]+)"', one)[1]) for one in found]  # type: ignore[index]
    assert abs(tops[0] - tops[1]) >= 20


def test_parallel_edges_are_two_lines() -> None:
    leaf = Node(0, "leaf", "AccumulateGrad", names=("a",), values=(value(3.0),))
    square = Node(1, "op", "MulBackward0", "a * a", ("y",), (value(9.0),))
    edges = (Edge(0, 1, 0, 0, (value(3.0),)), Edge(0, 1, 0, 1, (value(3.0),)))
    picture = svg(Graph((leaf, square), edges), theme="page")
    lines = [item.get("d") for item in by_class(picture, "lg-f")]
    assert len(set(lines)) == 2


def test_a_deep_graph_runs_top_down_and_a_narrow_one_fits_a_phone() -> None:
    graph = chain(12)
    view = Fold(graph).top()
    assert draw(graph, view, "p").down
    assert not draw(small(), Fold(small()).top(), "p").down
    narrow = draw(small(), Fold(small()).top(), "p", narrow=True)
    assert narrow.width * 0.75 <= 358


def test_an_empty_graph_is_a_picture() -> None:
    assert tree(svg(Graph())).tag == f"{SVG}svg"


def test_a_thumbnail_is_small_and_names_the_tensors() -> None:
    found = texts(thumbnail(small()))
    assert set(found) == {"w", "x", "a", "b", "y", "1"}
    width = float(tree(thumbnail(small())).get("width", "inf"))
    assert width <= 360
    assert len(thumbnail(network(12))) < 20_000


def test_one_picture_of_a_large_graph_stays_below_the_limit() -> None:
    assert len(svg(chain(3000)).encode()) < 300_000
    assert len(svg(network(300)).encode()) < 300_000


@pytest.mark.parametrize("down", [True, False])
def test_no_group_covers_an_arrowhead(down: bool) -> None:
    """The cards under a group's stick out; they are drawn over the lines."""
    graph = network(12)
    edges = tuple(
        dataclasses.replace(edge, grads=(value(1.0),)) for edge in graph.edges
    )
    graph = dataclasses.replace(graph, edges=edges)
    picture = svg(graph, theme="page", down=down)
    boxes = []
    for group in by_class(picture, "lg-card"):
        x, y = map(float, re.findall(r"[\d.-]+", group.get("transform", "")))
        for rect in group.findall(f"{SVG}rect"):
            left, top = (float(rect.get(key, 0)) for key in ("x", "y"))
            wide, high = (float(rect.get(key, 0)) for key in ("width", "height"))
            boxes.append((x + left, y + top, x + left + wide, y + top + high))
    heads = [
        tuple(map(float, re.match(r"M([\d.-]+) ([\d.-]+)", path.get("d")).groups()))
        for path in by_class(picture, "lg-bh")
    ]
    assert heads
    for x, y in heads:
        # A point in the middle of the head, which begins at its tip.
        x, y = (x, y + 4) if down else (x + 4, y)
        for left, top, right, bottom in boxes:
            assert not (left < x < right and top < y < bottom)


def test_what_was_not_seen_is_not_called_a_value() -> None:
    unseen = Value((), "float32")
    node = Node(0, "op", "TanhBackward0", "tanh(w)", values=(unseen,))
    for words in (Words(), Words(unseen="nicht gesehen")):
        found = texts(svg(Graph((node,), (), (0,)), words=words))
        assert words.unseen in found and "float32" not in found
    several = Node(0, "op", "UnbindBackward0", "w.unbind()", ("a", "b"), (unseen,) * 2)
    assert texts(svg(Graph((several,), (), (0,)))).count("?") == 2
    leaf = Node(0, "leaf", "AccumulateGrad", names=("w",), values=(unseen,))
    edge = Edge(0, 1, 0, 0, (unseen,))
    graph = Graph((leaf, dataclasses.replace(node, id=1)), (edge,), (1,))
    assert "?" in texts(svg(graph))


@pytest.mark.parametrize(
    "number", [2.0, 1 / 3, 1e20, -0.0, NAN, -INF, 7, True, 1 + 2j, -2j, complex(NAN, 1)]
)
def test_a_number_is_written_alike_in_the_picture_and_in_words(number: Number) -> None:
    shown = number_words(number)
    node = Node(0, "const", names=("k",), values=(value(number),), marks=("root",))
    graph = Graph((node,), (), (0,))
    assert shown in texts(svg(graph))
    assert value_words(node.value) == shown


def test_a_vector_of_few_numbers_is_written_out_on_several_lines() -> None:
    numbers = (-0.014012, 0.560712, -0.062754)
    node = Node(0, "const", names=("bias",), values=(value(*numbers),))
    found = texts(svg(Graph((node,), (), (0,))))
    assert "[-0.01401, 0.5607," in found and "-0.06275]" in found
    assert not any("…" in words for words in found)


def test_on_a_phone_a_matrix_of_long_numbers_becomes_a_heat_map() -> None:
    numbers = (-0.005294, -0.582, -0.27232, 0.37931, -0.52043, 0.18962)
    node = Node(0, "const", names=("m",), values=(value(*numbers, shape=(2, 3)),))
    graph = Graph((node,), (), (0,))
    view = Fold(graph).top()
    wide, narrow = (draw(graph, view, "p", narrow=one) for one in (False, True))
    assert any("-0.5204" in words for words in texts(wide.svg))
    assert not any("-0.5204" in words for words in texts(narrow.svg))
    assert narrow.width < wide.width


def test_the_description_is_one_sentence_or_the_words_that_are_given() -> None:
    graph = small()
    assert f'<desc id="p-d">{headline(graph)}</desc>' in svg(graph, prefix="p")
    described = svg(graph, prefix="p", about=text(graph))
    root = tree(described)
    assert root.get("aria-describedby") == "p-d"
    (found,) = [item.text for item in root.iter() if item.get("id") == "p-d"]
    assert found == text(graph)


def test_layers_that_fit_stay_beside_one_that_does_not() -> None:
    """No part of the picture reaches out further than its widest layer."""
    source = random.Random(5)
    links = [
        (a, b)
        for b in range(1, 9)
        for a in source.sample(range(b), min(b, source.randint(1, 2)))
    ]
    sizes = [(source.choice((120, 200)), 40) for _ in range(9)]
    space = Space(between=14, layers=72, lines=20, port=30)
    free = layout(sizes, links, down=True, space=space)
    bound = layout(sizes, links, down=True, space=space, room=300)
    layers: dict[float, list[float]] = {}
    for (_, y), (width, height) in zip(bound.corners, sizes, strict=True):
        layers.setdefault(y + height / 2, []).append(width)
    widest = max(sum(row) + 14 * (len(row) - 1) for row in layers.values())
    assert widest > 300
    # Lines that pass the widest layer take 20 pixels each.
    assert bound.width <= widest + 6 * 20 < free.width
