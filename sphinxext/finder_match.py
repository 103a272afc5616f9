"""Which proven message a pasted text is; specified here, once.

``finder_match.js`` does the same in the browser, and a test compares the two.
All numbers are integers, so that both give the same ranking.

1. A word weighs the more, the fewer messages hold it; a name weighs half of
   that, or all of it where a message's words are Python's own: there the names
   alone say what it is about. A name that the example of a message chose is a
   gap, which any token fills.
2. The messages that share most weight with the text are aligned with it, token
   by token, in order. What agrees is a gain, what one of them has alone a cost; a
   name in the place of another name costs little. Either may begin before and end
   after the other: a text cut short, or with more around it.
3. An alignment counts where it gains enough, where gain is ``SHARE`` per cent of
   gain and cost, and where it covers half of the shorter of the two. A beginning
   that agrees without any cost counts with less. A message in Python's own words
   counts without any cost only, and none counts where Python's own words, with
   any names, agree better: no section is about those. Of a text that goes on in
   other words than the message, as older releases do, a long beginning counts.
4. The last message behind an exception's name wins; among the alignments of one
   message the one of higher value, then the more common section. What is worth
   less than three quarters of the best is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sphinxext.finder_align import Alignment, align, opening
from sphinxext.finder_pattern import GAP, OTHER_NAME, Pattern, unpack
from sphinxext.finder_words import Message, named, unnamed

SHORTLIST, MORE = 24, 600
"""Messages that are aligned: so many, and more the shorter the text."""
SHARE, NEAR = 75, 3
ENOUGH_NAMED, ENOUGH_UNNAMED, ENOUGH_BEGINNING, ENOUGH_OPENING = 100, 160, 60, 260
HALF_WORD = 3
"""Letters that a word at the end of a text needs to stand for longer ones."""


class Finder:
    """The patterns of ``finder-data.js``, ready to compare."""

    def __init__(self, data: dict[str, Any]) -> None:
        words = [(word, n) for n, some in data["words"] for word in some.split(" ")]
        self.weights = dict(words)
        self.unknown = max(self.weights.values())
        self.patterns = [unpack(words, *packed) for packed in data["patterns"]]
        self.holding: dict[str, list[int]] = defaultdict(list)
        for number, held in enumerate(self.patterns):
            for token in set(held.tokens) - {GAP}:
                self.holding[token].append(number)

    def find(self, text: str) -> list[int]:
        """Return the numbers of the sections that ``text`` may be, best first."""
        even = text.replace("\r\n", "\n").replace("\r", "\n").rstrip(" \t\n")
        found: dict[int, None] = {}
        for message in named(even):
            found |= dict.fromkeys(self.ranked([message]))
        return list(found) or self.ranked(unnamed(even))

    def ranked(self, messages: Sequence[Message]) -> list[int]:
        """Return the sections that any of ``messages`` may be, best first."""
        best: dict[int, int] = {}
        for message in messages:
            for value, section in self.matches(message):
                best[section] = max(value, best.get(section, value))
        return sorted(best, key=lambda section: (-best[section], section))

    def matches(self, message: Message) -> list[tuple[int, int]]:
        """Return each section that ``message`` may be, behind the match's value."""
        costs = [
            OTHER_NAME if t.is_name else self.weights.get(t.text, self.unknown)
            for t in message.tokens
        ]
        found: list[tuple[int, tuple[int, ...]]] = []
        top = least = 0
        for shared, number in self.shortlist(message):
            if 4 * shared < NEAR * top:
                break
            held = self.patterns[number]
            beside = align(held, message, costs)
            agrees = counts(beside, held, sum(costs), message.has_kind)
            if not agrees and not held.python:
                beside = opening(held, message)
                agrees = beside.gain >= ENOUGH_OPENING
            if agrees:
                found.append((beside.value, held.sections))
                top = max(top, beside.value)
                least = least if held.sections else max(least, beside.value)
        return [
            (value, section)
            for value, sections in found
            if value >= least and 4 * value >= NEAR * top
            for section in sections
        ]

    def shortlist(self, message: Message) -> list[tuple[int, int]]:
        """Return the patterns that share most weight behind that, the shorter first."""
        texts = {token.text for token in message.tokens}
        half = message.tokens[-1].text if message.broken and message.tokens else ""
        if len(half) >= HALF_WORD:
            texts |= {word for word in self.weights if word.startswith(half)}
        shared: dict[int, int] = defaultdict(int)
        for text in texts:
            for number in self.holding.get(text, ()):
                shared[number] += self.weights[text]
        order = sorted(shared, key=lambda n: (-shared[n], self.patterns[n].weight, n))
        size = SHORTLIST + MORE // max(1, len(message.tokens))
        return [(shared[number], number) for number in order[:size]]


def counts(found: Alignment, held: Pattern, weight: int, has_kind: bool) -> bool:
    """Tell whether an alignment is a match; ``weight`` is that of the message."""
    if not found.cost and begins(found, held, has_kind):
        return True
    return (
        not (held.python and found.cost)
        and found.gain >= (ENOUGH_NAMED if has_kind else ENOUGH_UNNAMED)
        and 100 * found.gain >= SHARE * (found.gain + found.cost)
        and 2 * found.gain >= min(held.weight, weight)
    )


def begins(found: Alignment, held: Pattern, has_kind: bool) -> bool:
    """Tell whether an alignment is the beginning of both, and enough of one."""
    if has_kind and held.has_kind:
        return not found.start and not found.begun and found.gain > held.gains[0]
    at_start = found.start <= held.has_kind and found.begun <= has_kind
    return at_start and found.gain >= ENOUGH_BEGINNING
