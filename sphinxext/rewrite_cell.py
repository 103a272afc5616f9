"""Put the promises of a cell where what it printed belongs; lose no line of code."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from sphinxext.promise import Cell, Promise


def promise_line(text: str, indent: str = "") -> str:
    """Return the comment line that promises ``text``."""
    return f"{indent}# > {text}" if text else f"{indent}# >"


def rewritten(cell: Cell, printed: list[tuple[int, str]]) -> list[str]:
    """Return the lines of ``cell`` with promises of what each statement ``printed``.

    A cell that prints as many lines as it promises keeps the places of its
    promises; otherwise those of each statement stand below it.
    """
    lines = code_lines(cell)
    body = ast.parse(cell.source).body
    if len(cell.promises) == len(printed):
        texts = [text for _, text in printed]
        return in_place(lines, cell.lineno, cell.promises, texts)
    if not body:
        return below(lines, cell.lineno, cell.promises, [], 0)
    result: list[str] = []
    start = 0
    ends = [*(node.lineno - 1 for node in body[1:]), len(lines)]
    for node, end in zip(body, ends, strict=True):
        offset = cell.lineno + start
        here = range(offset, cell.lineno + end)
        texts = [text for lineno, text in printed if lineno in here]
        own = [promise for promise in cell.promises if promise.lineno in here]
        block = lines[start:end]
        result += below(block, offset, own, texts, node.end_lineno - start)
        start = end
    return result


def code_lines(cell: Cell) -> list[str]:
    """Return the lines of ``cell`` without the empty ones at its end."""
    return cell.source.rstrip("\n").split("\n")


def in_place(
    block: list[str], offset: int, own: Sequence[Promise], texts: list[str]
) -> list[str]:
    """Return ``block``, whose first line is ``offset``, with other promises.

    Raises ``ValueError`` where there are not as many ``texts`` as promises.
    """
    block = block[:]
    for promise, text in zip(own, texts, strict=True):
        place = promise.lineno - offset
        indent = block[place][: block[place].index("#")]
        block[place] = promise_line(text, indent)
    return block


def below(
    block: list[str], offset: int, own: Sequence[Promise], texts: list[str], end: int
) -> list[str]:
    """Return ``block`` with ``texts`` promised after its first ``end`` lines."""
    places = [promise.lineno - offset for promise in own]
    if len(places) == len(texts):
        return in_place(block, offset, own, texts)
    kept = [(number, line) for number, line in enumerate(block) if number not in places]
    return [
        *(line for number, line in kept if number < end),
        *map(promise_line, texts),
        *(line for number, line in kept if number >= end),
    ]
