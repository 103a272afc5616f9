"""``.. lessons:: pattern``: the lessons of a part, or all parts, one line each.

The pattern is that of a toctree with ``:glob:``; the order is that of the file
names. Title and claim come from the lessons themselves.
"""

from __future__ import annotations

from pathlib import Path
from zlib import crc32

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from sphinxext.lesson_listing import listing
from sphinxext.predict import lesson_total

TOCTREE = """\
.. toctree::
   :glob:
   :hidden:
   :maxdepth: 1

   {pattern}
"""


class lesson_list(nodes.General, nodes.Element):
    """Stands for the list until all titles are known."""


class Lessons(SphinxDirective):
    """List what the pattern finds, and put it in the table of contents."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the hidden toctree and the place of the list."""
        toctree = self.parse_text_to_nodes(TOCTREE.format(pattern=self.arguments[0]))
        return [*toctree, lesson_list()]


def resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the list in its place."""
    for node in list(doctree.findall(lesson_list)):
        lists = listing(app, docname, docname)
        everything = docname.count("/") == 1
        node.replace_self([lesson_total(), *lists] if everything else lists)


def rewrite(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Name the lists to write again, where something that they show has changed."""
    shown = {
        name: (
            env.titles[name].astext(),
            tuple(claim),
            digest(env.lesson_pictures.get(name)),
            env.lesson_outputs[name],
        )
        for name, claim in env.lesson_claim_parts.items()
    }
    if shown == getattr(env, "lesson_lists", None):
        return []
    env.lesson_lists = shown
    return [name for name in env.toctree_includes if name.startswith("lessons/")]


def digest(path: str | None) -> int:
    """Return what tells one recorded graph from another, 0 for none."""
    return crc32(Path(path).read_bytes()) if path and Path(path).exists() else 0


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive and what fills it."""
    app.setup_extension("sphinxext.lesson_facts")
    app.add_node(lesson_list)
    app.add_directive("lessons", Lessons)
    app.connect("env-updated", rewrite)
    app.connect("doctree-resolved", resolve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
