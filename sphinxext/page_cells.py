"""The cells that ran for a page: their code, and the output that stands below it."""

from __future__ import annotations

import re
from pathlib import Path

from docutils import nodes

from sphinxext.promise import Cell, promises_in

MARK = re.compile(r"^# (?P<kind>answer|graph: .+)\n?", re.MULTILINE)
CELL = {"Python", "ipython3"}
"""How sphinx-gallery and MyST-NB mark the language of a cell that ran."""
OUTPUT = {"sphx-glr-script-out", "output", "stream"}
"""Classes of what a cell printed, of which each of the two sets one."""


def is_output(node: nodes.Node) -> bool:
    """Tell whether ``node`` is what a cell printed."""
    return isinstance(node, nodes.literal_block) and not OUTPUT.isdisjoint(
        node["classes"]
    )


def is_code(node: nodes.Node) -> bool:
    """Tell whether ``node`` is the code of a cell that ran."""
    return (
        isinstance(node, nodes.literal_block)
        and node.get("language") in CELL
        and not is_output(node)
    )


def cells_in(doctree: nodes.document, path: Path) -> list[Cell]:
    """Return the cells of a page that was written at ``path``, notebook or not."""
    cells = []
    for node in doctree.findall(is_code):
        source, lineno = node.astext(), node.line - 1  # of the fence
        cells.append(Cell(path, lineno, source, promises_in(source, lineno)))
    return cells


def pairs(doctree: nodes.document) -> list[tuple[nodes.literal_block, str]]:
    """Return each code block with what stands on the page as its output."""
    found: list[tuple[nodes.literal_block, str]] = []
    for node in doctree.findall():
        if is_code(node):
            found.append((node, ""))
        elif is_output(node) and found:
            code, before = found[-1]
            found[-1] = (code, before + node.astext().removesuffix("\n") + "\n")
    return found


def show(cell: Cell, code: nodes.literal_block) -> None:
    """Take promises and marks out of ``code``; keep the marks as an attribute."""
    code["marks"] = [match["kind"] for match in MARK.finditer(cell.source)]
    code.rawsource = MARK.sub("", cell.shown).strip("\n")
    code[:] = [nodes.Text(code.rawsource)]
