"""What the recorder noted of each operation, as plain data.

The notes of an operation are packed into bytes, with nothing in them for the
garbage collector to follow, so a long recording stays fast.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from livegraph.expr import Call
from livegraph.identity import Ref
from livegraph.passes import Pass
from livegraph.values import Reading

SavedNote = tuple[str, Ref | None, Reading | None, int]
"""Field, whose value it is, the value, and the version when it was saved.

The version is -1 for what a hook packed.
"""

Constant = tuple[int, Ref | None, str, Reading]
"""An input that no gradient flows to: slot, ref (None for a plain number), words."""

ModuleNote = tuple[int, str, str]
"""The outermost module by number and class, and the path inside it."""

OpNote = tuple[
    Call | None,
    tuple[Constant, ...],
    tuple[tuple[int, Reading], ...],
    ModuleNote | None,
    tuple[str, ...],
]
"""Call, constants, the leaves it used as they were, module, marks."""

NOTHING: OpNote = (None, (), (), None, ())
"""The note of a node whose making was not seen."""


class HookNote(NamedTuple):
    """A hook set while the tape ran; ``alive`` tells whether it is still set."""

    words: str
    alive: Callable[[], bool]


@dataclass
class Notes:
    """All that a tape knows, without a tensor or a node.

    ``ops`` (an ``OpNote``, packed) and ``saved`` (``SavedNote``s, packed) go by a
    node's number, ``values`` by number and output.
    """

    ops: dict[int, bytes] = field(default_factory=dict)
    values: dict[tuple[int, int], Reading] = field(default_factory=dict)
    saved: dict[int, bytes] = field(default_factory=dict)
    passes: list[Pass] = field(default_factory=list)
    names: dict[Ref, str] = field(default_factory=dict)
    modules: dict[int, str] = field(default_factory=dict)
    hooks: dict[Ref, list[HookNote]] = field(default_factory=dict)
    made: dict[Ref, Call] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def remark(self, words: str) -> None:
        """Keep a sentence for the reader, once."""
        if words not in self.remarks:
            self.remarks.append(words)
