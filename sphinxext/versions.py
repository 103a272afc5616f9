"""What other torch releases do otherwise, shown below the example that it is about.

The table is data (``sphinxext.differences``). A difference whose example no longer
stands on the page is not shown: it was measured on other code.
"""

from __future__ import annotations

import re
from collections import defaultdict

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from sphinxext.differences import Difference, release_of
from sphinxext.differences_file import table_of
from sphinxext.example_blocks import in_cells, in_sections
from sphinxext.lessons import is_lesson
from sphinxext.version_notes import Release, is_note, notes

WORD = re.compile(r"(?<![\w.])[a-z]+(?![\w.])")


def show(app: Sphinx, doctree: nodes.document) -> None:
    """Put what is known of other releases below the examples of a page."""
    page = app.env.docname
    table = table_of(app.env)
    known = defaultdict(list)
    for one in table.differences:
        if one.example.page == page:
            known[one.example].append(one)
    if not known:
        return
    sections = {example.section for example in known}
    pinned = release_of(table.pinned)
    seen: set[tuple[str, Release, str]] = set()
    for block, example, group in (
        in_cells(app, doctree)
        if is_lesson(page)
        else in_sections(doctree, page, sections)
    ):
        found = [one for one in known.pop(example, ()) if is_new(one, seen)]
        if not found:
            continue
        place = block.parent.index(block) + 1
        while is_note(block.parent, place):
            place += 1
        block.parent.insert(place, list(notes(found, pinned, group)))


def is_new(one: Difference, seen: set[tuple[str, Release, str]]) -> bool:
    """Tell whether a section does not show the wording yet, with other names in it."""
    if one.kind != "message":
        return True
    key = (one.example.section, one.release, " ".join(WORD.findall(one.there)))
    new = key not in seen
    seen.add(key)
    return new


def setup(app: Sphinx) -> ExtensionMetadata:
    """Work after a page is proven, and before the finder reads it."""
    app.connect("doctree-read", show, priority=260)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
