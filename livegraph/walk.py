"""The graph behind a tensor, walked without recursion."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch.autograd.graph import GradientEdge, get_gradient_edge
from torch.autograd.graph import Node as Fn

from livegraph.release import EVERY, guard


@dataclass
class Walk:
    """All nodes that backward could reach, each with its ``next_functions``.

    It holds live nodes: let it go when the plain data is made.
    """

    index: dict[Fn, int]
    fns: list[Fn]
    following: list[tuple[tuple[Fn | None, int], ...]]


def start_of(root: torch.Tensor | GradientEdge) -> tuple[Fn, int]:
    """Return the node where backward from ``root`` begins, and its output.

    Raises RuntimeError for a tensor that needs no gradient.
    """
    edge = root if isinstance(root, GradientEdge) else get_gradient_edge(root)
    return edge.node, edge.output_nr


def reach(starts: Iterable[Fn]) -> Walk:
    """Return every node reachable from ``starts`` along ``next_functions``."""
    walk = Walk({}, [], [])
    stack = list(starts)
    while stack:
        fn = stack.pop()
        if fn in walk.index:
            continue
        walk.index[fn] = len(walk.fns)
        following = fn.next_functions
        walk.fns.append(fn)
        walk.following.append(following)
        for child, _ in following:
            if child is not None and child not in walk.index:
                stack.append(child)
    # Looking at the nodes is what makes torch free them by recursion.
    for place in range(EVERY - 1, len(walk.fns), EVERY):
        guard(walk.fns[place], walk.following[place])
    return walk


def forward_order(walk: Walk) -> list[int]:
    """Return the places in ``walk`` in the order in which forward made them.

    Nodes of one thread carry rising sequence numbers. Where the graph joins
    several threads the numbers can contradict the edges; then the edges win.
    A leaf has no number of its own and stands right before its first use.
    """
    number = [fn._sequence_nr() for fn in walk.fns]
    leaf = [not nexts and hasattr(fn, "variable") for fn, nexts in _pairs(walk)]
    waiting = [0] * len(walk.fns)
    users: list[list[int]] = [[] for _ in walk.fns]
    for place, nexts in enumerate(walk.following):
        sources = [walk.index[fn] for fn, _ in nexts if fn is not None]
        sources = [source for source in sources if not leaf[source]]
        waiting[place] = len(sources)
        for source in sources:
            users[source].append(place)
    ready = [
        (number[place], place)
        for place, count in enumerate(waiting)
        if not count and not leaf[place]
    ]
    heapq.heapify(ready)
    placed: set[int] = set()
    order: list[int] = []
    while ready:
        _, place = heapq.heappop(ready)
        for fn, _ in walk.following[place]:
            source = -1 if fn is None else walk.index[fn]
            if source >= 0 and leaf[source] and source not in placed:
                placed.add(source)
                order.append(source)
        order.append(place)
        for user in users[place]:
            waiting[user] -= 1
            if not waiting[user]:
                heapq.heappush(ready, (number[user], user))
    order.extend(p for p, is_leaf in enumerate(leaf) if is_leaf and p not in placed)
    return order


def _pairs(walk: Walk) -> Iterable[tuple[Fn, tuple]]:
    return zip(walk.fns, walk.following, strict=True)
