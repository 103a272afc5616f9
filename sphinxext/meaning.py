"""What an error message means, beneath it: a heading in the reader's language.

A message is a heading as it is, in every language. Where a translator has added
words behind it, they get a line of their own.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from sphinxext.disclosure import summary
from sphinxext.finder_entries import FOLDER, MEANING

ENGLISH = "language-en"
"""Class of what is in English; a writer of html makes an attribute of it."""


def message_of(heading: nodes.Element) -> nodes.literal | None:
    """Return the message with which ``heading`` begins, if it has words behind it.

    The title of a page is no message.
    """
    if isinstance(heading.parent.parent, nodes.document):
        return None
    parts = heading.children
    if len(parts) > 1 and isinstance(parts[0], nodes.literal):
        return parts[0]
    return None


def part(heading: nodes.Element) -> None:
    """Set what stands behind the message of ``heading`` apart."""
    message = message_of(heading)
    if message is None:
        return
    words = nodes.inline("", "", *heading.children[1:], classes=[MEANING])
    first = words[0]
    if isinstance(first, nodes.Text):
        words.replace(first, nodes.Text(first.lstrip()))
    message["classes"].append(ENGLISH)
    heading.children = []
    heading += [message, nodes.Text(" "), words]


def shape(app: Sphinx, doctree: nodes.document) -> None:
    """Part the headings of an error page in another language than the site's own."""
    if app.config.edition_of and app.env.docname.startswith(FOLDER):
        for kind in (nodes.title, summary):
            for heading in list(doctree.findall(kind)):
                part(heading)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Work before the finder and the search read the headings."""
    app.setup_extension("sphinxext.edition")
    app.connect("doctree-read", shape, priority=150)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
