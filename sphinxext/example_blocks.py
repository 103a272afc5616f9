"""Which block of a page holds which example, as the table of differences names it."""

from __future__ import annotations

from collections.abc import Container, Iterator

from docutils import nodes
from sphinx.application import Sphinx

from sphinxext.difference_kinds import of_cell, wanted
from sphinxext.differences import Example
from sphinxext.finder_entries import entry_of, examples
from sphinxext.lessons import script_of
from sphinxext.page_cells import is_code, is_output
from sphinxext.promise import cells_of


def section_of(block: nodes.Element) -> str:
    """Return the anchor of the section that a block stands in, "" for none."""
    place = entry_of(block)
    return place["ids"][0] if place is not None else ""


def in_block(block: nodes.Element, page: str) -> Iterator[Example]:
    """Yield the examples of one block of a page."""
    section = section_of(block)
    for example in examples(block):
        yield Example(page, section, example.source, wanted(example))


def in_sections(
    doctree: nodes.document, page: str, sections: Container[str]
) -> Iterator[tuple[nodes.Element, Example, str]]:
    """Yield each example in ``sections`` with its block and its group of snippets."""
    for block in list(doctree.findall(nodes.literal_block)):
        if section_of(block) in sections:
            for example in in_block(block, page):
                yield block, example, block["groups"][0]


def in_cells(
    app: Sphinx, doctree: nodes.document
) -> Iterator[tuple[nodes.Element, Example, str]]:
    """Yield each cell of a lesson with the last block of what it shows."""
    page = app.env.docname
    last: list[nodes.Element] = []
    for block in list(doctree.findall(nodes.literal_block)):
        if is_code(block):
            last.append(block)
        elif is_output(block) and last:
            last[-1] = block
    for number, cell in enumerate(cells_of(script_of(app, page)), 1):
        if number <= len(last):
            yield last[number - 1], of_cell(page, number, cell), ""
