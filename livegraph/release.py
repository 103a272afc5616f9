"""Deep graphs, freed piece by piece.

torch frees a chain of nodes in a loop, but by recursion once Python has looked
at the nodes: from some 45,000 on that ends the process where the stack has the
usual 8 MB. A guard on every few hundredth node cuts the recursion short.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

from torch.autograd.graph import Node as Fn

EVERY = 251
"""How far apart guards stand; a prime, so that no loop keeps step with them."""

_KEY = "livegraph.release"
_local = threading.local()


class _Guard:
    """Lives in a node's metadata, and holds what the node holds anyway.

    When the node dies, the outermost guard at work frees what the others held,
    one after another.
    """

    __slots__ = ("_held",)

    def __init__(self, held: tuple[Fn | None, ...]) -> None:
        self._held = held

    def __del__(self, local: Any = _local) -> None:
        waiting = getattr(local, "waiting", None)
        if waiting is not None:
            waiting.append(self._held)
            return
        waiting = local.waiting = [self._held]
        self._held = ()
        while waiting:
            waiting.pop()
        local.waiting = None


def guard(fn: Fn, following: Iterable[tuple[Fn | None, int]]) -> None:
    """Let ``fn``, whose ``next_functions`` are ``following``, end a recursion."""
    metadata = fn.metadata
    if _KEY not in metadata:
        metadata[_KEY] = _Guard(tuple([child for child, _ in following]))
