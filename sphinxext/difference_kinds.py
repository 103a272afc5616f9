"""Of what kind a difference is, and which of its words are the same everywhere."""

from __future__ import annotations

import doctest
import re

from sphinxext.differences import Example
from sphinxext.finder_entries import said
from sphinxext.promise import Cell

NO_NAME = re.compile(
    r"(?:[\w.]*\.)?(?:AttributeError|ImportError|ModuleNotFoundError): "
    r"|[^\n]*unexpected keyword argument"
)
ATTRIBUTE = re.compile(r"has no attribute '(\w+)'")
NO_WARNING = "IndexError: list index out of range"
"""What an example that prints a caught warning raises where none was given."""
CHANGING = (
    (re.compile(r"\b0x[0-9a-fA-F]+"), "0x..."),
    (re.compile(r"(?<=Triggered internally at )[^\n]+?(?=\.\)|$)"), "..."),
    (re.compile(r'"[^"\s]+\.(?:cpp|h|cu|py)":\d+'), '"...":...'),
    (re.compile(r"(?<![\w.\"'])/?(?:[\w.+-]+/)+[\w.+-]+\.(?:cpp|h|cu|py):\d+"), "..."),
    (re.compile(r"(?<![\w./:])(?:/[\w.@+-]+){2,}/(?=[\w.@+-]+)"), ".../"),
)
"""What is another on each machine or in each build, and what stands for it."""


def plain(text: str) -> str:
    """Return ``text`` without addresses, paths of a machine and blank ends."""
    text = text.replace("<BLANKLINE>", "")
    for pattern, shown in CHANGING:
        text = pattern.sub(shown, text)
    return "\n".join(line.rstrip() for line in text.strip("\n").split("\n"))


def wanted(example: doctest.Example) -> str:
    """Return what the page proves of an example."""
    return plain(example.exc_msg or example.want)


def error_in(got: str) -> str | None:
    """Return the last error in the traceback that doctest prints, if there is one."""
    *before, last = got.rpartition("Traceback (most recent call last):\n")
    if not before[1]:
        return None
    lines = last.splitlines()
    start = next(n for n, line in enumerate(lines) if not line.startswith(" "))
    return plain("\n".join(lines[start:]))


def message_of(example: doctest.Example, got: str) -> str:
    """Return what an example printed: a message alone, without what treats it."""
    text, _warning = said(doctest.Example(example.source, got))
    return got if text is None else text


def misses_a_name(there: str, code: str, here: str) -> bool:
    """Tell whether ``there`` says that a name in ``code`` is not known.

    A missing attribute must stand in the code, and not be what ``here`` is about.
    """
    if not NO_NAME.match(there):
        return False
    missing = ATTRIBUTE.search(there)
    if missing is None:
        return "unexpected keyword" not in here
    stands = re.search(rf"\.{missing[1]}\b", code)
    return stands is not None and missing[0] not in here


def kind_of(example: Example, raises: bool, warns: bool, error: str | None) -> str:
    """Return the kind of a difference.

    ``raises`` and ``warns`` say whether an error or a printed message is proven
    here, ``error`` is what the other release raises.
    """
    if error is None:
        return "silent" if raises else "message" if warns else "value"
    if warns and error == NO_WARNING:
        return "silent"
    if misses_a_name(error, example.code, example.here):
        return "name"
    return "message" if raises else "raises"


def of_cell(page: str, number: int, cell: Cell) -> Example:
    """Return the example that a cell of a lesson is."""
    return Example(page, f"cell-{number}", cell.shown.strip("\n"), cell.promised)
