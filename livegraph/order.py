"""The order of vertices within layers, with few crossings.

Layers are lists of vertex numbers; a link joins a vertex with one in the next
layer. Barycentre sweeps find a good order, moves of single vertices polish it.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator
from itertools import chain
from random import Random

from livegraph.pendants import Layers, Near, pendants, put_back, without

# Work is bounded by the number of links, never by the clock: the same graph
# has to give the same picture on every machine.
_SWEEP_WORK = 60_000
_SIFT_WORK = 8_000
_TRY_WORK = 1_200
_MOST_TRIES = 4
# One crossing is as a rule one that has to be.
_FEW = 1
# Rounds without gain before a sweep gives up, and where few crossings are left.
_IDLE = (4, 2)


def reduce_crossings(starts: Iterable[Layers], ins: Near, outs: Near) -> Layers:
    """Return the order with the fewest crossings reached from any of ``starts``.

    ``ins[v]`` and ``outs[v]`` are the neighbours of ``v`` in the layer before
    and after, once for each link. What has one use is put in last; where that
    adds a crossing, all vertices are moved together once more.
    """
    tried = []
    for layers in starts:
        count = count_crossings(layers, outs)
        if count == 0:
            return layers
        tried.append((count, layers))
    _, best = min(tried, key=lambda one: one[0])
    left_out = pendants(ins, outs)
    core = [without(layers, left_out) for _, layers in tried]
    core.sort(key=lambda layers: count_crossings(layers, outs))
    found, least = _fewest(core, without(ins, left_out), outs)
    order = put_back(found, best, outs)
    if count_crossings(order, outs) > least:
        order, _ = _fewest([order, best], ins, outs)
    return order


def _fewest(starts: list[Layers], ins: Near, outs: Near) -> tuple[Layers, int]:
    """Return the best order that sweeps from ``starts`` reach, and its crossings."""
    links = sum(map(len, ins)) + 1
    rounds = max(2, min(12, _SWEEP_WORK // links))
    tries = min(_MOST_TRIES, _TRY_WORK // links)
    best: Layers = starts[0]
    fewest = -1
    for layers in chain(starts, _shuffled(starts[0], tries)):
        found, count = _sweep(layers, ins, outs, rounds, links <= _SIFT_WORK)
        if fewest < 0 or count < fewest:
            best, fewest = found, count
        if fewest <= _FEW or links > _SWEEP_WORK // 4:
            break
    return best, fewest


def _shuffled(layers: Layers, tries: int) -> Iterator[Layers]:
    """Other places to start from, for what sweeps alone do not untangle."""
    source = Random(0)
    for _ in range(tries):
        yield [source.sample(layer, len(layer)) for layer in layers]


def count_crossings(layers: Layers, outs: Near) -> int:
    """Count the pairs of links that cross between consecutive layers."""
    place = [0] * len(outs)
    for layer in layers:
        _number(layer, place)
    return _count(layers, outs, place)


def _count(layers: Layers, outs: Near, place: list[int]) -> int:
    total = 0
    for upper, lower in zip(layers, layers[1:], strict=False):
        if len(upper) > 1 and len(lower) > 1:
            total += _between(upper, outs, place)
    return total


def _between(upper: list[int], outs: Near, place: list[int]) -> int:
    ends: list[int] = []
    for v in upper:
        around = outs[v]
        if len(around) == 1:
            ends.append(place[around[0]])
        else:
            ends.extend(sorted([place[w] for w in around]))
    if ends == sorted(ends):
        return 0
    seen: list[int] = []
    total = 0
    for end in ends:
        total += len(seen) - bisect_right(seen, end)
        insort(seen, end)
    return total


def _sweep(
    layers: Layers, ins: Near, outs: Near, rounds: int, polish: bool
) -> tuple[Layers, int]:
    layers = [list(layer) for layer in layers]
    place = [0] * len(ins)
    for layer in layers:
        _number(layer, place)
    wide = [r for r, layer in enumerate(layers) if len(layer) > 1]
    best = [list(layer) for layer in layers]
    fewest = _count(layers, outs, place)
    idle = 0
    for turn in range(rounds):
        if fewest == 0 or idle > _IDLE[fewest <= _FEW]:
            break
        downwards = turn % 2 == 0
        near = ins if downwards else outs
        for r in wide if downwards else reversed(wide):
            _sort(layers[r], place, near, flip=turn % 4 > 1)
        if polish:
            _sift(layers, wide, place, ins, outs, turn % 2 == 1)
        count = _count(layers, outs, place)
        idle += 1
        if count < fewest:
            best, fewest, idle = [list(layer) for layer in layers], count, 0
    return best, fewest


def _number(layer: list[int], place: list[int]) -> None:
    for i, v in enumerate(layer):
        place[v] = i


def _sort(layer: list[int], place: list[int], near: Near, flip: bool) -> None:
    """Sort by mean place of the neighbours; vertices without any stay put."""
    slots, keyed = [], []
    for i, v in enumerate(layer):
        around = near[v]
        if around:
            slots.append(i)
            if len(around) == 1:
                mean: float = place[around[0]]
            else:
                mean = sum([place[w] for w in around]) / len(around)
            keyed.append((mean, -i if flip else i, v))
    keyed.sort()
    for i, (_, _, v) in zip(slots, keyed, strict=True):
        layer[i] = v
    _number(layer, place)


def _sift(
    layers: Layers,
    wide: list[int],
    place: list[int],
    ins: Near,
    outs: Near,
    loose: bool,
) -> None:
    """Move each vertex to the best place in its layer, until nothing is gained.

    ``loose`` moves it also where that gains nothing: the way out of a corner.
    """
    # Layers that have moved, or have one beside them that has.
    stirred = set(wide)
    for _ in range(2):
        better = False
        for r in wide:
            if r not in stirred:
                continue
            stirred.remove(r)
            layer = layers[r]
            above = [sorted([place[w] for w in ins[v]]) for v in layer]
            below = [sorted([place[w] for w in outs[v]]) for v in layer]
            if _sorted(above) and _sorted(below):
                # Nothing crosses; what is loose moves only beside its equal.
                if not loose or _apart(below) or _apart(above):
                    continue
            gains = _gains(above, below, loose)
            if gains is not None:
                order, gained = _settle(gains, loose)
                moved = [layer[i] for i in order]
                if moved != layer:
                    layer[:] = moved
                    _number(layer, place)
                    stirred.update((r - 1, r, r + 1))
                    better |= gained
        if not better:
            return


def _sorted(sides: Near) -> bool:
    """Tell whether links to these places, in order for each vertex, cross nowhere."""
    flat = [place for side in sides for place in side]
    return flat == sorted(flat)


def _apart(sides: Near) -> bool:
    """Tell whether each vertex has links, and they end beyond the vertex before."""
    end = -1
    for side in sides:
        if not side or side[0] <= end:
            return False
        end = side[-1]
    return True


def _gains(above: Near, below: Near, loose: bool) -> Near | None:
    """What a swap of each two vertices of a layer gains; None where none is useful.

    ``above`` and ``below`` are the places of the neighbours of each. What counts
    is the two vertices' own links, so it does not matter what stands between.
    """
    count = len(above)
    gains = [[0] * count for _ in range(count)]
    some = False
    for i in range(count):
        over, under = above[i], below[i]
        for j in range(i + 1, count):
            gain = 0
            other = above[j]
            for a in over:
                for b in other:
                    if a > b:
                        gain += 1
                    elif a < b:
                        gain -= 1
            other = below[j]
            for a in under:
                for b in other:
                    if a > b:
                        gain += 1
                    elif a < b:
                        gain -= 1
            if gain:
                some |= loose or gain > 0
                gains[i][j] = gain
                gains[j][i] = -gain
    return gains if some else None


def _settle(gains: Near, loose: bool) -> tuple[list[int], bool]:
    """Return the new order of a layer, and whether it crosses less."""
    order = list(range(len(gains)))
    better = False
    for i, row in enumerate(gains):
        p = target = at = order.index(i)
        # A gain above the bar is the best so far; as good is good enough if loose.
        bar = -loose
        gain = 0
        for v in order[at + 1 :]:
            p += 1
            gain += row[v]
            if gain > bar:
                bar, target = gain - loose, p
        p = at
        gain = 0
        for v in order[at - 1 :: -1] if at else ():
            p -= 1
            gain -= row[v]
            if gain > bar:
                bar, target = gain - loose, p
        if target != at:
            order.insert(target, order.pop(at))
            better |= bar + loose > 0
    return order, better
