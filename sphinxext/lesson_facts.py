"""What is kept of each lesson while pages are read: its claim, picture and outputs."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from sphinxext.graphs import graph_picture
from sphinxext.lessons import is_lesson
from sphinxext.page_tables import keep
from sphinxext.predict import outputs_of

TABLES = ("lesson_claims", "lesson_claim_parts", "lesson_pictures", "lesson_outputs")
"""The tables of the environment; in each, a lesson stands by its page's name."""


def claim_of(doctree: nodes.document) -> list[tuple[str, bool]]:
    """Return what the lesson claims in its first paragraph: text, and if it is code."""
    claim = next(doctree.findall(nodes.paragraph))
    return [
        (part.astext().replace("\n", " "), isinstance(part, nodes.literal))
        for part in claim.children
    ]


def collect(app: Sphinx, doctree: nodes.document) -> None:
    """Keep each lesson's claim, in the language of the build, and its picture."""
    env = app.env
    if is_lesson(env.docname):
        parts = claim_of(doctree)
        env.lesson_claim_parts[env.docname] = parts
        env.lesson_claims[env.docname] = "".join(text for text, _is_code in parts)
        env.lesson_outputs[env.docname] = outputs_of(doctree)
        picture = next(doctree.findall(graph_picture), None)
        if picture is not None:
            env.lesson_pictures[env.docname] = picture["path"]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Look at each page after it is read."""
    keep(app, *TABLES)
    app.connect("doctree-read", collect, priority=300)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
