"""The shape of a lesson's page: answers that open, and nothing of the machinery."""

from __future__ import annotations

import re

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.locale import get_translation
from sphinx.util.typing import ExtensionMetadata

from sphinxext.disclosure import details, summary
from sphinxext.graphs import graph_picture
from sphinxext.lessons import is_lesson
from sphinxext.page_cells import is_output

_ = get_translation("interface")

QUESTION = re.compile(r"\d+\.")


def begins_question(node: nodes.Node) -> bool:
    """Tell whether ``node`` is a paragraph that begins with a bold number."""
    return (
        isinstance(node, nodes.paragraph)
        and bool(node.children)
        and isinstance(node[0], nodes.strong)
        and QUESTION.fullmatch(node[0].astext()) is not None
    )


def ends_answer(node: nodes.Node) -> bool:
    """Tell whether ``node`` comes after an answer: a question, or the downloads."""
    return begins_question(node) or isinstance(node, (nodes.section, addnodes.only))


def hide_answer(code: nodes.literal_block) -> None:
    """Put an answer, its output and its explanation behind one line."""
    parent = code.parent
    start = parent.index(code)
    end = start + 1
    while end < len(parent) and not ends_answer(parent[end]):
        end += 1
    answer = details("", summary("", _("Show the answer")), classes=["answer"])
    answer += parent[start:end]
    parent[start:end] = [answer]


def put_below_output(picture: graph_picture) -> None:
    """Move a picture below what its cell printed; sphinx-gallery puts it above."""
    parent = picture.parent
    place = parent.index(picture)
    if place + 1 < len(parent) and is_output(parent[place + 1]):
        parent.insert(place, parent.pop(place + 1))


def shape(app: Sphinx, doctree: nodes.document) -> None:
    """Take sphinx-gallery's notices out, and close the answers."""
    if not is_lesson(app.env.docname):
        return
    for comment in list(doctree.findall(nodes.comment)):
        comment.parent.remove(comment)
    for only in list(doctree.findall(addnodes.only)):
        if any("sphx-glr-download-link-note" in note["classes"] for note in only):
            only.parent.remove(only)
    for picture in list(doctree.findall(graph_picture)):
        put_below_output(picture)
    for code in list(doctree.findall(nodes.literal_block)):
        if "answer" in code.get("marks", ()):
            hide_answer(code)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Shape each lesson after its promises have been compared."""
    app.connect("doctree-read", shape, priority=200)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
