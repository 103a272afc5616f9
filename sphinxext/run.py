"""Run the cells of a lesson one after the other, and see what each prints."""

from __future__ import annotations

import ast
import contextlib
import io
import os
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from sphinxext.compare import Failure, bare_value, compare, inspect, last_expression
from sphinxext.promise import Cell, cells_of
from sphinxext.state import isolated

UNCAUGHT = "an uncaught"
VALUE = "___"
"""The name under which sphinx-gallery, too, keeps the value of a last expression."""


def run_cell(
    cell: Cell, namespace: dict[str, Any], stream: io.StringIO | None = None
) -> tuple[str, Any]:
    """Run ``cell`` in ``namespace``; return what it printed and its last value.

    What it prints goes through ``stream``, a new one where none is given. Code is
    compiled with the path and the line offset of the script, so that tracebacks
    point into it. What the cell raises passes through.
    """
    source = "\n" * (cell.lineno - 1) + cell.source
    tree = ast.parse(source, str(cell.path))
    last = last_expression(tree)
    if last is not None:
        store = ast.Assign([ast.Name(VALUE, ast.Store())], last)
        tree.body[-1] = ast.fix_missing_locations(ast.copy_location(store, last))
    printed = io.StringIO() if stream is None else stream
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        exec(compile(tree, str(cell.path), "exec"), namespace)
    return printed.getvalue(), namespace.pop(VALUE, None)


def lineno_of(error: BaseException, path: Path) -> int:
    """Return the deepest line of the script at ``path`` in ``error``'s traceback."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return error.lineno or 1
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame.lineno for frame in frames if frame.filename == str(path)]
    return own[-1] if own else 1


def uncaught(error: BaseException, path: Path) -> Failure:
    """Describe an error or a warning that the script at ``path`` did not catch."""
    kind = "warning" if isinstance(error, Warning) else "error"
    text = "".join(traceback.format_exception_only(error)).rstrip()
    return Failure(path, lineno_of(error, path), f"{UNCAUGHT} {kind}", printed=text)


@contextlib.contextmanager
def as_main(path: Path) -> Iterator[dict[str, Any]]:
    """Give the script at ``path`` a fresh state and a ``__main__`` of its own."""
    main = ModuleType("__main__")
    before = sys.modules["__main__"]
    with isolated():
        os.chdir(path.parent)
        sys.modules["__main__"] = main
        try:
            yield vars(main)
        finally:
            sys.modules["__main__"] = before


def check_cell(cell: Cell, namespace: dict[str, Any]) -> tuple[str, Failure | None]:
    """Run ``cell``; return what it printed and its first failure, or None."""
    failure = inspect(cell)
    if failure:
        return "", failure
    try:
        printed, value = run_cell(cell, namespace)
    except Exception as error:
        return "", uncaught(error, cell.path)
    return printed, compare(cell, printed) or bare_value(cell, value)


def check_script(path: Path) -> Iterator[tuple[Cell, str, Failure | None]]:
    """Run the lesson at ``path`` from a fresh state, cell by cell.

    Yields each cell with what it printed and its failure; stops after a cell
    that raised, since the cells below it build on it. Raises ``SyntaxError``
    where no cell can be told from the next: a bracket or a string never ends.
    """
    with as_main(path) as namespace:
        for cell in cells_of(path):
            printed, failure = check_cell(cell, namespace)
            yield cell, printed, failure
            if failure and failure.wrong.startswith(UNCAUGHT):
                return
