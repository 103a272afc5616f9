"""A pasted message beside a proven one, token by token (``finder_match``, rule 2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from sphinxext.finder_words import Message

GAP = "*"
OTHER_NAME = 4
"""What a name costs that stands alone or in the place of another."""


@dataclass(frozen=True)
class Pattern:
    """A proven message."""

    tokens: tuple[str, ...]
    names: tuple[bool, ...]
    gains: tuple[int, ...]
    python: bool
    """Its words are Python's own: only its names tell it from other programs'."""
    sections: tuple[int, ...]
    """Those that hold it, most common first."""

    @cached_property
    def upto(self) -> list[int]:
        """What the tokens before each weigh together; the last is the sum."""
        return [0, *accumulate(self.gains)]

    @cached_property
    def costs(self) -> list[int]:
        """What each token costs that the text has not."""
        return [
            min(gain, OTHER_NAME) if name and not self.python else gain
            for gain, name in zip(self.gains, self.names, strict=True)
        ]


@dataclass(frozen=True)
class Alignment:
    """How much agrees and how much does not."""

    gain: int
    cost: int
    begun: int
    """Tokens of the message before the first that takes part."""
    start: int
    """Tokens of the pattern before the first that takes part."""
    end: int
    """Tokens of the pattern up to the last that takes part."""
    unused: int
    """What the others weigh."""

    @property
    def value(self) -> int:
        """What alignments are ranked by."""
        return self.gain - self.cost - (self.unused >> 3)


Cell = tuple[int, int, int, int]
"""Of an alignment that ends here: gain less cost, gain, and where both begin."""


def same(pattern: Pattern, row: int, message: Message, column: int) -> bool:
    """Tell whether two tokens agree; the end of a text may be half a word."""
    mine, theirs = pattern.tokens[row], message.tokens[column].text
    if mine == theirs:
        return True
    last = message.broken and column == len(message.tokens) - 1
    return last and mine.startswith(theirs)


def grid(pattern: Pattern, message: Message, costs: list[int]) -> list[list[Cell]]:
    """Return the best alignment that ends at each pair of tokens."""
    width = len(message.tokens)
    rows: list[list[Cell]] = [[(0, 0, 0, column) for column in range(width + 1)]]
    for row, token in enumerate(pattern.tokens):
        above, line = rows[-1], [(0, 0, row + 1, 0)]
        gain, cost = pattern.gains[row], pattern.costs[row]
        loose = pattern.names[row] and not pattern.python
        for column, their in enumerate(message.tokens):
            score, won, *begin = above[column]
            if same(pattern, row, message, column):
                best = (score + gain, won + gain, *begin)
            elif token == GAP:
                best = (score, won, *begin)
            elif loose and their.is_name:
                best = (score - OTHER_NAME, won, *begin)
            else:
                best = (score - cost - costs[column], won, *begin)
            score, won, *begin = above[column + 1]
            if score - cost > best[0]:
                best = (score - cost, won, *begin)
            score, won, *begin = line[column]
            if score - costs[column] > best[0]:
                best = (score - costs[column], won, *begin)
            line.append(best)
        rows.append(line)
    return rows


def endings(
    pattern: Pattern, message: Message, costs: list[int]
) -> Iterator[Alignment]:
    """Yield the best alignments that end with either; the first line may be all."""
    rows = grid(pattern, message, costs)
    last = len(pattern.tokens)
    upto = [0, *accumulate(costs)]
    ends = [(row, message.first) for row in range(1, last)]
    ends += [(row, len(message.tokens)) for row in range(1, last)]
    ends += [(last, column) for column in range(1, len(message.tokens) + 1)]
    for row, column in ends:
        score, gain, start, begun = rows[row][column]
        rest = max(0, upto[message.first] - upto[column]) // 2 if row == last else 0
        used = pattern.upto[row] - pattern.upto[start]
        unused = pattern.upto[-1] - used
        yield Alignment(gain, gain - score + rest, begun, start, row, unused)


def align(pattern: Pattern, message: Message, costs: list[int]) -> Alignment:
    """Return the most valuable alignment, the first of those of one value.

    ``costs`` says what each token of the message costs that stands alone.
    """
    return max(endings(pattern, message, costs), key=lambda found: found.value)
