"""A pasted message beside a proven one, token by token (``finder_match``, rule 2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from sphinxext.finder_pattern import GAP, OTHER_NAME, Pattern
from sphinxext.finder_words import Message

UNUSED = 2
"""What an alignment is worth less that leaves a part of the pattern out."""


@dataclass(frozen=True)
class Alignment:
    """How much agrees and how much does not."""

    gain: int
    cost: int
    begun: int
    """Tokens of the message before the first that takes part."""
    start: int
    """Tokens of the pattern before the first that takes part."""
    unused: int
    """What the pattern's tokens before and after those would cost."""

    @property
    def value(self) -> int:
        """What alignments are ranked by: how much is unused tells nothing."""
        return self.gain - self.cost - (UNUSED if self.unused else 0)


Cell = tuple[int, int, int, int]
"""Of an alignment that ends here: gain less cost, gain, and where both begin."""


def agreement(pattern: Pattern, row: int, message: Message, column: int) -> int:
    """Return what two tokens gain: half for the half word that ends a text, or -1."""
    mine, theirs = pattern.tokens[row], message.tokens[column].text
    if mine == theirs:
        return pattern.gains[row]
    last = message.broken and column == len(message.tokens) - 1
    return pattern.gains[row] >> 1 if last and mine.startswith(theirs) else -1


def grid(pattern: Pattern, message: Message, costs: list[int]) -> list[list[Cell]]:
    """Return the best alignment that ends at each pair of tokens."""
    width = len(message.tokens)
    rows: list[list[Cell]] = [[(0, 0, 0, column) for column in range(width + 1)]]
    for row, token in enumerate(pattern.tokens):
        above, line = rows[-1], [(0, 0, row + 1, 0)]
        cost = pattern.costs[row]
        loose = pattern.names[row] and not pattern.python
        for column, their in enumerate(message.tokens):
            score, won, *begin = above[column]
            gain = agreement(pattern, row, message, column)
            if gain >= 0:
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
    """Yield the best alignments that end with either; the first line may be all.

    Behind the end of a pattern, the rest of the message's first line costs half.
    """
    rows = grid(pattern, message, costs)
    last = len(pattern.tokens)
    upto = [0, *accumulate(costs)]
    ends = [(row, message.first) for row in range(1, last)]
    ends += [(row, len(message.tokens)) for row in range(1, last)]
    ends += [(last, column) for column in range(1, len(message.tokens) + 1)]
    for row, column in ends:
        score, gain, start, begun = rows[row][column]
        rest = max(0, upto[message.first] - upto[column]) // 2 if row == last else 0
        unused = pattern.upto[-1] - pattern.upto[row] + pattern.upto[start]
        yield Alignment(gain, gain - score + rest, begun, start, unused)


def align(pattern: Pattern, message: Message, costs: list[int]) -> Alignment:
    """Return the most valuable alignment, the first of those of one value.

    ``costs`` says what each token of the message costs that stands alone.
    """
    return max(endings(pattern, message, costs), key=lambda found: found.value)


def opening(pattern: Pattern, message: Message) -> Alignment:
    """Return the alignment of what both begin with, up to where they part.

    One of them may lack its exception's name, or have another one.
    """
    start = row = int(pattern.has_kind)
    begun = column = int(message.has_kind)
    gain = 0
    while row < len(pattern.tokens) and column < len(message.tokens):
        won = agreement(pattern, row, message, column)
        if won < 0 and pattern.tokens[row] != GAP:
            break
        gain += max(0, won)
        row, column = row + 1, column + 1
    return Alignment(gain, 0, begun, start, 1)
