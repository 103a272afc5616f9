"""One value → text or coloured cells, and how much room they take."""

from __future__ import annotations

import functools
import math
import re
import textwrap
from collections.abc import Sequence
from html import escape as escape_anew

from livegraph.graph import Number, Value
from livegraph.numbers import number_words
from livegraph.theme import Style
from livegraph.words import Words

# Widths of letters as parts of the font size, on the safe side.
SANS = 0.6
BOLD = 0.68
MONO = 0.605

_CELL = 11
_SQUARE = "h10v10h-10z"
_CROSS = "m2 2l6 6m0-6l-6 6"
_LEVELS = 4
# By level, of which those below zero count from the end; between them the odd ones.
_SHADES = tuple([f"lg-h{level}" for level in (0, 1, 2, 3, 4, "x", -4, -3, -2, -1)])
_ODD = 5
_TINY = 1e-300
_MOST_ROWS = 16
_MOST_COLUMNS = 20
ROW_LENGTH = 26

# A picture says the same words on many cards.
escape = functools.lru_cache(maxsize=1024)(escape_anew)
_BEYOND_ASCII = re.compile(r"[^\x00-\x7e]")
# Letters by which the row of a matrix, which cannot be wrapped, may be longer.
_MORE = 6
# A vector of so many numbers is written out, on several lines if need be.
_FEW = 4

# A scalar that was not read, where there is no room for words.
UNSEEN = "?"


def brief(value: Value | None) -> str:
    """Return ``value`` in at most a dozen letters: the numbers, else its norm."""
    if value is None:
        return ""
    line = short(value)
    if line and len(line) <= 12:
        return line
    if value.norm is None:
        return shape(value) or UNSEEN
    return (
        f"‖{value.norm:.3g}‖" if math.isfinite(value.norm) else number_words(value.norm)
    )


def odd(value: Value | None) -> str:
    """Return ``nan`` or ``inf`` where ``value`` holds one, else nothing."""
    if value is None:
        return ""
    if value.norm is not None and math.isfinite(value.norm):
        return ""  # so every number is finite
    numbers = value.numbers
    if numbers is None:
        numbers = () if value.norm is None else (value.norm,)
    found = ""
    for x in numbers:
        if isinstance(x, int):
            continue
        size = abs(x)
        if size != size:
            return "nan"
        if size == math.inf:
            found = "inf"
    return found


def shape(value: Value | None) -> str:
    """Return the shape as ``4×5``, nothing for a scalar."""
    return "×".join(map(str, value.shape)) if value and value.shape else ""


def width(words: str, size: float, part: float = SANS) -> float:
    """Estimate the width of ``words`` in pixels at a font size."""
    if words.isascii():
        return len(words) * size * part
    wide = len(words) * part
    for c in _BEYOND_ASCII.findall(words):
        wide += (0.85 if c < "\u2e80" else 1) - part
    return wide * size


def letters(words: str) -> int:
    """Return how many Latin letters of one width take as much room as ``words``."""
    if words.isascii():
        return len(words)
    return math.ceil(width(words, 1, MONO) / MONO - 1e-9)


def short(value: Value | None) -> str:
    """Return the numbers of a scalar or a short vector on one line, else nothing."""
    if value is None or value.numbers is None or len(value.shape) > 1:
        return ""
    if not value.shape:
        return number_words(value.numbers[0])
    if len(value.numbers) > 8:
        return ""
    return "[" + ", ".join(map(number_words, value.numbers)) + "]"


class Block:
    """A value drawn as numbers, as a heat map, or as shape and norm."""

    __slots__ = (
        "cells", "columns", "height", "lines", "mark", "rows", "scale", "width",
    )  # fmt: skip

    def __init__(
        self,
        value: Value | None,
        mark: str,
        words: Words,
        row: int,
        parts: list[Value] | None = None,
    ) -> None:
        self.mark = f"lg-{mark}"
        self.cells: Sequence[Number] = ()
        self.rows = self.columns = 0  # of the heat map
        self.scale = ""
        if value is None:
            self.lines = [words.none if mark == "g" else "–"]
        elif 0 in value.shape:
            self.lines = [words.empty]
        elif (line := short(value)) and (
            len(line) <= ROW_LENGTH or len(value.numbers or ()) <= _FEW
        ):
            if parts:
                self.lines = _sum(parts, line, row)
            elif len(line) <= row:
                self.lines = [line]
            else:
                self.lines = textwrap.wrap(line, row)
        elif value.numbers is not None:
            self.lines = _matrix(value, row + _MORE)
            if not self.lines:
                columns = value.shape[-1]
                rows = len(value.numbers) // columns
                if rows <= _MOST_ROWS and columns <= _MOST_COLUMNS:
                    self.cells, self.rows, self.columns = value.numbers, rows, columns
        else:
            self.lines = []
        if not self.lines and not self.cells and value is not None:
            self.lines = _summary(value, words)
        if self.cells and value is not None:
            self.scale = _scale(value)
            if parts:
                self.scale += " · " + words.sum_of.format(count=len(parts))
            self.width = max(self.columns * _CELL, width(self.scale, 11.5, MONO))
            self.height = self.rows * _CELL + 18
        else:
            self.width = max([width(line, 13.5, MONO) for line in self.lines])
            self.height = 17 * len(self.lines)

    def draw(self, x: float, y: int, style: Style) -> str:
        """Return the SVG with the top left corner at ``x``, ``y``."""
        if self.cells:
            at = y + self.rows * _CELL + 14
            return (
                _heat(self.cells, _cells(self.rows, self.columns, x, y), style)
                + f'<text{style["lg-m"]} x="{x:g}" y="{at}">{self.scale}</text>'
            )
        mark, at = style[self.mark], y - 5
        out = ""
        for line in self.lines:
            at += 17
            out += f'<text{mark} x="{x:g}" y="{at}">{escape(line)}</text>'
        return out


