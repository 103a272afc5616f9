"""Bars with their spread, drawn as SVG that belongs to the page it stands on.

Text has the colour and the font of the page around it. The bars' colours have
a contrast of at least 3:1 on a light and on a dark page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from IPython.display import display

COLOURS = ("#2b7fd4", "#c2691a", "#3a8f5c")
"""Of the first, second and third bar. Their labels tell them apart as well."""

LABEL, BAR, GAP = 22, 14, 14
"""Heights in pixels: a line of text, the bar below it, the space to the next."""

WIDEST = 99
"""Per cent of the width for the longest bar: the end of a whisker needs room."""

Row = tuple[str, ...]


@dataclass(frozen=True)
class Bar:
    """A value and, where it was measured, its lower and its upper quartile."""

    label: str
    value: float
    quartiles: tuple[float, float] | None = None

    @property
    def end(self) -> float:
        """The largest number that is drawn for this bar."""
        return max(self.value, *self.quartiles) if self.quartiles else self.value


def number(value: float) -> str:
    """Return ``value`` as shown: two decimals of a float, a space every 3 digits."""
    decimals = ".2f" if isinstance(value, float) else ""
    return f"{value:,{decimals}}".replace(",", "\u202f")


def whisker(low: float, high: float, middle: float) -> str:
    """Return a line from ``low`` to ``high`` per cent at the height ``middle``."""
    top, bottom = middle - 5, middle + 5
    lines = ((low, high, middle, middle), (low, low, top, bottom))
    return "".join(
        f'<line x1="{x1:.3f}%" x2="{x2:.3f}%" y1="{y1:g}" y2="{y2:g}" '
        'stroke="currentColor" stroke-width="2"/>'
        for x1, x2, y1, y2 in (*lines, (high, high, top, bottom))
    )


def svg(bars: Sequence[Bar], unit: str) -> str:
    """Return ``bars`` on one scale from zero, as wide as the page.

    Widths are per cent and heights are pixels: on a narrow screen the bars get
    shorter and the text keeps its size.
    """
    scale = WIDEST / (max(bar.end for bar in bars) or 1)
    parts = []
    for index, bar in enumerate(bars):
        top = index * (LABEL + BAR + GAP)
        said = f"{number(bar.value)} {escape(unit)}"
        parts += [
            f'<text y="{top + 15}">{escape(bar.label)}</text>',
            f'<text x="100%" y="{top + 15}" text-anchor="end">{said}</text>',
            f'<rect y="{top + LABEL}" width="{bar.value * scale:.3f}%" '
            f'height="{BAR}" fill="{COLOURS[index]}"/>',
        ]
        if bar.quartiles:
            low, high = (quartile * scale for quartile in bar.quartiles)
            parts.append(whisker(low, high, top + LABEL + BAR / 2))
    height = len(bars) * (LABEL + BAR + GAP) - GAP
    spoken = ", ".join(f"{bar.label}: {number(bar.value)} {unit}" for bar in bars)
    return (
        f'<svg role="img" aria-label="{escape(spoken)}" width="100%" '
        f'height="{height}" fill="currentColor" '
        f'style="display:block;max-width:40rem;margin:1.5rem 0;font-size:14px">'
        f"{''.join(parts)}</svg>"
    )


def figures(bars: Sequence[Bar], unit: str) -> list[Row]:
    """Return the numbers of a chart as rows of a table, the heading first."""
    rows: list[Row] = []
    for bar in bars:
        values = (bar.value,)
        if bar.quartiles:
            values = (bar.quartiles[0], bar.value, bar.quartiles[1])
        rows.append((bar.label, *map(number, values)))
    several = len(rows[0]) > 2
    names = ("Q1", "Q2", "Q3") if several else ("",)
    return [("mode", *(f"{name} {unit}".strip() for name in names)), *rows]


def table(rows: Sequence[Row]) -> str:
    """Return ``rows`` as an HTML table; the first row and column are headings."""
    first, *others = ([escape(cell) for cell in row] for row in rows)
    head = "".join(f'<th scope="col">{cell}</th>' for cell in first)
    body = "".join(
        f'<tr><th scope="row">{label}</th>'
        f"{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
        for label, *cells in others
    )
    return (
        '<div class="table-wrapper"><table class="docutils">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def plain(rows: Sequence[Row]) -> str:
    """Return ``rows`` as a block of text, for builders that do not write HTML."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    return "\n".join(("```text", *map(str.rstrip, lines), "```"))


def show(bars: Sequence[Bar], unit: str) -> None:
    """Put the chart and the table of its numbers below a cell."""
    rows = figures(bars, unit)
    html = svg(bars, unit) + table(rows)
    display({"text/html": html, "text/markdown": plain(rows)}, raw=True)


def show_table(rows: Sequence[Row]) -> None:
    """Put a table alone below a cell."""
    display({"text/html": table(rows), "text/markdown": plain(rows)}, raw=True)
