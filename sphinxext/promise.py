"""What a lesson promises to print, and where.

A promise is a comment line ``# > text`` under the line that prints. The
promises of a cell, joined, are the whole standard output of that cell.
"""

from __future__ import annotations

import io
import re
import tokenize
from dataclasses import dataclass
from pathlib import Path

from sphinx_gallery.py_source_parser import split_code_and_text_blocks

PROMISE = re.compile(r"# >(?: (?P<text>.*))?")
ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")


@dataclass(frozen=True)
class Promise:
    """One promised line of output and the line of the script that holds it."""

    lineno: int
    text: str


@dataclass(frozen=True)
class Cell:
    """A code cell of a lesson: ``source`` begins on line ``lineno`` of ``path``."""

    path: Path
    lineno: int
    source: str
    promises: tuple[Promise, ...]

    @property
    def promised(self) -> str:
        """The whole output that the cell promises, without a last newline."""
        return "\n".join(promise.text for promise in self.promises)

    @property
    def shown(self) -> str:
        """The source as a page shows it: without promises, nothing else changed."""
        hidden = {promise.lineno - self.lineno for promise in self.promises}
        lines = self.source.split("\n")
        return "\n".join(
            line for number, line in enumerate(lines) if number not in hidden
        )


def promises_in(source: str, lineno: int = 1) -> tuple[Promise, ...]:
    """Return the promises in Python ``source`` whose first line is ``lineno``.

    Only comments that stand alone on a line count: ``# > `` inside a string
    is text. Raises ``SyntaxError`` (``tokenize.TokenError`` included) where
    the source is not Python.
    """
    found = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type != tokenize.COMMENT or token.line[: token.start[1]].strip():
                continue
            match = PROMISE.fullmatch(token.string)
            if match:
                line = lineno + token.start[0] - 1
                found.append(Promise(line, match["text"] or ""))
    except tokenize.TokenError as error:
        message, (line, _) = error.args
        raise SyntaxError(f"line {lineno + line - 1}: {message}") from error
    return tuple(found)


def cells_of(path: Path) -> list[Cell]:
    """Return the code cells of the lesson at ``path``, as the gallery splits it."""
    _, blocks = split_code_and_text_blocks(path)
    return [
        Cell(
            path, block.lineno, block.content, promises_in(block.content, block.lineno)
        )
        for block in blocks
        if block.type == "code"
    ]
