"""Whether what a cell printed is what it promised."""

from __future__ import annotations

import ast
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sphinxext.promise import ADDRESS, Cell

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Failure:
    """One broken promise: where, what is wrong, and both texts."""

    path: Path
    lineno: int
    wrong: str
    promised: str = ""
    printed: str = ""

    def __str__(self) -> str:
        """Return ``examples/….py:LINE: what is wrong``, then both texts."""
        where = f"{Path(os.path.relpath(self.path, ROOT)).as_posix()}:{self.lineno}"
        lines = [f"{where}: {self.wrong}"]
        if self.promised or self.printed:
            lines += ["    promised:", *_quoted(self.promised)]
            lines += ["    printed:", *_quoted(self.printed)]
        return "\n".join(lines)


def _quoted(text: str) -> list[str]:
    return [f"        {line}" for line in text.split("\n")] if text else ["        -"]


def compare(cell: Cell, printed: str) -> Failure | None:
    """Compare the whole standard output of ``cell`` with its promises.

    Returns the first line that differs, or None. The comparison is exact; one
    newline at the end of the output is not part of it.
    """
    lines = printed.removesuffix("\n").split("\n") if printed else []
    if lines == [promise.text for promise in cell.promises]:
        return None
    for promise, line in zip(cell.promises, lines, strict=False):
        if promise.text != line:
            return Failure(
                cell.path, promise.lineno, "another output", promise.text, line
            )
    if len(lines) > len(cell.promises):
        last = cell.lineno + cell.source.rstrip().count("\n")
        lineno = cell.promises[-1].lineno if cell.promises else last
        more = "\n".join(lines[len(cell.promises) :])
        return Failure(cell.path, lineno, "an output without a promise", printed=more)
    first = cell.promises[len(lines)]
    return Failure(cell.path, first.lineno, "a promise without an output", first.text)


def inspect(cell: Cell) -> Failure | None:
    """Find what is wrong with ``cell`` before it runs: an address in a promise."""
    for promise in cell.promises:
        if ADDRESS.search(promise.text):
            wrong = "a memory address, which changes from run to run, is promised"
            return Failure(cell.path, promise.lineno, wrong, promise.text)
    return None


def bare_value(cell: Cell, value: Any) -> Failure | None:
    """Refuse a last expression whose ``value`` a notebook would show unproven.

    An in-place method (``w.add_(1)``) may end a cell: its value is the tensor
    that the line names.
    """
    last = last_expression(ast.parse(cell.source))
    if last is None or value is None:
        return None
    if isinstance(last, ast.Call) and isinstance(last.func, ast.Attribute):
        if last.func.attr.endswith("_"):
            return None
    lineno = cell.lineno + last.lineno - 1
    wrong = "a bare expression whose value nothing proves: print it, or name it"
    return Failure(cell.path, lineno, wrong, printed=repr(value))


def last_expression(tree: ast.Module) -> ast.expr | None:
    """Return the expression that ends ``tree``, or None where a statement does."""
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        return tree.body[-1].value
    return None
