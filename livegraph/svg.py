"""A graph → an SVG picture."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from math import inf

from livegraph.block import brief, width
from livegraph.card import Card, card, group_card, sign, stub
from livegraph.collector import uncollected
from livegraph.fold import LIMIT, Fold, Group, View, members
from livegraph.graph import Edge, Graph
from livegraph.layout import Placed, Point, Space, layout, rank
from livegraph.lines import Pills, head, line, pill_width
from livegraph.text import headline
from livegraph.theme import Style, style_of
from livegraph.words import ENGLISH, Words

# A thumbnail shows the shape of a graph, not its every card.
_THUMB = 16
_THUMB_WIDTH = 420
# A wider picture would shrink below readable text on a page.
WIDEST = 940
_MARGIN = 14
_LONGEST = 16
_KEY_HEIGHT = 26
_KEY_LABEL = 68
# What a phone can show without letters below 9 pixels.
_NARROW = 470
# How many layers an input may stand above its operation to make room.
_CLIMB = 3
_APART = 14


@uncollected()
def svg(
    graph: Graph,
    *,
    title: str = "",
    prefix: str = "lg",
    theme: str = "light",
    down: bool | None = None,
    limit: int = LIMIT,
    words: Words = ENGLISH,
    about: str = "",
) -> str:
    """Draw ``graph`` as an SVG element.

    ``theme`` is ``light`` or ``dark`` (literal colours, for viewers without CSS),
    or ``page`` (colours from the ``picture.css`` of the page). ``down`` chooses the
    direction; None lets deep graphs run top-down. ``prefix`` keeps the ids of
    several pictures on a page apart; above ``limit`` cards the picture shows
    groups; ``words`` holds every label. ``about`` describes the picture to those
    who do not see it: ``text(graph)``, or one sentence where it is left out.
    """
    return draw(
        graph,
        Fold(graph, limit).top(),
        prefix,
        theme=theme,
        down=down,
        title=title,
        words=words,
        about=about,
    ).svg


@uncollected()
def thumbnail(
    graph: Graph, *, prefix: str = "lg", theme: str = "page", words: Words = ENGLISH
) -> str:
    """Draw ``graph`` for a gallery card: names and lines, legible at 300 pixels."""
    style = style_of(theme)
    view = Fold(graph, _THUMB).top()
    cards = [
        sign(_caption(graph, item), _kind(graph, item), style) for item in view.items
    ]
    ranks = rank(len(cards), view.links)
    space = Space(between=14, layers=44, lines=14, port=14)
    sizes = [(one.width, one.height) for one in cards]
    down = _natural_width(cards, ranks, 0) > _THUMB_WIDTH
    placed = layout(sizes, view.links, down=down, space=space, ranks=ranks)
    out = [_open(graph, _size(placed), prefix, "", words, style)]
    consts = _consts(graph, view)
    for k, route in enumerate(_along(placed, down)):
        out.append(_link(graph, view.edges[k], consts[k], route, down, style))
    for (x, y), one in zip(placed.corners, cards, strict=True):
        out.append(f'<g transform="translate({x:.0f} {y:.0f})">{one.draw()}</g>')
    out.append("</g></svg>")
    return "".join(out)


def _kind(graph: Graph, item: int | Group) -> str:
    if isinstance(item, Group):
        return "group"
    node = graph.nodes[item]
    return "root" if "root" in node.marks else node.kind


def _caption(graph: Graph, item: int | Group) -> str:
    if isinstance(item, Group):
        return item.label
    node = graph.nodes[item]
    return (
        node.name
        or (brief(node.value) if node.kind == "const" else "")
        or node.fn.removesuffix("0").removesuffix("Backward")
    )


class Picture:
    """One drawing: the SVG text and its natural size in pixels."""

    __slots__ = ("down", "height", "svg", "width")

    def __init__(self, text: str, width: float, height: float, down: bool) -> None:
        self.svg = text
        self.width = width
        self.height = height
        self.down = down


def draw(
    graph: Graph,
    view: View,
    prefix: str,
    *,
    theme: str = "page",
    down: bool | None = None,
    title: str = "",
    words: Words = ENGLISH,
    about: str = "",
    narrow: bool = False,
    steps: Steps | None = None,
    anchors: Callable[[int | Group], str] | None = None,
) -> Picture:
    """Draw one view of ``graph``.

    ``theme`` is that of ``svg``;
    ``narrow`` makes a picture for a small screen, top-down; ``about`` describes
    it, else one sentence does;
    ``steps`` adds what the stepper reads; ``anchors`` gives the id of the place
    where a group is drawn open, empty for nowhere.
    """
    style = style_of(theme)
    cards = _cards(graph, view, style, words, narrow)
    ranks = rank(len(cards), view.links)
    consts = _consts(graph, view)
    labels = [
        _label(graph, edges, const, words)
        for edges, const in zip(view.edges, consts, strict=True)
    ]
    widest = max((pill_width(text) for text, _ in labels if text), default=22)
    if down is None:
        down = narrow or _natural_width(cards, ranks, widest) > WIDEST
    room = inf
    if down:
        room = (_NARROW if narrow else WIDEST) - 2 * _MARGIN
        ranks = _thin_out(cards, ranks, view.links, room)
        between, lines = (_APART, 20) if narrow else (24, 30)
        space = Space(between, layers=72, lines=lines, port=widest + 10)
    else:
        _same_width(cards, ranks)
        space = Space(layers=widest + 46)
    sizes = [(one.width, one.height) for one in cards]
    placed = layout(sizes, view.links, down=down, space=space, ranks=ranks, room=room)
    mapped = any(one.mapped for one in cards)
    key = _key_width(words) if mapped else 0
    size = _size(placed, key)
    out = [_open(graph, size, prefix, title, words, style, about)]
    pills = Pills(down, style)
    marks = []
    for k, route in enumerate(_along(placed, down)):
        edges = view.edges[k]
        data = steps.of_edges(edges) if steps else ""
        out.append(_link(graph, edges, consts[k], route, down, style, data))
        text, kind = labels[k]
        if text:
            pill = pills.place(route, text, none=kind != "grad")
            marks.append(f"<g{style['lg-pill']}{data}>{pill}</g>")
    for i, (x, y) in enumerate(placed.corners):
        data = steps.of_item(view.items[i]) if steps else ""
        if anchors is not None and (target := anchors(view.items[i])):
            data += f' data-open="{target}"'
        out.append(
            f'<g{style["lg-card"]}{data} transform="translate({round(x)} {round(y)})">'
            f"{cards[i].draw()}</g>"
        )
    out.extend(marks)
    if key:
        out.append(_key(placed.height, words, style))
    out.append("</g></svg>")
    return Picture("".join(out), *size, down)


def _size(placed: Placed, key: float = 0) -> tuple[int, int]:
    """Return width and height with margins, and room for a key of that width."""
    high = placed.height + (_KEY_HEIGHT if key else 0)
    wide = max(placed.width, key)
    return round(wide) + 2 * _MARGIN, round(high) + 2 * _MARGIN


def _key_width(words: Words) -> float:
    """Return how wide a picture has to be for its key, which may use the margin."""
    return _KEY_LABEL + width(words.colours, 11.5) - _MARGIN


def _key(below: float, words: Words, style: Style) -> str:
    """Explain the colours of heat maps, in the corner below the picture."""
    top = round(below) + 16
    cells = "".join(
        f'<path{style[f"lg-h{level}"]} d="M{(level + 4) * 6} {top}h11v11h-11z"/>'
        for level in (-4, -2, 0, 2, 4)
    )
    label = escape(words.colours)
    return f'{cells}<text{style["lg-s"]} x="{_KEY_LABEL}" y="{top + 10}">{label}</text>'


def _cards(
    graph: Graph, view: View, style: Style, words: Words, narrow: bool
) -> list[Card]:
    """Measure the cards of a view."""
    nodes = graph.nodes
    made = []
    for k, item in enumerate(view.items):
        if isinstance(item, Group):
            if k in view.outside:
                label = words.more.format(count=item.ops)
                made.append(stub(label, style))
            else:
                last = nodes[item.last]
                made.append(group_card(item.label, item.ops, last, style, words))
        elif k in view.outside:
            node = nodes[item]
            made.append(stub(node.name or node.expr or node.fn, style))
        else:
            made.append(card(nodes[item], style, words, narrow))
    return made


def _thin_out(
    cards: list[Card], ranks: list[int], links: list[tuple[int, int]], room: float
) -> list[int]:
    """Move inputs up from layers that need more than ``room``."""
    taken: dict[int, int] = {}
    for one, r in zip(cards, ranks, strict=True):
        taken[r] = taken.get(r, 0) + one.width + _APART
    if max(taken.values(), default=0) <= room:
        return ranks
    fed = {dst for _, dst in links}
    layers: dict[int, list[int]] = {}
    for v, r in enumerate(ranks):
        layers.setdefault(r, []).append(v)
    first = 0
    for r in sorted(layers, reverse=True):
        # The last ones go: what stands first is what an expression names first.
        for v in [v for v in reversed(layers[r]) if v not in fed]:
            if taken[r] <= room or len(layers[r]) == 1:
                break
            wide = cards[v].width + _APART
            for up in range(r - 1, r - 1 - _CLIMB, -1):
                if taken.get(up, 0) + wide <= room:
                    layers[r].remove(v)
                    layers.setdefault(up, []).append(v)
                    taken[up] = taken.get(up, 0) + wide
                    for passed in range(up + 1, r + 1):
                        taken[passed] = taken.get(passed, 0) + 20
                    taken[r] -= wide
                    first = min(first, up)
                    break
    if room > _NARROW and max(taken.values()) > room:
        return ranks  # it does not fit either way: the shorter lines, then
    thin = list(ranks)
    for at, layer in layers.items():
        for v in layer:
            thin[v] = at - first
    return thin


def _natural_width(cards: list[Card], ranks: list[int], pill: float) -> float:
    """Return how wide a picture from left to right would be."""
    wide = [0.0] * (max(ranks, default=0) + 1)
    for one, r in zip(cards, ranks, strict=True):
        if one.width > wide[r]:
            wide[r] = one.width
    return sum(wide) + (len(wide) - 1) * (pill + 46) + 2 * _MARGIN


def _same_width(cards: list[Card], ranks: list[int]) -> None:
    """Give cards of one column the same width where that costs little."""
    wide: dict[int, float] = {}
    for one, r in zip(cards, ranks, strict=True):
        if one.kind != "number":
            wide[r] = max(wide.get(r, 0), one.width)
    for one, r in zip(cards, ranks, strict=True):
        if one.kind != "number" and one.width > 0.6 * wide[r]:
            one.width = wide[r]


def _open(
    graph: Graph,
    size: tuple[int, int],
    prefix: str,
    title: str,
    words: Words,
    style: Style,
    about: str = "",
) -> str:
    wide, high = size
    if not title:
        roots = [node for node in graph.nodes if "root" in node.marks]
        names = [node.name for node in roots if node.name]
        title = words.graph_of.format(names=words.listed(names) or "…")
    about = about or headline(graph, words)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg"{style["lg-svg"]} role="img" '
        f'aria-labelledby="{prefix}-t" aria-describedby="{prefix}-d" '
        f'width="{wide}" height="{high}" viewBox="0 0 {wide} {high}">'
        f'<title id="{prefix}-t">{escape(title)}</title>'
        f'<desc id="{prefix}-d">{escape(about)}</desc>'
        f'<rect{style["lg-paper"]} width="{wide}" height="{high}"/>'
        f'<g transform="translate({_MARGIN} {_MARGIN})">'
    )


def _consts(graph: Graph, view: View) -> list[bool]:
    """Say of each link whether it begins at a constant."""
    const = [
        isinstance(item, int) and graph.nodes[item].kind == "const"
        for item in view.items
    ]
    return [const[src] for src, _ in view.links]


def _label(
    graph: Graph, edges: tuple[int, ...], const: bool, words: Words
) -> tuple[str, str]:
    """Return the words of a pill and what they are: ``grad``, ``none`` or ``count``."""
    if len(edges) > 1:
        return f"×{len(edges)}", "count"
    if const:
        return "", ""
    edge = graph.edges[edges[0]]
    shown = [brief(grad) for grad in edge.grads if grad is not None]
    if shown:
        passes = " | ".join(shown)
        if len(shown) > 1 and len(passes) > _LONGEST:
            passes = f"… | {shown[-1]}"
        return passes, "grad"
    return (words.none, "none") if edge.grads else ("", "")


def _along(placed: Placed, down: bool) -> list[list[Point]]:
    """Return the routes as points that say first how far along the picture."""
    if down:
        return [[(y, x) for x, y in route] for route in placed.routes]
    return placed.routes


def _link(
    graph: Graph,
    edges: tuple[int, ...],
    const: bool,
    route: list[Point],
    down: bool,
    style: Style,
    data: str = "",
) -> str:
    delivered = any([_delivered(graph.edges[i]) for i in edges])
    shift = -4 if delivered else 0
    mark = "lg-fc" if const else "lg-fm" if len(edges) > 1 else "lg-f"
    tip = "lg-ch" if const else "lg-fh"
    out = (
        f"<g{style['lg-line']}{data}><path{style[mark]} "
        f'd="{line(route, down=down, shift=shift)}"/>'
        f'<path{style[tip]} d="{head(route, down=down, shift=shift)}"/>'
    )
    if delivered:
        out += (
            f'<path{style["lg-b"]} d="{line(route, down=down, shift=5, back=True)}"/>'
            f'<path{style["lg-bh"]} d="{head(route, down=down, shift=5, back=True)}"/>'
        )
    return out + "</g>"


def _delivered(edge: Edge) -> bool:
    for grad in edge.grads:
        if grad is not None:
            return True
    return False


class Steps:
    """When each node and each edge acts: numbers of steps, from 1."""

    def __init__(self, graph: Graph) -> None:
        self.nodes: dict[int, list[int]] = {}
        self.edges: dict[int, list[int]] = {}
        self.forward: dict[int, int] = {}
        self.backward: dict[int, int] = {}
        self.sent: dict[int, int] = {}
        place = {node.id: i for i, node in enumerate(graph.nodes)}
        for k, step in enumerate(graph.steps, 1):
            at = place[step.node]
            self.nodes.setdefault(at, []).append(k)
            first = self.forward if step.phase == "forward" else self.backward
            first.setdefault(at, k)
            for e in step.edges:
                self.edges.setdefault(e, []).append(k)
                if step.phase == "backward":
                    self.sent.setdefault(e, k)
        self.used = [self.forward.get(place[edge.dst], 0) for edge in graph.edges]
        # That nothing was sent shows when it could have been.
        for e, edge in enumerate(graph.edges):
            ran = self.backward.get(place[edge.dst])
            if ran and graph.nodes[place[edge.src]].kind != "const":
                self.sent.setdefault(e, ran)

    def of_item(self, item: int | Group) -> str:
        """Return the attributes of a card: shown from, gradient from, acts at."""
        inside = members(item)
        acts = sorted({k for i in inside for k in self.nodes.get(i, ())})
        shown = [self.forward[i] for i in inside if i in self.forward]
        back = [self.backward[i] for i in inside if i in self.backward]
        return _data(f=min(shown, default=0), b=min(back, default=0), a=_spans(acts))

    def of_edges(self, edges: tuple[int, ...]) -> str:
        """Return the attributes of a line: gradient from, acts at."""
        acts = sorted({k for e in edges for k in self.edges.get(e, ())})
        sent = [self.sent[e] for e in edges if e in self.sent]
        used = min(self.used[e] for e in edges)
        return _data(f=used, b=min(sent, default=0), a=_spans(acts))


def _spans(acts: list[int]) -> str:
    """Write sorted numbers as ``1 4-6 9``: a group acts in many steps on end."""
    spans: list[list[int]] = []
    for k in acts:
        if spans and spans[-1][1] == k - 1:
            spans[-1][1] = k
        else:
            spans.append([k, k])
    return " ".join(f"{a}-{b}" if b > a else f"{a}" for a, b in spans)


def _data(**named: int | str) -> str:
    return "".join(f' data-{key}="{value}"' for key, value in named.items() if value)