def _sum(parts: list[Value], total: str, row: int) -> list[str]:
    """Return ``3 + 2 = 5``, on several lines where it is long."""
    shown = [short(part) for part in parts]
    line = " + ".join(shown) + " = " + total
    if len(line) <= row:
        return [line]
    return [shown[0], *("+ " + one for one in shown[1:]), "= " + total]


def _matrix(value: Value, most: int) -> list[str]:
    """Return the rows of a small matrix in columns, [] where it is not small.

    A row has at most ``most`` letters.
    """
    if len(value.shape) != 2 or len(value.numbers or ()) > 6:
        return []
    shown = [number_words(x) for x in value.numbers or ()]
    long = max(map(len, shown))
    step = value.shape[1]
    if (long + 1) * step - 1 > most:
        return []
    rows = [
        "\u00a0".join(word.rjust(long, "\u00a0") for word in shown[i : i + step])
        for i in range(0, len(shown), step)
    ]
    return rows


def _summary(value: Value, words: Words) -> list[str]:
    """Return norm and range; the shape stands in the card's heading."""
    if value.norm is None:
        return [words.unseen]
    lines = [f"‖·‖ {number_words(value.norm)}"]
    if value.low is not None and value.high is not None:
        lines.append(_scale(value))
    return lines


def _scale(value: Value) -> str:
    """Return the legend of a heat map: its smallest and largest number."""
    if value.low is None or value.high is None:
        return ""
    return f"{float(value.low):.3g} … {float(value.high):.3g}"


def _heat(numbers: Sequence[Number], cells: Sequence[str], style: Style) -> str:
    """Return coloured cells: blue above zero, red below, strong means large.

    A cell that is not finite is crossed. Numbers of a complex tensor show
    their modulus.
    """
    # All numbers of a tensor are of one kind.
    if isinstance(numbers[0], complex):
        numbers = list(map(abs, numbers))
    # The sum is finite where every number is; c - c is 0 for finite numbers alone.
    total = sum(numbers)
    plain = numbers if total - total == 0 else [c for c in numbers if c - c == 0]
    top = max(max(plain), -min(plain)) if plain else 0.0
    part = _LEVELS / top if top > _TINY else 0.0
    paths = [""] * len(_SHADES)
    if plain is numbers:
        for cell, c in zip(cells, numbers, strict=True):
            paths[round(part * c)] += cell
    else:
        for cell, c in zip(cells, numbers, strict=True):
            if c - c == 0:
                paths[round(part * c)] += cell
            else:
                paths[_ODD] += cell.replace(_SQUARE, _CROSS)
    return "".join(
        [
            f'<path{style[shade]} d="{path}"/>'
            for shade, path in zip(_SHADES, paths, strict=True)
            if path
        ]
    )


@functools.lru_cache(maxsize=128)
def _cells(rows: int, columns: int, x: float, y: int) -> tuple[str, ...]:
    """Return the cells of a heat map as path data."""
    across = [f"M{x + j * _CELL:g} " for j in range(columns)]
    downs = [f"{y + i * _CELL}{_SQUARE}" for i in range(rows)]
    return tuple([start + at for at in downs for start in across])


def tight(value: Value | None) -> str:
    """Return ``value`` for a row of a table: short numbers, else shape and norm."""
    if value is None:
        return "–"
    line = short(value)
    if line and len(line) <= 16:
        return line
    if value.norm is None:
        return shape(value) or UNSEEN
    return f"{shape(value)} ‖{number_words(value.norm)}‖"
