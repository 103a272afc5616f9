"""Which proven message a pasted text is; specified here, once.

``finder_match.js`` does the same in the browser, and a test compares the two.
All numbers are integers, so that both give the same ranking.

1. A word weighs the more, the fewer messages hold it; a name weighs half of
   that, or all of it where a message's words are Python's own: there the names
   alone say what it is about. A name that the example of a message chose is a
   gap, which any token fills.
2. The ``SHORTLIST`` messages that share most weight with the text are aligned
   with it, token by token, in order. What agrees is a gain, what one of them has
   alone a cost; a name in the place of another name costs ``OTHER_NAME``. Either
   may begin before and end after the other: a text cut short, or with more around.
3. An alignment counts where it gains ``ENOUGH``, where gain is ``SHARE`` per cent
   of gain and cost, and where it covers half of the shorter of the two. Behind an
   exception's name, a beginning that agrees without any cost counts too. A message
   in Python's own words counts without any cost only.
4. The last message behind an exception's name wins; among the alignments of one
   message the one of higher value, then the more common section.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sphinxext.finder_align import GAP, OTHER_NAME, Alignment, Pattern, align
from sphinxext.finder_words import Message, named, unnamed

SHORTLIST, MORE = 24, 600
ENOUGH = {True: 100, False: 160}
SOME = 40
NEAR = 2
SHARE = {True: 75, False: 75}
"""By whether an exception's name stands before the message."""


class Finder:
    """The patterns of ``finder-data.js``, ready to compare."""

    def __init__(self, data: dict[str, Any]) -> None:
        words = [(word, n) for n, some in data["words"] for word in some.split(" ")]
        self.weights = dict(words)
        self.unknown = max(self.weights.values())
        self.patterns = [pattern(words, *packed) for packed in data["patterns"]]
        self.holding: dict[str, list[int]] = defaultdict(list)
        for number, held in enumerate(self.patterns):
            for token in set(held.tokens) - {GAP}:
                self.holding[token].append(number)

    def find(self, text: str) -> list[int]:
        """Return the numbers of the sections that ``text`` may be, best first."""
        even = text.replace("\r\n", "\n").replace("\r", "\n").rstrip(" \t\n")
        found: dict[int, None] = {}
        for message in named(even):
            found |= dict.fromkeys(self.ranked([message], True))
        if not found:
            found |= dict.fromkeys(self.ranked(unnamed(even), False))
        return list(found)

    def ranked(self, messages: list[Message], typed: bool) -> list[int]:
        """Return the sections that any of ``messages`` may be, best first."""
        best: dict[int, int] = {}
        for message in messages:
            for value, section in self.matches(message, typed):
                best[section] = max(value, best.get(section, value))
        return sorted(best, key=lambda section: (-best[section], section))

    def matches(self, message: Message, typed: bool) -> list[tuple[int, int]]:
        """Return each section that ``message`` may be, behind the match's value."""
        costs = self.costs(message)
        found: list[tuple[int, Pattern]] = []
        top = 0
        for shared, number in self.shortlist(message):
            if NEAR * shared < top:
                break
            held = self.patterns[number]
            beside = align(held, message, costs)
            if self.counts(beside, held, costs, typed):
                found.append((beside.value, held))
                top = max(top, beside.value)
        least = max((value for value, held in found if not held.sections), default=0)
        return [
            (value, section)
            for value, held in found
            if value >= least and NEAR * value >= top
            for section in held.sections
        ]

    def shortlist(self, message: Message) -> list[tuple[int, int]]:
        """Return the patterns that share most weight behind that, the shorter first."""
        shared: dict[int, int] = defaultdict(int)
        for text in {token.text for token in message.tokens}:
            for number in self.holding.get(text, ()):
                shared[number] += self.weights[text]
        order = sorted(shared, key=lambda n: (-shared[n], self.patterns[n].upto[-1], n))
        size = SHORTLIST + MORE // max(1, len(message.tokens))
        return [(shared[number], number) for number in order[:size]]

    def costs(self, message: Message) -> list[int]:
        """Return what each token of ``message`` costs where it stands alone."""
        return [
            OTHER_NAME if t.is_name else self.weights.get(t.text, self.unknown)
            for t in message.tokens
        ]

    def counts(
        self, found: Alignment, held: Pattern, costs: list[int], typed: bool
    ) -> bool:
        """Tell whether an alignment is a match (rule 3)."""
        if held.python and found.cost:
            return False
        if not found.cost and self.begins(found, held, typed):
            return True
        return (
            found.gain >= ENOUGH[typed]
            and 100 * found.gain >= SHARE[typed] * (found.gain + found.cost)
            and 2 * found.gain >= min(held.upto[-1], sum(costs))
        )

    def begins(self, found: Alignment, held: Pattern, typed: bool) -> bool:
        """Tell whether an alignment is the beginning of both."""
        named = held.tokens[0].endswith(":")
        if typed and named:
            return not found.start and not found.begun and found.gain > held.gains[0]
        return found.start <= named and found.begun <= typed and found.gain >= SOME


def pattern(
    words: list[tuple[str, int]], packed: str, python: int, sections: list[int]
) -> Pattern:
    """Read one pattern: numbers of ``words``, names marked ``'``, and gaps."""
    tokens, names, gains = [], [], []
    for item in packed.split(" "):
        name = item[0] in ("'", GAP)
        word, weight = (GAP, 0) if item == GAP else words[int(item.lstrip("'"))]
        tokens.append(word)
        names.append(name)
        gains.append(weight // 2 if name and not python else weight)
    return Pattern(tuple(tokens), tuple(names), tuple(gains), bool(python), tuple(sections))
