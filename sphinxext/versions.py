"""What other torch releases do otherwise, shown below the example that it is about.

The table is data (``sphinxext.differences``). A difference whose example no longer
stands on the page is not shown: it was measured on other code.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.locale import get_translation
from sphinx.util.typing import ExtensionMetadata

from sphinxext.difference_kinds import of_cell, wanted
from sphinxext.differences import (
    FILE,
    Difference,
    Example,
    Table,
    load,
    name_of,
    release_of,
)
from sphinxext.finder_entries import entry_of, examples
from sphinxext.lessons import is_lesson, script_of
from sphinxext.messages import reads_in, wording
from sphinxext.page_cells import is_code, is_output
from sphinxext.promise import cells_of

_ = get_translation("interface")

Release = tuple[int, ...]
WORD = re.compile(r"(?<![\w.])[a-z]+(?![\w.])")
WARNS = re.compile(r"[\w.]*Warning: ")


@functools.lru_cache(maxsize=1)
def read(path: Path, changed: int) -> Table:
    """Return the table in ``path``, read once as long as its time stays."""
    return load(path)


def table_of(env: BuildEnvironment) -> Table:
    """Return the table, and let the page that is read depend on it."""
    path = Path(env.srcdir) / FILE
    if not path.exists():
        return Table()
    env.note_dependency(str(path))
    return read(path, path.stat().st_mtime_ns)


def label(one: Difference, pinned: Release, releases: str) -> str:
    """Return the line above what ``releases`` do otherwise, as ``one`` of them does."""
    if one.kind == "message":
        return reads_in(releases)
    return {
        "crash": _("Python crashes or hangs in torch {releases}"),
        "silent": _("No message in torch {releases}, which prints")
        if one.there
        else _("No message in torch {releases}"),
        "raises": _("A warning in torch {releases}")
        if WARNS.match(one.there)
        else _("An error in torch {releases}"),
        "name": _("Not yet in torch {releases}")
        if one.release < pinned
        else _("No longer in torch {releases}"),
        "value": _("What torch {releases} prints"),
    }[one.kind].format(releases=releases)


def notes(
    found: Iterable[Difference], pinned: Release, group: str
) -> Iterator[nodes.Element]:
    """Yield a line for each thing that releases do otherwise, the oldest first."""
    together = defaultdict(list)
    for one in sorted(found, key=lambda one: one.release):
        together[one.kind, one.there, one.release < pinned].append(one)
    for same in together.values():
        one = same[0]
        releases = _(", ").join(name_of(other.release) for other in same)
        line = label(one, pinned, releases)
        if not one.there:
            yield nodes.paragraph("", line, classes=["elsewhere"])
            continue
        # the finder takes what is older for another text of the section's message
        classes = ("older", "elsewhere") if one.kind == "message" else ("elsewhere",)
        note = wording(line, one.there, *classes)
        note[-1]["groups"] = [group]
        yield note


def in_sections(
    doctree: nodes.document, page: str
) -> Iterator[tuple[nodes.Element, Example, str]]:
    """Yield each example of a page with its block and its group of snippets."""
    for block in list(doctree.findall(nodes.literal_block)):
        place = entry_of(block)
        section = place["ids"][0] if place is not None else ""
        for example in examples(block):
            found = Example(page, section, example.source, wanted(example))
            yield block, found, block["groups"][0]


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
    lesson = is_lesson(page)
    seen: set[tuple[str, Release, str]] = set()
    for block, example, group in (
        in_cells(app, doctree) if lesson else in_sections(doctree, page)
    ):
        found = [one for one in known.pop(example, ()) if is_new(one, seen)]
        place = block.parent.index(block) + 1
        while found and is_note(block.parent, place):
            place += 1
        pinned = release_of(table.pinned)
        block.parent.insert(place, list(notes(found, pinned, group)))


def is_new(one: Difference, seen: set[tuple[str, Release, str]]) -> bool:
    """Tell whether a section does not show the wording yet, with other names in it."""
    if one.kind != "message":
        return True
    key = (one.example.section, one.release, " ".join(WORD.findall(one.there)))
    new = key not in seen
    seen.add(key)
    return new


def is_note(parent: nodes.Element, place: int) -> bool:
    """Tell whether a note of an earlier example of the block stands there."""
    return place < len(parent) and "elsewhere" in parent[place].get("classes", ())


def setup(app: Sphinx) -> ExtensionMetadata:
    """Work after a page is proven, and before the finder reads it."""
    app.connect("doctree-read", show, priority=260)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
