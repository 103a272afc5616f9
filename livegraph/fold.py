"""Which cards a picture shows: all of them, or groups that open on demand.

Groups are runs of operations that follow one another, so a picture of groups
has no cycle. A run is a call of a module, a stretch that repeats itself, or,
where there is neither, a piece of even length. No recursion: a graph may be
nested as deep as it likes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress

from livegraph.graph import Graph

LIMIT = 60

_PIECE = 24
_AROUND = 12
_LONGEST_PERIOD = 64
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Group:
    """Cards that are folded into one.

    ``items`` are positions in ``Graph.nodes`` or groups, in the order in which
    forward ran; ``ops`` counts the operations inside, ``last`` is the position
    of the last of them. ``label`` is a module's path, or the repeated names.
    """

    label: str
    items: tuple[int | Group, ...]
    ops: int
    last: int


@dataclass(frozen=True)
class View:
    """What one drawing shows.

    ``items`` are positions in ``Graph.nodes``, or groups; ``outside`` the
    places in ``items`` that stand for what lies around an opened group.
    ``edges`` holds for each of ``links`` the positions in ``Graph.edges``.
    """

    items: list[int | Group]
    links: list[tuple[int, int]]
    edges: list[tuple[int, ...]]
    outside: frozenset[int] = frozenset()

    @property
    def groups(self) -> list[Group]:
        """The groups in this view that can be opened."""
        return [
            item
            for k, item in enumerate(self.items)
            if isinstance(item, Group) and k not in self.outside
        ]


Items = list["int | Group"]


class Fold:
    """Decides what a picture of ``graph`` shows, with about ``limit`` cards."""

    def __init__(self, graph: Graph, limit: int = LIMIT) -> None:
        self.graph = graph
        self.limit = limit
        place = {node.id: i for i, node in enumerate(graph.nodes)}
        self.ends = [(place[edge.src], place[edge.dst]) for edge in graph.edges]

    def top(self) -> View:
        """Return the view that a reader sees first."""
        graph = self.graph
        if len(graph.nodes) <= self.limit:
            return View(
                list(range(len(graph.nodes))),
                self.ends,
                [(i,) for i in range(len(graph.edges))],
            )
        items = _repeats(_modules(graph), graph, self.limit)
        seated: Items = []
        # Leaves count as well: operations alone may be few enough.
        for most in (self.limit, self.limit // 2):
            items = _pieces(items, most)
            seated = _spread(_with_leaves(graph, items, self.ends), self.limit)
            if len(seated) <= self.limit:
                break
        return self._view(seated)

    def open(self, group: Group) -> View:
        """Return the view of what is inside ``group``, and of what it touches."""
        return self._view(_spread(list(group.items), self.limit))

    def _view(self, items: Items) -> View:
        inner = {i: k for k, item in enumerate(items) for i in members(item)}
        touched = self._touched(inner)
        shown, items, outside = _surround(inner, items, touched, self.ends)
        bundles: dict[tuple[int, int], list[int]] = {}
        for e in touched:
            src, dst = self.ends[e]
            link = shown[src], shown[dst]
            if link in bundles:
                bundles[link].append(e)
            elif link[0] != link[1]:
                bundles[link] = [e]
        links: list[tuple[int, int]] = []
        edges: list[tuple[int, ...]] = []
        for (a, b), bundle in bundles.items():
            if isinstance(items[a], Group) or isinstance(items[b], Group):
                links.append((a, b))
                edges.append(tuple(bundle))
            else:
                # Between two cards each edge is drawn: a * a has two.
                links.extend([(a, b)] * len(bundle))
                edges.extend((e,) for e in bundle)
        return View(items, links, edges, outside)

    def _touched(self, inner: dict[int, int]) -> list[int]:
        """Return the edges that begin or end at one of ``inner``."""
        if len(inner) == len(self.graph.nodes):
            return list(range(len(self.ends)))
        found = {e for i in inner for e in self._at[i]}
        return sorted(found)

    @cached_property
    def _at(self) -> list[list[int]]:
        """The edges at each node."""
        at: list[list[int]] = [[] for _ in self.graph.nodes]
        for e, (src, dst) in enumerate(self.ends):
            at[src].append(e)
            at[dst].append(e)
        return at


def _surround(
    inner: dict[int, int],
    items: Items,
    touched: list[int],
    ends: list[tuple[int, int]],
) -> tuple[dict[int, int], Items, frozenset[int]]:
    """Add what lies around: a card each, and one for the rest where it is much."""
    before, after = [], []
    for e in touched:
        src, dst = ends[e]
        if src not in inner:
            before.append(src)
        if dst not in inner:
            after.append(dst)
    shown = dict(inner)
    items = list(items)
    count = len(items)
    for around in (list(dict.fromkeys(before)), list(dict.fromkeys(after))):
        alone = around if len(around) <= _AROUND else around[: _AROUND - 1]
        for i in alone:
            shown[i] = len(items)
            items.append(i)
        rest = around[len(alone) :]
        if rest:
            for i in rest:
                shown[i] = len(items)
            items.append(Group("…", tuple(rest), len(rest), rest[-1]))
    return shown, items, frozenset(range(count, len(items)))


def members(item: int | Group) -> list[int]:
    """Return the positions in ``Graph.nodes`` of everything inside ``item``."""
    found: list[int] = []
    stack = [iter((item,))]
    while stack:
        for one in stack[-1]:
            if isinstance(one, Group):
                stack.append(iter(one.items))
                break
            found.append(one)
        else:
            stack.pop()
    return found


def _group(label: str, items: Sequence[int | Group]) -> Group:
    ops = sum(item.ops if isinstance(item, Group) else 1 for item in items)
    end = items[-1]
    return Group(label, tuple(items), ops, end.last if isinstance(end, Group) else end)


def _modules(graph: Graph) -> Items:
    """Return the operations as a tree of calls of modules."""
    top: Items = []
    open_items: list[Items] = [top]
    open_path: list[str] = []

    def close(depth: int) -> None:
        while len(open_path) > depth:
            items = open_items.pop()
            label = ".".join(open_path)
            open_path.pop()
            # A call that holds one thing only says no more than the thing.
            only = items[0] if len(items) == 1 else _group(label, items)
            open_items[-1].append(only)

    for i, node in enumerate(graph.nodes):
        if node.kind != "op":
            continue
        path = node.module.split(".") if node.module else []
        same = 0
        for ours, theirs in zip(open_path, path, strict=False):
            if ours != theirs:
                break
            same += 1
        close(same)
        for part in path[same:]:
            open_path.append(part)
            open_items.append([])
        open_items[-1].append(i)
    close(0)
    return top


def _each_level(top: Items, change: Callable[[Items], Items]) -> Items:
    """Apply ``change`` to the items of every group, the innermost first."""
    frames: list[tuple[str, Iterator[int | Group], Items]] = [("", iter(top), [])]
    while True:
        label, todo, done = frames[-1]
        for item in todo:
            if isinstance(item, Group):
                frames.append((item.label, iter(item.items), []))
                break
            done.append(item)
        else:
            frames.pop()
            changed = change(done)
            if not frames:
                return changed
            frames[-1][2].append(_group(label, changed))


def _repeats(top: Items, graph: Graph, limit: int) -> Items:
    """Group what repeats itself, at every level that is too long."""
    known: dict[int | str | tuple[object, ...], int] = {}

    def sign(item: int | Group) -> int:
        if isinstance(item, Group):
            key: str | tuple[object, ...] = (_DIGITS.sub("", item.label), item.ops)
        else:
            key = graph.nodes[item].fn
        return known.setdefault(key, len(known))

    def change(items: Items) -> Items:
        for _ in range(4):
            if len(items) <= limit:
                return items
            found = _longest_repeat([sign(item) for item in items])
            if found is None:
                return items
            start, period, times = found
            end = start + period * times
            name = _name(graph, items[start : start + period])
            units: Items = list(items[start:end])
            if period > 1:
                units = [
                    _group(f"{name} ({k + 1})", units[i : i + period])
                    for k, i in enumerate(range(0, len(units), period))
                ]
            folded = _group(f"{name} ×{times}", units)
            items = [*items[:start], folded, *items[end:]]
        return items

    return _each_level(top, change)


def _name(graph: Graph, items: Items) -> str:
    """Name what repeats itself: its operation, or the module they all are in."""
    last = [item.last if isinstance(item, Group) else item for item in items]
    if len(last) == 1 and not isinstance(items[0], Group):
        return graph.nodes[last[0]].fn.removesuffix("0").removesuffix("Backward")
    common = graph.nodes[last[0]].module.split(".")
    for i in last[1:]:
        path = graph.nodes[i].module.split(".")
        while common != path[: len(common)]:
            common.pop()
    if any(common):
        return ".".join(common)
    return graph.nodes[last[0]].fn.removesuffix("0").removesuffix("Backward") + " …"


def _longest_repeat(signs: list[int]) -> tuple[int, int, int] | None:
    """Return start, period and times of the stretch that repeats the longest."""
    best = (0, 0, 0, 0)
    for period in range(1, min(_LONGEST_PERIOD, len(signs) // 3) + 1):
        run = start = 0
        for i, (a, b) in enumerate(zip(signs, signs[period:], strict=False)):
            if a == b:
                if not run:
                    start = i
                run += 1
                if run > best[0] and run >= 2 * period:
                    best = (run, start, period, run // period + 1)
            else:
                run = 0
        if best[0] > 0.8 * len(signs):
            break
    if not best[0]:
        return None
    return best[1:]


def _pieces(top: Items, limit: int) -> Items:
    """Cut every level that is still too long into pieces of even length."""

    def change(items: Items) -> Items:
        while len(items) > limit:
            step = min(_PIECE, -(-len(items) // 2))
            items = [
                _group(_stretch(items[i : i + step], i), items[i : i + step])
                for i in range(0, len(items), step)
            ]
        return items

    return _each_level(top, change)


def _stretch(items: Items, start: int) -> str:
    """Name a piece after its first and its last item, or by counting."""
    first, last = items[0], items[-1]
    if isinstance(first, Group) and isinstance(last, Group):
        return f"{first.label.split(' – ')[0]} – {last.label.split(' – ')[-1]}"
    return f"{start + 1} – {start + len(items)}"


def _with_leaves(graph: Graph, top: Items, ends: list[tuple[int, int]]) -> Items:
    """Put each leaf and constant into the innermost group that alone uses it."""
    home: dict[int, tuple[int, ...]] = {}  # operation → numbers of its groups
    stack: list[tuple[Sequence[int | Group], tuple[int, ...]]] = [(top, ())]
    while stack:
        items, path = stack.pop()
        for item in items:
            if isinstance(item, Group):
                stack.append((item.items, (*path, id(item))))
            else:
                home[item] = path
    guest = [node.kind != "op" for node in graph.nodes]
    for src, dst in ends:
        if not guest[src]:
            continue
        path = home.get(dst, ())
        if src in home:
            same = 0
            for ours, theirs in zip(home[src], path, strict=False):
                if ours != theirs:
                    break
                same += 1
            path = path[:same]
        home[src] = path
    guests: dict[int, list[int]] = {}
    for i in compress(range(len(guest)), guest):
        path = home.get(i, ())
        guests.setdefault(path[-1] if path else 0, []).append(i)
    return _seat(top, guests)


def _seat(top: Items, guests: dict[int, list[int]]) -> Items:
    frames: list[tuple[Group | None, Iterator[int | Group], Items]] = [
        (None, iter(top), [])
    ]
    while True:
        group, todo, done = frames[-1]
        for item in todo:
            if isinstance(item, Group):
                frames.append((item, iter(item.items), []))
                break
            done.append(item)
        else:
            frames.pop()
            if group is None:
                return guests.get(0, []) + done
            items = (*guests.get(id(group), []), *done)
            frames[-1][2].append(Group(group.label, items, group.ops, group.last))


def _spread(items: Items, limit: int) -> Items:
    """Open groups, one level after another, while the cards stay few enough."""
    while True:
        wider: Items = []
        groups = False
        for item in items:
            if isinstance(item, Group):
                wider.extend(item.items)
                groups = True
            else:
                wider.append(item)
        if len(wider) > limit or not groups:
            return items
        items = wider
