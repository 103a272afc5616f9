"""Centres of vertices along their layers: level with neighbours, and apart.

A layer is moved as a whole, by least squares. What pulls a vertex is a ``Pull``:
the sum of the weights, the sum of the distances to keep times their weights, and
each neighbour with its weight.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from operator import sub

Pull = tuple[float, float, list[tuple[int, float]]]
FREE: Pull = (0.0, 0.0, [])

Row = list[tuple[int, float]]
"""A layer: each vertex, and its least distance from the first one."""

# A vertex that nothing pulls stays, unless another one needs the room.
LOOSE = 0.01
# Movements smaller than this, in pixels, are none.
_STILL = 1
_MANY = 3000


def settle(
    rows: Sequence[Row], pull_in: list[Pull], pull_out: list[Pull], cross: list[float]
) -> None:
    """Move each layer to where its neighbours want it, a few times over.

    ``cross`` holds the centres; ``pull_in`` and ``pull_out`` say what pulls each
    vertex from the layer before and after its own.
    """
    back = rows[::-1]
    # Once is enough: a second time would move the picture as a whole.
    for row in rows:
        move(row, pull_in, cross)
    for row in back:
        move(row, pull_out, cross)
    both = [
        (heavy + weight, shift + more, around + others)
        for (heavy, shift, around), (weight, more, others) in zip(
            pull_in, pull_out, strict=True
        )
    ]
    for _ in range(4 if len(cross) < _MANY else 2):
        before = cross[:]
        for row in back:
            move(row, both, cross)
        for row in rows:
            move(row, both, cross)
        if _still(before, cross):
            break


def _still(before: list[float], after: list[float]) -> bool:
    """Tell whether nothing has moved, but for the picture as a whole."""
    moved = list(map(sub, after, before))
    return max(moved) - min(moved) < _STILL


def move(row: Row, pulls: list[Pull], cross: list[float], loose: float = LOOSE) -> None:
    """Move the vertices of a layer as near as they may come to where they are pulled.

    ``loose`` is the weight with which a vertex that nothing pulls stays.
    """
    # Of vertices that would come too near or change their order, the place they
    # take together, their weight and how many they are: isotonic regression.
    blocks: list[tuple[float, float, int]] = []
    last = -inf
    for v, offset in row:
        weight, total, around = pulls[v]
        if weight:
            for w, one in around:
                total += cross[w] * one
            at = total / weight - offset
        else:
            weight = loose
            at = cross[v] - offset
        members = 1
        while at <= last:
            last, other, more = blocks.pop()
            at = (at * weight + last * other) / (weight + other)
            weight += other
            members += more
            last = blocks[-1][0] if blocks else -inf
        blocks.append((at, weight, members))
        last = at
    i = 0
    for at, _, members in blocks:
        for v, offset in row[i : i + members]:
            cross[v] = at + offset
        i += members
