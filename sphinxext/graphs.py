"""``.. graph:: file``: a recorded graph as a picture with its stepper, or in words.

The file is what ``sphinxext.recorder`` kept while a lesson ran; a path that
begins with ``/`` counts from the source folder. Builders without pictures show
the words. livegraph imports torch, so it is imported where a picture is drawn:
a build in which nothing changed draws none.
"""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.locale import get_translation
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata
from sphinx.writers.html5 import HTML5Translator

from sphinxext.compare import ROOT

if TYPE_CHECKING:
    from livegraph import Graph
    from livegraph.words import Words

_ = get_translation("interface")

STYLE, SCRIPT = "livegraph.css", "livegraph.js"
ASSETS = {STYLE: "picture.css", SCRIPT: "stepper.js"}


class graph_picture(nodes.General, nodes.Element):
    """A picture; ``path`` names its file, ``prefix`` keeps its ids apart."""


class graph_thumbnail(nodes.General, nodes.Element):
    """A small picture beside a link that says what it is; ``path`` as above."""


class GraphPicture(SphinxDirective):
    """Put the picture of a recorded graph on the page."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the place of the picture; the file is read when it is written."""
        _relative, path = self.env.relfn2path(self.arguments[0])
        self.env.note_dependency(path)
        number = self.env.new_serialno("graph") + 1
        return [graph_picture(path=path, prefix=f"graph-{number}")]


def load(path: str) -> Graph:
    """Read a graph that this build has recorded."""
    return pickle.loads(Path(path).read_bytes())


def interface_words() -> Words:
    """Return the words of a picture in the language of this build."""
    from livegraph.words import translated

    return translated(lambda words: str(_(words)))


def visit_html(self: HTML5Translator, node: graph_picture) -> None:
    """Write the picture and its words; a still one where no script runs."""
    if not self.config.sphinx_gallery_conf["plot_gallery"]:
        raise nodes.SkipNode
    from livegraph import text
    from livegraph.html import html
    from livegraph.svg import svg

    graph, words = load(node["path"]), interface_words()
    if self.builder.name == "epub":
        about = text(graph, words)
        self.body.append(svg(graph, prefix=node["prefix"], words=words, about=about))
    else:
        drawn = html(graph, prefix=node["prefix"], inline=False, words=words)
        self.body.append(drawn)
    raise nodes.SkipNode


def visit_thumbnail(self: HTML5Translator, node: graph_thumbnail) -> None:
    """Write the small picture, which repeats what the link beside it says."""
    from livegraph.svg import thumbnail

    graph = load(node["path"])
    small = thumbnail(graph, prefix=node["prefix"], words=interface_words())
    self.body.append(f'<div class="lg lesson-picture" aria-hidden="true">{small}</div>')
    raise nodes.SkipNode


def skip(self: nodes.NodeVisitor, node: nodes.Element) -> None:
    """Leave the small picture out where there are no pictures."""
    raise nodes.SkipNode


def say(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the words in the place of the picture where none can be shown."""
    if (
        app.builder.format == "html"
        or not app.config.sphinx_gallery_conf["plot_gallery"]
    ):
        return
    from livegraph.text import tell

    for picture in list(doctree.findall(graph_picture)):
        told = tell(load(picture["path"]), interface_words())
        steps = nodes.enumerated_list("", *_items(told.steps), enumtype="arabic")
        leaves = nodes.bullet_list("", *_items(told.before[1:]), bullet="*")
        special = [*told.after, *told.notes]
        end = nodes.bullet_list("", *_items(special), bullet="*")
        parts = [part for part in (leaves, steps, end) if part.children]
        picture.replace_self([nodes.paragraph("", told.before[0]), *parts])


def _items(lines: list[str]) -> list[nodes.Node]:
    return [nodes.list_item("", nodes.paragraph("", line)) for line in lines]


def write_assets(app: Sphinx) -> None:
    """Put the style and the script of all pictures beside the site's own."""
    if app.builder.format != "html":
        return
    folder = app.outdir / "_static"
    folder.mkdir(parents=True, exist_ok=True)
    for name, source in ASSETS.items():
        shutil.copyfile(ROOT / "livegraph" / source, folder / name)


def load_assets(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Let the pages with pictures, and no others, load style and script."""
    body = context.get("body", "")
    if '<figure class="lg"' in body:
        app.add_js_file(SCRIPT, loading_method="defer")
    if 'class="lg' in body:
        app.add_css_file(STYLE)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive, the picture and what pages with one load."""
    app.add_node(graph_picture, html=(visit_html, None))
    paper = {name: (skip, None) for name in ("latex", "text", "man", "texinfo")}
    app.add_node(graph_thumbnail, html=(visit_thumbnail, None), **paper)
    app.add_directive("graph", GraphPicture)
    app.connect("builder-inited", write_assets)
    app.connect("doctree-resolved", say)
    app.connect("html-page-context", load_assets, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
