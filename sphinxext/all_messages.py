"""``{all-messages}``: every proven message as a link, family by family."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from sphinxext.finder_data import families
from sphinxext.finder_entries import Entry

LONGEST = 240
"""Characters of a message that are shown."""


class message_list(nodes.General, nodes.Element):
    """Stands for the list until all messages are known."""


class AllMessages(SphinxDirective):
    """List every message that the error pages prove."""

    def run(self) -> list[nodes.Node]:
        """Return the place of the list."""
        return [message_list()]


def lines(entry: Entry) -> list[str]:
    """Return the messages of an entry, once each, as one line each."""
    whole = [" ".join(text.split()) for text, _ in entry.messages]
    cut = [line if len(line) <= LONGEST else f"{line[:LONGEST]}…" for line in whole]
    return list(dict.fromkeys(cut))


def family(app: Sphinx, origin: str, docname: str) -> list[nodes.Node]:
    """Return the title of a family and its messages, in the order of the page."""
    if not app.env.finder_entries[docname]:
        return []
    uri = app.builder.get_relative_uri(origin, docname)
    items = []
    for entry in app.env.finder_entries[docname]:
        for line in lines(entry):
            target = f"{uri}#{entry.anchor}"
            link = nodes.reference("", line, internal=True, refuri=target)
            items.append(nodes.list_item("", nodes.paragraph("", "", link)))
    title = nodes.rubric("", app.env.titles[docname].astext())
    title["heading-level"] = 2
    return [title, nodes.bullet_list("", *items, classes=["all-messages"])]


def resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the list in its place."""
    for node in list(doctree.findall(message_list)):
        names = families(app.env)
        found = [part for name in names for part in family(app, docname, name)]
        node.replace_self(found)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive and what fills it."""
    app.setup_extension("sphinxext.finder_entries")
    app.add_node(message_list)
    app.add_directive("all-messages", AllMessages)
    app.connect("doctree-resolved", resolve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
