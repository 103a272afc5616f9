"""A live graph and the notes of a tape, put together as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch.autograd.function import BackwardCFunction

from livegraph.cards import Card, Cards
from livegraph.expr import unwrapped
from livegraph.graph import Edge, Graph, Node, Saved, Step, Value
from livegraph.identity import Identity
from livegraph.names import named_modules
from livegraph.notes import Notes
from livegraph.passes import Pass
from livegraph.phrases import UNKNOWN, Phrases
from livegraph.saved import saved_tensors, state_since
from livegraph.values import Reading, unpack, value_of
from livegraph.walk import reach, start_of
from livegraph.wording import alike

_VIEWS = {
    "AliasBackward0", "AsStridedBackward0", "DiagonalBackward0", "ExpandBackward0",
    "PermuteBackward0", "SelectBackward0", "SliceBackward0", "SplitBackward0",
    "SqueezeBackward0", "SqueezeBackward1", "TBackward0", "TransposeBackward0",
    "UnbindBackward0", "UnfoldBackward0", "UnsqueezeBackward0", "ViewBackward0",
}  # fmt: skip

_NAMELESS = ("",)


def build(
    roots: list[tuple[str, torch.Tensor]],
    notes: Notes,
    identity: Identity,
    scope: Mapping[str, Any],
) -> Graph:
    """Return the graph behind ``roots`` (name and tensor) with all notes on it."""
    starts = [start_of(root)[0] for _, root in roots]
    cards = Cards(reach(starts), notes, identity)
    cards.look_around(roots, scope)
    passes = _passes(cards, notes)
    writer = _Writer(cards, notes, identity, scope, passes)
    at_root = tuple(dict.fromkeys(cards.by_fn[fn].place for fn in starts))
    nodes, links = [], []
    for card in cards.all:
        events = writer.events(card)
        links.extend(writer.edges(card, events))
        nodes.append(writer.node(card, card.place in at_root, events))
    edges = tuple(links)
    steps = tuple(_steps(cards, passes, edges))
    return Graph(tuple(nodes), edges, at_root, steps, tuple(notes.remarks))


def _passes(cards: Cards, notes: Notes) -> list[Pass]:
    """Return the passes that ran an operation of this graph.

    A pass that only filled the same leaves belongs to another graph.
    """
    keys = {key for key in cards.by_key if key[0] == "op"} or set(cards.by_key)
    return [
        one
        for one in notes.passes
        if not keys.isdisjoint(one.events) or any(ref[:2] in keys for ref in one.asked)
    ]


class _Writer:
    """Turns cards into nodes and edges; equal readings become one value."""

    def __init__(
        self,
        cards: Cards,
        notes: Notes,
        identity: Identity,
        scope: Mapping[str, Any],
        passes: list[Pass],
    ) -> None:
        self._cards = cards
        self._notes = notes
        self._passes = passes
        self._silent = (None,) * len(passes)
        self._early = any(one.arrived for one in passes)
        self._phrases = Phrases(cards, notes)
        self._values: dict[Reading, Value] = {}
        self._modules = dict(notes.modules)
        for name, module in named_modules(scope):
            number = identity.known(module)
            if number is not None:
                self._modules.setdefault(number, name)

    def _value(self, reading: Reading | None) -> Value | None:
        if reading is None:
            return None
        value = self._values.get(reading)
        if value is None:
            value = self._values[reading] = Value(*unpack(reading))
        return value

    def events(self, card: Card) -> list[tuple | None]:
        """Return what the card's node got and sent in each pass, None if it rested."""
        if card.kind == "const":
            return []
        key = (card.kind, card.number)
        packed = [one.events.get(key) for one in self._passes]
        return [None if event is None else unpack(event) for event in packed]

    def edges(self, card: Card, events: list[tuple | None]) -> list[Edge]:
        """Return the edges that lead to a card, by input number."""
        edges = []
        for slot, source, which in card.links:
            grads = self._silent
            if self._cards.all[source].kind != "const":
                grads = tuple(
                    [
                        self._value(event[1][slot])
                        if event is not None and slot < len(event[1])
                        else None
                        for event in events
                    ]
                )
            edges.append(Edge(source, card.place, which, slot, grads))
        return edges

    def node(self, card: Card, is_root: bool, events: list[tuple | None]) -> Node:
        """Return the node of one card."""
        if card.kind == "const":
            return self._const(card)
        silent = False
        for event in events:
            if event is not None:
                silent = silent or not any(event[0])
                card.outputs = max(card.outputs, len(event[0]))
        outputs = range(card.outputs)
        names = _NAMELESS
        if card.names or card.outputs > 1:
            names = tuple([card.names.get(which, "") for which in outputs])
        values = tuple([self._value(card.values.get(which)) for which in outputs])
        grads = tuple(
            [
                self._got(card, one, event)
                for one, event in zip(self._passes, events, strict=True)
            ]
        )
        marks = ("root",) if is_root else ()
        if card.kind == "leaf":
            marks += ("undefined",) if silent else ()
            return self._leaf(card, names, values, grads, marks)
        if not grads and card.retained:
            retained = [self._value(card.retained.get(which)) for which in outputs]
            grads = (tuple(retained),)
        saved = self._saved(card)
        if any([one.state == "freed" for one in saved]):
            marks += ("freed",)
        if silent:
            marks += ("undefined",)
        return Node(
            card.place,
            "op",
            card.fn_name,
            self._phrases.expr(card),
            names,
            values,
            grads,
            saved=saved,
            hooks=self._hooks(card),
            arrived=self._arrived(card, grads),
            marks=marks + self._marks(card),
            module=self._module(card),
        )

    def _const(self, card: Card) -> Node:
        return Node(
            card.place,
            "const",
            expr=self._phrases.expr(card),
            names=(card.names.get(0, ""),),
            values=(self._value(card.values[0]),),
            marks=self._changed(card),
        )

    def _got(
        self, card: Card, one: Pass, event: tuple | None
    ) -> tuple[Value | None, ...]:
        """Return the gradient of each output in one pass."""
        got = [self._value(grad) for grad in event[0]] if event else []
        got += [None] * (card.outputs - len(got))
        if one.asked:
            for which in range(card.outputs):
                if got[which] is None:
                    key = (card.kind, card.number, which)
                    got[which] = self._value(one.asked.get(key))
        return tuple(got)

    def _arrived(
        self, card: Card, grads: tuple[tuple[Value | None, ...], ...]
    ) -> tuple[tuple[Value | None, ...], ...]:
        """Return what arrived before a hook changed it, () where none did."""
        if not self._early:
            return ()
        found = []
        for one, got in zip(self._passes, grads, strict=True):
            row = []
            for which, after in enumerate(got):
                key = (card.kind, card.number, which)
                before = self._value(one.arrived.get(key))
                same = before is None or after is None or alike(before, after)
                row.append(None if same else before)
            found.append(tuple(row))
        return tuple(found) if any(any(row) for row in found) else ()

    def _leaf(
        self,
        card: Card,
        names: tuple,
        values: tuple,
        grads: tuple,
        marks: tuple,
    ) -> Node:
        return Node(
            card.place,
            "leaf",
            card.fn_name,
            names=names,
            values=values,
            grads=grads,
            parts=tuple(
                [
                    tuple(map(self._value, one.parts.get(card.number, ())))
                    for one in self._passes
                ]
            ),
            before=tuple(
                [self._value(one.before.get(card.number)) for one in self._passes]
            ),
            held=self._value(card.held),
            hooks=self._hooks(card),
            arrived=self._arrived(card, grads),
            marks=marks + self._changed(card),
        )

    def _saved(self, card: Card) -> tuple[Saved, ...]:
        """Return what the node saved, and what has become of it."""
        packed = self._notes.saved.get(card.number)
        if packed is None:
            return tuple(self._saved_now(card))
        return tuple(
            [
                Saved(
                    field,
                    "" if of is None else _known(self._phrases.word(of)),
                    self._value(reading),
                    state_since(card.fn, field, version),
                )
                for field, of, reading, version in unpack(packed)
            ]
        )

    def _saved_now(self, card: Card) -> list[Saved]:
        result = []
        for field, state, tensor in saved_tensors(card.fn):
            found = None if tensor is None else self._cards.find(tensor)
            word = "" if found is None else _known(self._phrases.word_of(*found))
            value = None if tensor is None else value_of(tensor)
            result.append(Saved(field, word, value, state))
        return result

    def _hooks(self, card: Card) -> tuple[str, ...]:
        """Return the hooks on the outputs, then those on the node itself."""
        notes = self._notes
        if not notes.hooks and not notes.node_hooks:
            return card.hooks
        words = list(card.hooks)
        if card.kind == "op":
            for which in range(card.outputs):
                for note in notes.hooks.get((card.kind, card.number, which), ()):
                    if note.words not in words and note.alive():
                        words.append(note.words)
        for note in notes.node_hooks.get((card.kind, card.number), ()):
            if note.alive():
                words.append(note.words)
        return tuple(words)

    def _marks(self, card: Card) -> tuple[str, ...]:
        marks = card.note[4]
        if card.fn_name == "CopySlices" and "in-place" not in marks:
            marks += ("in-place",)
        if card.fn_name in _VIEWS and "view" not in marks:
            marks += ("view",)
        if isinstance(card.fn, BackwardCFunction):
            marks += ("custom",)
        return marks + self._changed(card)

    def _changed(self, card: Card) -> tuple[str, ...]:
        return ("changed",) if card.changed else ()

    def _module(self, card: Card) -> str:
        note = card.note[3]
        if note is None:
            return ""
        number, kind, path = note
        top = self._modules.get(number, kind)
        return f"{top}.{path}" if path else top


def _known(word: str) -> str:
    """Return a word without brackets around it; nothing for dots, which say nothing."""
    return "" if word == UNKNOWN else unwrapped(word)


def _steps(cards: Cards, passes: list[Pass], edges: tuple[Edge, ...]) -> list[Step]:
    """Return forward node by node, then backward as the engine ran it."""
    into: list[list[int]] = [[] for _ in cards.all]
    out: list[list[int]] = [[] for _ in cards.all]
    for number, edge in enumerate(edges):
        into[edge.dst].append(number)
        out[edge.src].append(number)
    steps = [
        Step("forward", card.place, tuple(into[card.place]))
        for card in cards.all
        if card.kind == "op"
    ]
    for number, one in enumerate(passes):
        for key in one.events:
            card = cards.by_key.get(key)
            if card is None:
                continue
            near = out[card.place] if card.kind == "leaf" else into[card.place]
            lit = [e for e in near if edges[e].grads[number] is not None]
            steps.append(Step("backward", card.place, tuple(lit), number))
    return steps
