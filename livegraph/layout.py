"""Boxes and links → coordinates, in layers from left to right or top to bottom.

Plain data in, plain data out: sizes of boxes and pairs of box numbers, no
torch, no recursion. Inside, ``main`` is the axis along which forward runs and
``cross`` the other one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heappush, heapreplace
from math import inf
from operator import add, sub

from livegraph.order import reduce_crossings
from livegraph.settle import FREE, Pull, Row, move, settle

Point = tuple[float, float]
Size = tuple[float, float]
Link = tuple[int, int]

# A dummy next to a dummy should be straight before anything else is.
_STRAIGHT = 8.0
# A leaf follows the operation that uses it, and does not pull at it.
_LEAF_PULL = 1e-5
# How what is not to move weighs against it.
_HELD = 1e6
# The lines of one side keep this distance, in pixels, before one is led to the middle.
_NEAR = 20.0
# So many long links of one box share a trunk.
_TRUNK = 4
_DUMMIES = 2000
# Height of all lanes that go around, together.
_LANES = 600


@dataclass(frozen=True)
class Space:
    """Distances in pixels.

    ``between`` separates boxes of one layer, ``layers`` two layers, ``lines``
    two lines that pass a layer; ``port`` separates two links at one box.
    """

    between: float = 22
    layers: float = 74
    lines: float = 24
    port: float = 27


@dataclass(frozen=True)
class Placed:
    """Where everything stands.

    ``corners`` are the top left corners of the boxes. A route has an even
    number of points: from the first to the second of each pair the line runs
    straight, from one pair to the next it swings.
    """

    width: float
    height: float
    corners: list[Point]
    routes: list[list[Point]]


def layout(
    sizes: Sequence[Size],
    links: Sequence[Link],
    *,
    down: bool = False,
    space: Space | None = None,
    ranks: Sequence[int] | None = None,
    room: float = inf,
) -> Placed:
    """Place boxes of ``sizes`` (width, height) joined by ``links`` (from, to).

    ``ranks`` are the layers found by ``rank``, if the caller has them already.
    ``room`` is how far layers should reach, in pixels: those that can, keep to
    it, at the price of lines that are less straight.
    Raises ValueError for a cycle, which no autograd graph has.
    """
    if not sizes:
        return Placed(0, 0, [], [])
    space = space or Space()
    if down:
        sizes = [(height, width) for width, height in sizes]
    grid = _Grid(sizes, links, list(ranks or rank(len(sizes), links)))
    grid.order()
    grid.place(space, room)
    placed = grid.draw(space)
    if not down:
        return placed
    return Placed(
        placed.height,
        placed.width,
        [(y, x) for x, y in placed.corners],
        [[(y, x) for x, y in route] for route in placed.routes],
    )


def rank(count: int, links: Sequence[Link]) -> list[int]:
    """Return the layer of each of ``count`` boxes: every link goes forward.

    Longest path from the inputs; then whatever has room moves next to what
    uses it, so that a leaf stands beside its first operation.
    """
    after: list[list[int]] = [[] for _ in range(count)]
    waiting = [0] * count
    for src, dst in links:
        after[src].append(dst)
        waiting[dst] += 1
    inner = [n > 0 for n in waiting]
    anchors = [0] * count
    for src, dst in links:
        if inner[src]:
            anchors[dst] += 1
    ranks = [0] * count
    ready = [v for v in range(count) if not waiting[v]]
    for v in ready:  # grows while it is walked: Kahn's order
        below = ranks[v] + 1
        for w in after[v]:
            if ranks[w] < below:
                ranks[w] = below
            waiting[w] -= 1
            if not waiting[w]:
                ready.append(w)
    if len(ready) < count:
        stuck = next(v for v in range(count) if waiting[v])
        raise ValueError(
            f"the links form a cycle through box {stuck}; "
            "remove the link that points backwards"
        )
    for v in reversed(ready):
        if after[v] and len(after[v]) >= anchors[v]:
            ranks[v] = min([ranks[w] for w in after[v]]) - 1
    return ranks


class _Grid:
    """Boxes and the dummies of long links, by layer."""

    def __init__(
        self, sizes: Sequence[Size], links: Sequence[Link], ranks: list[int]
    ) -> None:
        self.sizes = sizes
        self.links = links
        self.ranks = ranks  # one entry a vertex: dummies are appended
        count = len(sizes)
        self.count = count
        self.ins: list[list[int]] = [[] for _ in range(count)]
        self.outs: list[list[int]] = [[] for _ in range(count)]
        # The vertices of a link between its ends; None for one that is led
        # around everything, because its dummies would be too many.
        self.inner: list[list[int] | None] = [[] for _ in links]
        self._lay_links()
        self.layers: list[list[int]] = [[] for _ in range(max(ranks) + 1)]

    def _lay_links(self) -> None:
        ranks, ins, outs = self.ranks, self.ins, self.outs
        long = []
        for k, (src, dst) in enumerate(self.links):
            if ranks[dst] - ranks[src] == 1:
                outs[src].append(dst)
                ins[dst].append(src)
            else:
                long.append(k)
        bundles: dict[int, list[int]] = {}
        for k in long:
            bundles.setdefault(self.links[k][0], []).append(k)
        self._bundle(bundles)

    def _bundle(self, bundles: dict[int, list[int]]) -> None:
        """Give each long link its dummies.

        Many long links of one box share a trunk. Where even so the dummies
        would be too many, the longest links are led around everything.
        """
        ranks = self.ranks
        spans = {
            k: ranks[self.links[k][1]] - ranks[src] - 1
            for src, ks in bundles.items()
            for k in ks
        }
        alone = sum(spans.values()) <= _DUMMIES
        room = max(_DUMMIES, self.count)
        for src, ks in sorted(
            bundles.items(), key=lambda item: max(spans[k] for k in item[1])
        ):
            if alone and len(ks) < _TRUNK:
                for k in ks:
                    self.inner[k] = chain = self._chain(src, spans[k])
                    self._join(chain[-1], self.links[k][1])
                continue
            span = max(spans[k] for k in ks)
            room -= span
            if room < 0:
                for k in ks:
                    self.inner[k] = None
                continue
            chain = self._chain(src, span)
            for k in ks:
                self.inner[k] = chain[: spans[k]]
                self._join(chain[spans[k] - 1], self.links[k][1])

    def _chain(self, src: int, span: int) -> list[int]:
        first = len(self.ranks)
        chain = list(range(first, first + span))
        at = self.ranks[src]
        last = src
        for v in chain:
            at += 1
            self.ranks.append(at)
            self.ins.append([])
            self.outs.append([])
            self._join(last, v)
            last = v
        return chain

    def _join(self, v: int, w: int) -> None:
        self.outs[v].append(w)
        self.ins[w].append(v)

    def order(self) -> None:
        """Fill ``layers`` with vertices in an order with few crossings."""
        for v, r in enumerate(self.ranks):
            self.layers[r].append(v)
        if any(len(layer) > 1 for layer in self.layers):
            self.layers = reduce_crossings(self._starts(), self.ins, self.outs)

    def _starts(self) -> Iterator[list[list[int]]]:
        """Yield orders to begin with: as the boxes are numbered, and by depth."""
        yield self.layers
        yield self._by_depth()

    def _by_depth(self) -> list[list[int]]:
        """Layers in the order of a depth-first walk back from the results."""
        layers: list[list[int]] = [[] for _ in self.layers]
        seen = [False] * len(self.ranks)
        for end in range(len(self.ranks)):
            if self.outs[end]:
                continue
            stack = [end]
            while stack:
                v = stack.pop()
                if seen[v]:
                    continue
                seen[v] = True
                layers[self.ranks[v]].append(v)
                stack.extend(reversed(self.ins[v]))
        return layers

    def place(self, space: Space, room: float = inf) -> None:
        """Set ``cross``, the centre of each vertex, and the offset of each port."""
        cross = [0.0] * len(self.ranks)
        self.cross = cross
        place = [0] * len(self.ranks)
        for layer in self.layers:
            for i, v in enumerate(layer):
                place[v] = i
        self._ports(place, space)
        half = [size[1] / 2 for size in self.sizes]
        half += [0.0] * (len(self.ranks) - self.count)
        self.rows: list[Row] = []
        for layer in self.layers:
            row: Row = []
            offset = 0.0
            for v in layer:
                if row:
                    before = row[-1][0]
                    thin = v >= self.count or before >= self.count
                    gap = space.lines if thin else space.between
                    offset += half[before] + half[v] + gap
                row.append((v, offset))
            for v, at in row:
                cross[v] = at - offset / 2
            self.rows.append(row)
        settle(self.rows, self.pull_in, self.pull_out, cross)
        for spine in self._spines():
            self._straighten(spine, place)
        self._follow()
        if room < inf:
            self._squeeze(half, room)

    def _ports(self, place: list[int], space: Space) -> None:
        """Spread the links along a box's side in the order of their other ends."""
        ins = self.ins
        # A lone line that is no input's ends at the middle: the boxes of a chain, each
        # with a constant beside it, would else stand like stairs.
        inner = [v >= self.count or bool(around) for v, around in enumerate(ins)]
        self.ports_in = self._sides(ins, place, space.port, inner)
        none = [False] * len(ins)
        self.ports_out = self._sides(self.outs, place, space.port, none)
        self.pull_in, self.pull_out = self._pulls()

    def _pulls(self) -> tuple[list[Pull], list[Pull]]:
        """Return what pulls each vertex from the layer before and after it."""
        count, ins = self.count, self.ins
        ports_in, ports_out = self.ports_in, self.ports_out
        leaf = [not around for around in ins]
        pull_in, pull_out = [], [FREE] * len(ins)
        for v, around in enumerate(ins):
            total = weights = 0.0
            pulls = []
            for w in around:
                shift = ports_out[w][v][0] - ports_in[v][w][0]
                if v >= count and w >= count:
                    weight = _STRAIGHT
                else:
                    weight = _LEAF_PULL if leaf[w] and w < count else 1.0
                weights += weight
                shift *= weight
                total += shift
                pulls.append((w, weight))
                heavy, sum_, others = pull_out[w]
                pull_out[w] = (heavy + weight, sum_ - shift, [*others, (v, weight)])
            pull_in.append((weights, total, pulls))
        return pull_in, pull_out

    def _sides(
        self,
        near: list[list[int]],
        place: list[int],
        step: float,
        inner: list[bool],
    ) -> list[dict[int, list[float]]]:
        """Return where on its side each vertex meets each neighbour, from its middle.

        ``step`` is the distance to keep. Where one neighbour alone is ``inner``, its
        line meets the middle, or as near to it as the other lines leave room.
        """
        return [
            self._side(v, around, place, step, inner)
            if len(around) > 1
            else {w: [0.0] for w in around}
            for v, around in enumerate(near)
        ]

    def _side(
        self,
        v: int,
        around: list[int],
        place: list[int],
        step: float,
        inner: list[bool],
    ) -> dict[int, list[float]]:
        ports: dict[int, list[float]] = {}
        if v >= self.count:
            for w in around:
                ports.setdefault(w, []).append(0.0)
            return ports
        around = sorted(around, key=place.__getitem__)
        last = len(around) - 1
        middle = last / 2
        kept = [i for i, w in enumerate(around) if inner[w]]
        if kept and around[kept[0]] == around[kept[-1]]:
            middle = (kept[0] + kept[-1]) / 2
        room = (self.sizes[v][1] - 32) / 2
        crowded = min(_NEAR, 2 * room / last)
        step = min(step, max(crowded, room / max(middle, last - middle)))
        at = max(-room, min(-step * middle, room - step * last))
        for w in around:
            ports.setdefault(w, []).append(at)
            at += step
        return ports

    def _squeeze(self, half: list[float], room: float) -> None:
        """Move what reaches out of a window of breadth ``room`` back into it."""
        cross = self.cross
        low, high = min(map(sub, cross, half)), max(map(add, cross, half))
        if high - low <= room:
            return
        middles = sorted(
            (cross[layer[0]] - half[layer[0]] + cross[layer[-1]] + half[layer[-1]]) / 2
            for layer in self.layers
        )
        low = middles[len(middles) // 2] - room / 2
        for row in self.rows:
            (start, _), (end, length) = row[0], row[-1]
            first = low + half[start]
            # Both bounds keep the distances of the layer, so cutting does too.
            slack = room - half[start] - half[end] - length
            if slack < 0:
                # It fits nowhere; packed, it reaches out as little as it can.
                first += slack / 2
                slack = 0.0
            for v, offset in row:
                cross[v] = min(max(cross[v], first + offset), first + offset + slack)

    def _spines(self) -> list[list[int]]:
        """Return the paths that neither branch nor join, but for leaves; trunks."""
        ins, outs, count = self.ins, self.outs, self.count
        after: dict[int, int] = {}
        fed = set()
        for v, around in enumerate(ins):
            inner = {w for w in around if w >= count or ins[w]}
            if len(inner) == 1:
                w = inner.pop()
                if (v >= count and w >= count) or len(set(outs[w])) == 1:
                    after[w] = v
                    fed.add(v)
        spines = []
        for v in after:
            if v in fed:
                continue
            spine = [v]
            while spine[-1] in after:
                spine.append(after[spine[-1]])
            spines.append(spine)
        return spines

    def _straighten(self, spine: list[int], place: list[int]) -> None:
        """Draw the runs of a spine that have room as one straight line."""
        cross = self.cross
        run: list[int] = []
        shifts: list[float] = []
        low, high = -inf, inf
        shift = 0.0
        for v in spine:
            if run:
                last = run[-1]
                shift += self.ports_out[last][v][0] - self.ports_in[v][last][0]
            row = self.rows[self.ranks[v]]
            i = place[v]
            offset = row[i][1]
            floor, ceiling = -inf, inf
            if i:
                w, other = row[i - 1]
                floor = cross[w] + offset - other - shift
            if i + 1 < len(row):
                w, other = row[i + 1]
                ceiling = cross[w] - other + offset - shift
            if run and max(low, floor) > min(high, ceiling):
                self._align(run, shifts, low, high)
                low, high = floor + shift, ceiling + shift
                run, shifts, shift = [], [], 0.0
            else:
                low, high = max(low, floor), min(high, ceiling)
            run.append(v)
            shifts.append(shift)
        self._align(run, shifts, low, high)

    def _align(
        self, run: list[int], shifts: list[float], low: float, high: float
    ) -> None:
        cross = self.cross
        places = sorted(cross[v] - shift for v, shift in zip(run, shifts, strict=True))
        base = min(max(places[len(places) // 2], low), high)
        for v, shift in zip(run, shifts, strict=True):
            cross[v] = base + shift

    def _follow(self) -> None:
        """Move leaves to what uses them; the rest stays."""
        ins, count = self.ins, self.count
        leaf = [v < count and not around for v, around in enumerate(ins)]
        pulls = [
            pull if alone else FREE
            for pull, alone in zip(self.pull_out, leaf, strict=True)
        ]
        for row in self.rows:
            if any([leaf[v] for v, _ in row]):
                move(row, pulls, self.cross, _HELD)

    def draw(self, space: Space) -> Placed:
        """Turn layers and centres into corners and routes."""
        sizes, cross, ranks = self.sizes, self.cross, self.ranks
        wide = [0.0] * len(self.layers)
        low, high = inf, -inf
        for v, (size, breadth) in enumerate(sizes):
            if size > wide[ranks[v]]:
                wide[ranks[v]] = size
            low = min(low, cross[v] - breadth / 2)
            high = max(high, cross[v] + breadth / 2)
        if len(cross) > self.count:
            low = min(low, min(cross[self.count :]) - space.lines / 2)
            high = max(high, max(cross[self.count :]) + space.lines / 2)
        lanes = self._lanes()
        count = max(lanes.values(), default=-1) + 1
        lane_step = min(space.lines, _LANES / max(count, 1))
        shift = -low + count * lane_step
        lefts, at = [], 0.0
        for size in wide:
            lefts.append(at)
            at += size + space.layers
        corners = [
            (
                lefts[ranks[v]]
                + (wide[ranks[v]] - size) * (0.5 if self.ins[v] else 1.0),
                cross[v] - breadth / 2 + shift,
            )
            for v, (size, breadth) in enumerate(sizes)
        ]
        routes = []
        used: dict[tuple[int, int, int], int] = {}
        for (src, dst), inner in zip(self.links, self.inner, strict=True):
            a, b = ranks[src], ranks[dst]
            if inner is None:
                out = back = 0.0
            else:
                first = inner[0] if inner else dst
                last = inner[-1] if inner else src
                out = self._port(self.ports_out[src][first], used, (src, first, 0))
                back = self._port(self.ports_in[dst][last], used, (dst, last, 1))
            y = cross[src] + out + shift
            route = [(corners[src][0] + sizes[src][0], y), (lefts[a] + wide[a], y)]
            if inner is None:
                lane = lanes[src] * lane_step
                if b - a > 1:
                    route += [
                        (lefts[a + 1], lane),
                        (lefts[b - 1] + wide[b - 1], lane),
                    ]
            else:
                for v in inner:
                    left, middle = lefts[ranks[v]], cross[v] + shift
                    route += [(left, middle), (left + wide[ranks[v]], middle)]
            y = cross[dst] + back + shift
            route += [(lefts[b], y), (corners[dst][0], y)]
            routes.append(route)
        return Placed(at - space.layers, high + shift, corners, routes)

    def _lanes(self) -> dict[int, int]:
        """Number the lanes, above everything, of links that go around."""
        ends: dict[int, int] = {}
        for (src, dst), inner in zip(self.links, self.inner, strict=True):
            if inner is None:
                ends[src] = max(ends.get(src, 0), self.ranks[dst])
        free: list[tuple[int, int]] = []  # where a lane ends, its number
        lanes = {}
        for src in sorted(ends, key=self.ranks.__getitem__):
            if free and free[0][0] < self.ranks[src]:
                lanes[src] = heapreplace(free, (ends[src], free[0][1]))[1]
            else:
                lanes[src] = len(free)
                heappush(free, (ends[src], len(free)))
        return lanes

    def _port(
        self,
        ports: list[float],
        used: dict[tuple[int, int, int], int],
        key: tuple[int, int, int],
    ) -> float:
        """Take the next port of a side; parallel links take one each."""
        if len(ports) == 1:
            return ports[0]
        taken = used.get(key, 0)
        used[key] = taken + 1
        return ports[min(taken, len(ports) - 1)]
