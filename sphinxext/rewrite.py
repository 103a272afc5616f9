"""Rewrite the promises of one script from what it prints.

Usage: python -m sphinxext.rewrite [--write] SCRIPT

Shows the difference; ``--write`` changes the file. What the script prints is
for the author to judge: this only saves the typing.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import io
import sys
from collections.abc import Sequence
from pathlib import Path

from sphinxext.promise import Cell, Promise, cells_of
from sphinxext.run import as_main, lineno_of, run_cell


class ByStatement(io.StringIO):
    """Collects output by the line of the script, outside any function, that ran."""

    def __init__(self, path: Path) -> None:
        """Watch the script at ``path``."""
        super().__init__()
        self.path = str(path)
        self.ended: list[tuple[int, str]] = []
        self.open = ""

    def write(self, text: str) -> int:
        """Keep ``text``; a line belongs to the statement that ends it."""
        frame = sys._getframe(1)
        lineno = 0
        while frame is not None:
            if frame.f_code.co_filename == self.path:
                lineno = frame.f_lineno
            frame = frame.f_back
        *lines, self.open = (self.open + text).split("\n")
        self.ended += [(lineno, line) for line in lines]
        return super().write(text)


def promise_line(text: str, indent: str = "") -> str:
    """Return the comment line that promises ``text``."""
    return f"{indent}# > {text}".rstrip()


def rewritten(cell: Cell, printed: list[tuple[int, str]]) -> list[str]:
    """Return the lines of ``cell`` with promises of what each statement ``printed``.

    A cell that prints as many lines as it promises keeps the places of its
    promises; otherwise those of each statement stand below it.
    """
    lines = code_lines(cell)
    if len(cell.promises) == len(printed):
        texts = [text for _, text in printed]
        return in_place(lines, cell.lineno, cell.promises, texts)
    result: list[str] = []
    body = ast.parse(cell.source).body
    begins = [node.lineno for node in body][1:] + [len(lines) + 1]
    start = 0
    for node, begin in zip(body, begins, strict=True):
        first, last = node.lineno + cell.lineno - 1, begin + cell.lineno - 2
        texts = [text for lineno, text in printed if first <= lineno <= last]
        own = [p for p in cell.promises if first <= p.lineno <= last]
        block = lines[start : begin - 1]
        offset = cell.lineno + start
        result += below(block, offset, own, texts, (node.end_lineno or 0) - start)
        start = begin - 1
    return result or lines


def code_lines(cell: Cell) -> list[str]:
    """Return the lines of ``cell`` without the empty ones at its end."""
    return cell.source.rstrip("\n").split("\n")


def in_place(
    block: list[str], offset: int, own: Sequence[Promise], texts: list[str]
) -> list[str]:
    """Return ``block``, whose first line is ``offset``, with other promises."""
    block = block[:]
    for promise, text in zip(own, texts, strict=True):
        place = promise.lineno - offset
        indent = block[place][: block[place].index("#")]
        block[place] = promise_line(text, indent)
    return block


def below(
    block: list[str], offset: int, own: list[Promise], texts: list[str], end: int
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


def rewrite(path: Path) -> str:
    """Run the script at ``path`` and return its text with true promises.

    Raises what the script raises, and ``SyntaxError`` for what is not Python.
    """
    lines = path.read_text("utf-8").split("\n")
    cells = cells_of(path)
    with as_main(path) as namespace:
        runs = []
        for cell in cells:
            stream = ByStatement(path)
            run_cell(cell, namespace, stream)
            runs.append((cell, stream.ended))
    for cell, printed in reversed(runs):
        begin = cell.lineno - 1
        lines[begin : begin + len(code_lines(cell))] = rewritten(cell, printed)
    return "\n".join(lines)


def main() -> None:
    """Show the difference, and write it on request."""
    parser = argparse.ArgumentParser(prog="python -m sphinxext.rewrite")
    parser.add_argument("script", type=Path)
    parser.add_argument("--write", action="store_true", help="change the file")
    chosen = parser.parse_args()
    path = chosen.script.resolve()
    if not path.is_file():
        raise SystemExit(f"{chosen.script}: there is no such file")
    try:
        new = rewrite(path)
    except Exception as error:
        where = f"{chosen.script}:{lineno_of(error, path)}"
        raise SystemExit(f"{where}: {type(error).__name__}: {error}") from None
    old = path.read_text("utf-8")
    name = str(chosen.script)
    sys.stdout.writelines(
        difflib.unified_diff(
            old.splitlines(keepends=True), new.splitlines(keepends=True), name, name
        )
    )
    if old == new:
        print(f"{name}: every promise holds")
    elif chosen.write:
        path.write_text(new, "utf-8")
        print(f"{name}: written")


if __name__ == "__main__":
    main()
