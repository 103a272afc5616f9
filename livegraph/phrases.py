"""Names and expressions of the cards of one graph."""

from __future__ import annotations

from livegraph.cards import Card, Cards
from livegraph.expr import is_infix, shortened, words_of, words_of_fn
from livegraph.identity import Ref
from livegraph.notes import Notes

_LONG = 40
_DEEP = 2
_UNKNOWN = "…"


class Phrases:
    """Says how each card came about; what has no name is told by its expression."""

    def __init__(self, cards: Cards, notes: Notes) -> None:
        self._cards = cards
        self._notes = notes
        self._known: dict[tuple[int, int], str] = {}

    def expr(self, card: Card, depth: int = 0) -> str:
        """Return the expression of a card, "" for a leaf."""
        key = (card.place, depth)
        words = self._known.get(key)
        if words is None:
            words = self._known[key] = self._expr(card, depth)
        return words

    def _expr(self, card: Card, depth: int) -> str:
        if card.kind == "leaf":
            return ""
        if card.kind == "const":
            call = self._notes.made.get(card.ref) if card.ref else None
        else:
            call = card.note[0]
        if call is not None:
            return words_of(call, lambda ref: self.word(ref, depth + 1))
        if card.kind == "const":
            return card.words
        inputs = [_UNKNOWN] * len(card.fn.next_functions)
        for slot, source, which in card.links:
            word = self.word_of(self._cards.all[source], which, depth + 1)
            if slot < len(inputs):
                inputs[slot] = word
            else:
                inputs.append(word)
        exponent = getattr(card.fn, "_saved_exponent", None)
        known = exponent if isinstance(exponent, (int, float)) else None
        return words_of_fn(card.fn_name, inputs, known)

    def word(self, ref: Ref, depth: int = _DEEP) -> str:
        """Return a short word for what a reference means."""
        found = self._cards.at(ref)
        if found is None:
            return self._notes.names.get(ref, _UNKNOWN)
        return self.word_of(*found, depth)

    def word_of(self, card: Card, which: int, depth: int = _DEEP) -> str:
        """Return the name, or the expression if it is short, or dots."""
        name = card.names.get(which)
        if name:
            return name
        if card.kind == "const":
            return card.words or _UNKNOWN
        if card.kind == "leaf" or depth > _DEEP:
            return _UNKNOWN
        words = self.expr(card, depth)
        if len(words) > _LONG:
            words = shortened(words)
        if not words or words == _UNKNOWN:
            return _UNKNOWN
        if is_infix(words):
            words = f"({words})"
        return words if card.outputs == 1 else f"{words}[{which}]"
