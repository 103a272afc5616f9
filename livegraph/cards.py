"""The cards of a graph in the making, found by node, by tensor or by number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import torch
from torch.autograd.graph import Node as Fn

from livegraph.derived import added, before, derived
from livegraph.hooks import hooks_on
from livegraph.identity import Identity, Ref, accumulator, version_of
from livegraph.names import distinct, named_tensors
from livegraph.notes import NOTHING, Notes, OpNote
from livegraph.saved import saved_tensors
from livegraph.values import Reading, reading_of, unpack
from livegraph.walk import Walk, forward_order

Link = tuple[int, int, int]
"""Input number, place of the source card, number of its output."""


_NOTHING: Mapping[int, Any] = MappingProxyType({})


class Card:
    """A node in the making. It holds the live ``fn``: let it go with the rest."""

    __slots__ = (
        "changed", "fn", "fn_name", "held", "hooks", "kind", "links", "names", "note",
        "number", "outputs", "place", "ref", "retained", "values", "words",
    )  # fmt: skip

    def __init__(self, place: int, kind: str, number: int | None) -> None:
        self.place = place
        self.kind = kind
        self.number = number
        self.fn: Fn | None = None
        self.fn_name = ""
        self.ref: Ref | None = None
        self.words = ""
        self.note: OpNote = NOTHING
        self.links: Sequence[Link] = ()
        self.outputs = 1
        # Most cards have no name and no hook: they share what is empty.
        self.names: Mapping[int, str] = _NOTHING
        self.values: dict[int, Reading] = {}
        self.held: Reading | None = None
        self.retained: Mapping[int, Reading] = _NOTHING
        self.hooks: tuple[str, ...] = ()
        # Whether the tensor held something else later on, with nothing recorded.
        self.changed = False

    def call(self, name: str, which: int) -> None:
        """Name an output that has no name yet."""
        if which not in self.names:
            self.names = {**self.names, which: name}


class Cards:
    """All cards of one graph, in the order in which forward ran."""

    def __init__(self, walk: Walk, notes: Notes, identity: Identity) -> None:
        self.all: list[Card] = []
        self.by_fn: dict[Fn, Card] = {}
        self.by_key: dict[tuple[str, int], Card] = {}
        self._constants: dict[Ref, Card] = {}
        self._leaves: dict[int, Card] = {}
        self._notes = notes
        self._identity = identity
        for at in forward_order(walk):
            leaf = accumulator(walk.fns[at])
            if leaf is None:
                self._add_op(walk.fns[at], walk.following[at])
            else:
                self._add_leaf(walk.fns[at], leaf)
        for card in self.all:
            if card.kind == "op":
                self._complete(card)
        for card in reversed(self.all):
            if len(card.links) == 1:
                self._complete_input(card)

    def _new(self, kind: str, number: int | None) -> Card:
        card = Card(len(self.all), kind, number)
        self.all.append(card)
        if number is not None and kind != "const":
            self.by_key[kind, number] = card
        return card

    def _add_leaf(self, fn: Fn, leaf: torch.Tensor) -> None:
        card = self._new("leaf", self._identity.known(leaf))
        card.fn = fn
        card.fn_name = "AccumulateGrad"
        card.held = None if leaf.grad is None else reading_of(leaf.grad)
        card.hooks = tuple(hooks_on(leaf))
        self.by_fn[fn] = card
        self._leaves[id(leaf)] = card

    def _add_op(self, fn: Fn, following: Iterable[tuple[Fn | None, int]]) -> None:
        number = self._identity.seen(fn)
        packed = self._notes.ops.get(number)
        note = NOTHING if packed is None else unpack(packed)
        links = []
        for slot, ref, words, reading in note[1]:
            constant = None if ref is None else self._constants.get(ref)
            if constant is None:
                constant = self._new("const", None)
                constant.ref, constant.words = ref, words
                constant.values[0] = reading
                if ref is not None:
                    self._constants[ref] = constant
            elif constant.values[0] != reading:
                constant.changed = True
            links.append((slot, constant.place, 0))
        for slot, (child, which) in enumerate(following):
            if child is not None:
                source = self.by_fn[child]
                source.outputs = max(source.outputs, which + 1)
                links.append((slot, source.place, which))
                if source.kind == "leaf":
                    for leaf, reading in note[2]:
                        if leaf == source.number:
                            first = source.values.setdefault(0, reading)
                            source.changed = source.changed or first != reading
        card = self._new("op", number)
        card.fn = fn
        card.fn_name = fn.name().rpartition("::")[2]
        card.note = note
        links.sort()
        card.links = links
        self.by_fn[fn] = card

    def _complete(self, card: Card) -> None:
        """Add the values that are noted, and those that follow from others."""
        which = 0
        noted = self._notes.values
        while which < card.outputs or (card.number, which) in noted:
            reading = noted.get((card.number, which))
            if reading is not None:
                card.values[which] = reading
            if ("op", card.number, which) in self._notes.changed:
                card.changed = True
            which += 1
        card.outputs = which
        if card.number is None or card.number not in self._notes.saved:
            for field, _, tensor in saved_tensors(card.fn):
                self._learn_saved(card, field, tensor)
        if not card.values:
            inputs = [
                self.all[source].values.get(which) for _, source, which in card.links
            ]
            reading = added(card.fn, card.fn_name, inputs)
            if reading is None:
                only = inputs[0] if len(inputs) == 1 else None
                reading = derived(card.fn, card.fn_name, only)
            if reading is not None:
                card.values[0] = reading

    def _complete_input(self, card: Card) -> None:
        """Learn the value of a card's only input from the card's own."""
        source = self.all[card.links[0][1]]
        known = source.values.get(0)
        if source.kind != "op" or source.outputs > 1 or not card.values:
            return
        if known is None or len(unpack(known)) == 2:
            reading = before(source.fn, card.fn_name, card.values.get(0))
            if reading is not None:
                source.values[0] = reading

    def _learn_saved(self, card: Card, field: str, tensor: torch.Tensor | None) -> None:
        """Take the value of a node from a tensor that another node saved."""
        if tensor is None:
            return
        found = self.find(tensor)
        if found is not None and found[0].kind == "op":
            _know(*found, tensor)
        elif field == "result" and not tensor.requires_grad:
            card.values.setdefault(0, reading_of(tensor))

    def find(self, tensor: torch.Tensor) -> tuple[Card, int] | None:
        """Return the card and output of a live tensor, None if not in the graph."""
        if tensor.grad_fn is not None:
            card = self.by_fn.get(tensor.grad_fn)
            return None if card is None else (card, tensor.output_nr)
        if tensor.requires_grad:
            card = self._leaves.get(id(tensor))
            return None if card is None else (card, 0)
        number = self._identity.known(tensor)
        if number is None:
            return None
        card = self._constants.get(("const", number, version_of(tensor)))
        return None if card is None else (card, 0)

    def at(self, ref: Ref) -> tuple[Card, int] | None:
        """Return the card and output that a reference means, None if not here."""
        if ref[0] == "const":
            card = self._constants.get(ref)
        else:
            card = self.by_key.get(ref[:2])
        if card is None:
            return None
        return card, ref[2] if ref[0] == "op" else 0

    def look_around(
        self, roots: Iterable[tuple[str, torch.Tensor]], scope: Mapping[str, Any]
    ) -> None:
        """Add what variables tell: names, values, ``.grad`` and hooks.

        A root's own name goes first, then the names that were seen while the
        tape ran, then what the variables in ``scope`` hold now. A name that
        comes up for several outputs gets a subscript from the second one on.
        """
        for name, root in roots:
            self._learn(name, root)
        for ref, name in self._notes.names.items():
            found = self.at(ref)
            if found is not None:
                found[0].call(name, found[1])
        for name, tensor in named_tensors(scope):
            self._learn(name, tensor)
        for fn, card in self.by_fn.items():
            if card.kind == "leaf" and 0 not in card.values:
                card.values[0] = reading_of(fn.variable)
            if card.names:
                card.outputs = max(card.outputs, 1 + max(card.names))
        named = [card for card in self.all if card.names]
        spots = [(card, which) for card in named for which in sorted(card.names)]
        names = distinct([card.names[which] for card, which in spots])
        for (card, which), name in zip(spots, names, strict=True):
            card.names = {**card.names, which: name}

    def _learn(self, name: str, tensor: torch.Tensor) -> None:
        found = self.find(tensor)
        if found is None:
            return
        card, which = found
        if name:
            card.call(name, which)
        if card.kind != "op":
            return
        known = _know(card, which, tensor)
        if known and (card.number, which) in self._notes.values:
            card.changed = card.changed or reading_of(tensor) != card.values[which]
        if tensor.retains_grad and tensor.grad is not None:
            card.retained = {which: reading_of(tensor.grad), **card.retained}
        new = [words for words in hooks_on(tensor) if words not in card.hooks]
        card.hooks += tuple(new)


def _know(card: Card, which: int, tensor: torch.Tensor) -> bool:
    """Take a value from a live tensor, unless a full one is known: then True."""
    known = card.values.get(which)
    if known is not None and len(unpack(known)) > 2:
        return True
    card.values[which] = reading_of(tensor)
    return False
