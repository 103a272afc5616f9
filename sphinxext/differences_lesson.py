"""What the cells of a lesson do on another release."""

from __future__ import annotations

from pathlib import Path

from sphinxext.difference_kinds import kind_of, of_cell, plain
from sphinxext.differences import Example
from sphinxext.differences_found import Say
from sphinxext.promise import cells_of
from sphinxext.run import UNCAUGHT, check_script


def cells_in(path: Path, page: str) -> list[Example]:
    """Return the cells of the script at ``path`` as examples of ``page``."""
    return [of_cell(page, n, cell) for n, cell in enumerate(cells_of(path), 1)]


def compare(path: Path, cells: list[Example], say: Say) -> None:
    """Run the script at ``path``, and say which of its ``cells`` differ, and how."""
    say(cells[0], "crash", "")
    for example, (_, printed, failure) in zip(cells, check_script(path), strict=False):
        if failure is None:
            continue
        raised = failure.wrong.startswith(UNCAUGHT)
        there = plain(failure.printed if raised else printed)
        kind = kind_of(example, False, False, there if raised else None)
        say(example, kind, there)
