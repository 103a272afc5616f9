"""A part of a page that opens on demand: ``<details>``, no script needed."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata
from sphinx.writers.html5 import HTML5Translator


class details(nodes.General, nodes.Element):
    """What opens; its first child is a ``summary``."""


class summary(nodes.TextElement):
    """The line that is always seen."""


def visit_details(self: HTML5Translator, node: details) -> None:
    """Open the element."""
    self.body.append(self.starttag(node, "details"))


def depart_details(self: HTML5Translator, node: details) -> None:
    """Close the element."""
    self.body.append("</details>\n")


def visit_summary(self: HTML5Translator, node: summary) -> None:
    """Open the line."""
    self.body.append(self.starttag(node, "summary", suffix=""))


def depart_summary(self: HTML5Translator, node: summary) -> None:
    """Close the line."""
    self.body.append("</summary>\n")


def visit_open(self: nodes.NodeVisitor, node: nodes.Element) -> None:
    """Show everything where nothing can be opened: on paper and in plain text."""


def visit_line(self: nodes.NodeVisitor, node: nodes.Element) -> None:
    """Write the summary as a paragraph."""
    self.visit_paragraph(node)


def depart_line(self: nodes.NodeVisitor, node: nodes.Element) -> None:
    """End the paragraph."""
    self.depart_paragraph(node)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register both nodes with every writer."""
    paper = ("latex", "text", "man", "texinfo")
    app.add_node(
        details,
        html=(visit_details, depart_details),
        **{name: (visit_open, visit_open) for name in paper},
    )
    app.add_node(
        summary,
        html=(visit_summary, depart_summary),
        **{name: (visit_line, depart_line) for name in paper},
    )
    return {"parallel_read_safe": True, "parallel_write_safe": True}
