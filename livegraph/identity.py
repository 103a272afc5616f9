"""Numbers that stand for live objects, and keep none of them alive."""

from __future__ import annotations

import itertools
import weakref
from typing import Any

import torch
from torch.autograd.graph import Node as Fn

from livegraph.release import EVERY, guard

_tapes = itertools.count()


Ref = tuple[str, int, int]
"""What an operation used or made: kind, number, which.

The kind is "op" (the node's number, which of its outputs), "leaf" (the
tensor's number, 0) or "const" (the tensor's number, its version then).
"""


class Identity:
    """Hands out one number for each autograd node and each tensor it is shown.

    A node carries its number in its own ``metadata``, so the number lives and
    dies with the node, and an address that is used again is no other node. A
    tensor or module is known by address while a weak reference to it lives.
    """

    def __init__(self) -> None:
        self._key = f"livegraph.{next(_tapes)}"
        self._numbers = itertools.count()
        self._objects: dict[int, tuple[weakref.ref, int]] = {}

    def seen(self, fn: Fn) -> int | None:
        """Return the number of a node, None for a node never labelled."""
        return fn.metadata.get(self._key)

    def label(self, fn: Fn) -> int:
        """Return the number of a node; a new one the first time."""
        metadata = fn.metadata
        number = metadata.get(self._key)
        if number is None:
            number = metadata[self._key] = next(self._numbers)
            if number % EVERY == EVERY - 1:
                guard(fn, fn.next_functions)
        return number

    def known(self, thing: Any) -> int | None:
        """Return the number of a tensor or module, None if never shown."""
        entry = self._objects.get(id(thing))
        return entry[1] if entry else None

    def number(self, thing: Any) -> int:
        """Return the number of a tensor or module; a new one the first time."""
        address = id(thing)
        entry = self._objects.get(address)
        if entry is None:
            objects = self._objects

            def forget(_: weakref.ref) -> None:
                objects.pop(address, None)

            entry = (weakref.ref(thing, forget), next(self._numbers))
            objects[address] = entry
        return entry[1]


def version_of(tensor: torch.Tensor) -> int:
    """Return the version counter; 0 for an inference tensor, which has none."""
    try:
        return tensor._version
    except RuntimeError:
        return 0


def accumulator(fn: Fn) -> torch.Tensor | None:
    """Return the leaf whose ``.grad`` the node fills, None for other nodes."""
    return getattr(fn, "variable", None)
