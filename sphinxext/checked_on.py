"""The line that names the torch releases on which the pages ran.

``{checked-on}`` puts it in a page; an error page that proves something gets it below
its first paragraphs.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.locale import get_translation
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from sphinxext.differences_file import table_of
from sphinxext.finder_entries import FOLDER, examples

_ = get_translation("interface")

PAGE = "versions"
"""The page with the whole list."""

LINK = "\n"
"""Stands in the line for the link to that page."""


class checked_on(nodes.General, nodes.Element):
    """Stands for the line until it is written in the language of the build."""


class CheckedOn(SphinxDirective):
    """The line that names the releases."""

    def run(self) -> list[nodes.Node]:
        """Return the place of the line."""
        return [checked_on()]


def line_of(env: BuildEnvironment) -> list[nodes.Node]:
    """Return the line that names the releases, with a link to the whole list.

    There is none where no other release was run.
    """
    table = table_of(env)
    others = [name for name in table.checked if name != table.pinned]
    if not others:
        return []
    said = _("Proven with torch {pinned}, and run on {others} as well. {link}")
    text = said.format(pinned=table.pinned, others=_(", ").join(others), link=LINK)
    before, _mark, after = text.partition(LINK)
    line = nodes.paragraph("", before.rstrip(), classes=["checked-on"])
    if PAGE in env.found_docs and env.docname != PAGE:
        link = pending_xref(
            "",
            nodes.inline("", _("What differs there")),
            refdomain="std",
            reftype="doc",
            reftarget=f"/{PAGE}",
            refdoc=env.docname,
            refexplicit=True,
            refwarn=True,
        )
        line[:] = [nodes.Text(before), link, nodes.Text(after)]
    return [line]


def write(app: Sphinx, doctree: nodes.document) -> None:
    """Write the line where the page asks for it."""
    for place in list(doctree.findall(checked_on)):
        place.replace_self(line_of(app.env))


def head(app: Sphinx, doctree: nodes.document) -> None:
    """Put the line on each error page that proves something, below what it is about."""
    if not app.env.docname.startswith(FOLDER):
        return
    if not any(map(examples, doctree.findall(nodes.literal_block))):
        return
    section = next(doctree.findall(nodes.section))
    after = 1
    while isinstance(section[after], nodes.paragraph):
        after += 1
    section.insert(after, line_of(app.env))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive, and work before the finder reads a page."""
    app.add_node(checked_on)
    app.add_directive("checked-on", CheckedOn)
    app.connect("doctree-read", write, priority=260)
    app.connect("doctree-read", head, priority=260)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
