"""Inputs with one use: left out while layers are ordered, and put back after that.

Half of the boxes of a network are parameters that one operation uses. Once the
rest has its order, each of them has a best place that can be found at once.
"""

from __future__ import annotations

Near = list[list[int]]
Layers = list[list[int]]


def pendants(ins: Near, outs: Near) -> list[bool]:
    """Tell of each vertex whether one link to the next layer is all it has."""
    return [
        not above and len(below) == 1 for above, below in zip(ins, outs, strict=True)
    ]


def without(lists: Near, left_out: list[bool]) -> Near:
    """Return lists of vertices without those that are ``left_out``."""
    return [[v for v in some if not left_out[v]] for some in lists]


def put_back(core: Layers, full: Layers, outs: Near) -> Layers:
    """Return ``core`` with the vertices that ``full`` has more, all pendants.

    The order of ``core`` stays as it is, and no other places for the pendants
    give fewer crossings.
    """
    place = [0] * len(outs)
    for layer in core:
        for i, v in enumerate(layer):
            place[v] = i
    known = set().union(*core)
    result = list(core)
    # From the last layer on: a pendant's place depends on that of its target.
    for r in range(len(core) - 1, -1, -1):
        if len(core[r]) < len(full[r]):
            missing = [v for v in full[r] if v not in known]
            layer = result[r] = _put_back(core[r], missing, outs, place)
            for i, v in enumerate(layer):
                place[v] = i
    return result


def _put_back(
    layer: list[int], missing: list[int], outs: Near, place: list[int]
) -> list[int]:
    ends = [[place[w] for w in outs[v]] for v in layer]
    result: list[int] = []
    taken = 0
    for target, v in sorted([(place[outs[v][0]], v) for v in missing]):
        # What a step to the right costs falls as the target moves to the right.
        # So where the gap before would be further right, it is as good for this one.
        gap = max(taken, _gap(layer, ends, v, target))
        result += layer[taken:gap]
        result.append(v)
        taken = gap
    return result + layer[taken:]


def _gap(layer: list[int], ends: Near, v: int, target: int) -> int:
    """Return before how many of ``layer`` the link of ``v`` crosses least.

    Of gaps that are as good, the last that has a smaller number on its left.
    """
    cost = fewest = found = 0
    for i, places in enumerate(ends, 1):
        for place in places:
            if place > target:
                cost += 1
            elif place < target:
                cost -= 1
        if cost < fewest or (cost == fewest and layer[i - 1] < v):
            fewest, found = cost, i
    return found
