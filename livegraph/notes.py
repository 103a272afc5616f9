"""What the recorder noted of each operation, as plain data.

The notes of an operation are packed into bytes, with nothing in them for the
garbage collector to follow, so a long recording stays fast.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from livegraph.expr import Call
from livegraph.hooks import HookNote
from livegraph.identity import Ref
from livegraph.passes import Key, Pass
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


@dataclass
class Notes:
    """All that a tape knows, without a tensor or a node.

    ``ops`` (an ``OpNote``, packed) and ``saved`` (``SavedNote``s, packed) go by a
    node's number, ``values`` by number and output. ``hooks`` are those of tensors,
    ``node_hooks`` those that a backward pass met on the nodes themselves.
    ``changed`` are outputs on which somebody wrote where autograd does not see it.
    """

    ops: dict[int, bytes] = field(default_factory=dict)
    values: dict[tuple[int, int], Reading] = field(default_factory=dict)
    saved: dict[int, bytes] = field(default_factory=dict)
    passes: list[Pass] = field(default_factory=list)
    names: dict[Ref, str] = field(default_factory=dict)
    modules: dict[int, str] = field(default_factory=dict)
    hooks: dict[Ref, list[HookNote]] = field(default_factory=dict)
    node_hooks: dict[Key, list[HookNote]] = field(default_factory=dict)
    changed: set[Ref] = field(default_factory=set)
    made: dict[Ref, Call] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def remark(self, words: str) -> None:
        """Keep a sentence for the reader, once."""
        if words not in self.remarks:
            self.remarks.append(words)
