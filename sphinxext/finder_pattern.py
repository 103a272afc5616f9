"""A proven message, as ``finder-data.js`` holds it, ready to compare."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

GAP = "*"
"""The token that any other fills."""
NAME = "'"
"""Stands before the number of a token that is a name."""
OTHER_NAME = 4
"""What a name costs that stands alone or in the place of another."""


@dataclass(frozen=True)
class Pattern:
    """A proven message, or what Python says to any program."""

    tokens: tuple[str, ...]
    names: tuple[bool, ...]
    gains: tuple[int, ...]
    python: bool
    """Its words are Python's own: only its names tell it from other programs'."""
    sections: tuple[int, ...]
    """Those that prove it, most common first; none where Python alone says it."""

    @cached_property
    def weight(self) -> int:
        """What all tokens weigh."""
        return sum(self.gains)

    @cached_property
    def costs(self) -> list[int]:
        """What each token costs that the text has not."""
        return [
            min(gain, OTHER_NAME) if name and not self.python else gain
            for gain, name in zip(self.gains, self.names, strict=True)
        ]

    @cached_property
    def upto(self) -> list[int]:
        """What the tokens before each cost together; the last is the sum."""
        return [0, *accumulate(self.costs)]

    @cached_property
    def has_kind(self) -> bool:
        """Tell whether it begins with an exception's name."""
        return self.tokens[0].endswith(":")


def unpack(
    words: list[tuple[str, int]], packed: str, python: int, sections: list[int]
) -> Pattern:
    """Read a pattern whose tokens are numbers of ``words``, each with its weight."""
    tokens, names, gains = [], [], []
    for item in packed.split(" "):
        name = item[0] in (NAME, GAP)
        word, weight = (GAP, 0) if item == GAP else words[int(item.lstrip(NAME))]
        tokens.append(word)
        names.append(name)
        gains.append(weight // 2 if name and not python else weight)
    return Pattern(
        tuple(tokens), tuple(names), tuple(gains), bool(python), tuple(sections)
    )
