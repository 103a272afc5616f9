"""Names and expressions of the cards of one graph."""

from __future__ import annotations

from livegraph.cards import Card, Cards
from livegraph.expr import is_infix, saved_as, shortened, words_of, words_of_fn
from livegraph.graph import Value
from livegraph.identity import Ref
from livegraph.notes import Notes
from livegraph.saved import saved_tensors
from livegraph.values import Reading, reading_of, unpack
from livegraph.wording import value_words

UNKNOWN = "…"
_SHORT = 12
_LONG = 40
_DEEP = 2


class Phrases:
    """Says how each card came about; what has no name is told by its expression.

    An expression stands inside another one while it is short, and while no
    more than two nameless steps lead to it. The expressions are made in forward
    order, so each finds those of its inputs ready.
    """

    def __init__(self, cards: Cards, notes: Notes) -> None:
        self._cards = cards
        self._notes = notes
        self._exprs: list[str] = []
        self._levels: list[int] = []
        for card in cards.all:
            self._levels.append(self._level(card))
            self._exprs.append(self._expr(card))

    def _level(self, card: Card) -> int:
        """Count the nameless steps between the nearest names and the card."""
        if card.kind != "op":
            return 0
        inputs = [
            0 if which in self._cards.all[source].names else self._levels[source]
            for _, source, which in card.links
        ]
        return 1 + max(inputs, default=0)

    def expr(self, card: Card) -> str:
        """Return the expression of a card, empty for a leaf."""
        return self._exprs[card.place]

    def _expr(self, card: Card) -> str:
        if card.kind == "leaf":
            return ""
        if card.kind == "const":
            call = self._notes.made.get(card.ref) if card.ref else None
        else:
            call = card.note[0]
        if call is not None:
            return words_of(call, self.word)
        if card.kind == "const":
            return card.words
        inputs = [UNKNOWN] * len(card.fn.next_functions)
        for slot, source, which in card.links:
            word = self.word_of(self._cards.all[source], which)
            if slot < len(inputs):
                inputs[slot] = word
            else:
                inputs.append(word)
        for slot, word in enumerate(inputs):
            if word == UNKNOWN:
                inputs[slot] = self._operand(card, saved_as(card.fn_name, slot))
        exponent = getattr(card.fn, "_saved_exponent", None)
        known = exponent if isinstance(exponent, (int, float)) else None
        return words_of_fn(card.fn_name, inputs, known)

    def _operand(self, card: Card, field: str) -> str:
        """Return an input that no gradient flows to, by what the node saved of it."""
        if not field:
            return UNKNOWN
        packed = self._notes.saved.get(card.number)
        if packed is not None:
            notes = [note for note in unpack(packed) if note[0] == field]
            for _, of, reading, _ in notes:
                word = UNKNOWN if of is None else self.word(of)
                return _number(reading) if word == UNKNOWN else word
            return UNKNOWN
        for name, _, tensor in saved_tensors(card.fn):
            if name == field and tensor is not None:
                found = self._cards.find(tensor)
                if found is not None and found[0].place < card.place:
                    return self.word_of(*found)
                return _number(reading_of(tensor))
        return UNKNOWN

    def word(self, ref: Ref) -> str:
        """Return a short word for what a reference means."""
        found = self._cards.at(ref)
        if found is None:
            return self._notes.names.get(ref, UNKNOWN)
        return self.word_of(*found)

    def word_of(self, card: Card, which: int) -> str:
        """Return the name, or the expression if it is short, or dots."""
        name = card.names.get(which)
        if name:
            return name
        if card.kind == "const" and card.words:
            return card.words
        if card.kind == "leaf" or card.place >= len(self._exprs):
            return UNKNOWN
        words = self._exprs[card.place]
        if self._levels[card.place] > _DEEP or len(words) > _LONG:
            words = shortened(words)
        if not words or words == UNKNOWN:
            return UNKNOWN
        if is_infix(words):
            words = f"({words})"
        return words if card.outputs == 1 else f"{words}[{which}]"


def _number(reading: Reading | None) -> str:
    """Return a value that is as short as a name, else the dots."""
    value = None if reading is None else Value(*unpack(reading))
    if value is None or not value.numbers:
        return UNKNOWN
    words = value_words(value)
    return words if len(words) <= _SHORT else UNKNOWN
