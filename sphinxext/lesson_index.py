"""``.. lessons:: pattern``: the lessons of a part, or all parts, one line each.

The pattern is that of a toctree with ``:glob:``; the order is that of the file
names. Title and claim come from the lessons themselves.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from zlib import crc32

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from sphinxext.graphs import graph_picture, graph_thumbnail
from sphinxext.lessons import is_lesson
from sphinxext.predict import lesson_progress, lesson_total, outputs_of

TOCTREE = """\
.. toctree::
   :glob:
   :hidden:
   :maxdepth: 1

   {pattern}
"""


TABLES = ("lesson_claims", "lesson_claim_parts", "lesson_pictures", "lesson_outputs")
"""What is kept of each lesson, by its page's name."""


class lesson_list(nodes.General, nodes.Element):
    """Stands for the list until all titles are known."""


class Lessons(SphinxDirective):
    """List what the pattern finds, and put it in the table of contents."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the hidden toctree and the place of the list."""
        toctree = self.parse_text_to_nodes(TOCTREE.format(pattern=self.arguments[0]))
        return [*toctree, lesson_list()]


def claim_of(doctree: nodes.document) -> list[tuple[str, bool]]:
    """Return what the lesson claims in its first paragraph: text, and if it is code."""
    claim = next(doctree.findall(nodes.paragraph))
    return [
        (part.astext().replace("\n", " "), isinstance(part, nodes.literal))
        for part in claim.children
    ]


def start(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Give the environment its tables."""
    for table in TABLES:
        if not hasattr(env, table):
            setattr(env, table, {})


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


def purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Forget a page that is read again or gone."""
    for table in TABLES:
        getattr(env, table, {}).pop(docname, None)


def merge(
    app: Sphinx, env: BuildEnvironment, docnames: Iterable[str], other: BuildEnvironment
) -> None:
    """Take over what a parallel reader found."""
    for table in TABLES:
        found = getattr(other, table)
        getattr(env, table).update({n: found[n] for n in docnames if n in found})


def entry(app: Sphinx, origin: str, docname: str) -> nodes.list_item:
    """Return the picture, the title as a link, and the claim."""
    uri = app.builder.get_relative_uri(origin, docname)
    title = app.env.titles[docname].astext()
    link = nodes.reference("", title, internal=True, refuri=uri)
    claim = [
        nodes.literal(text, text) if is_code else nodes.Text(text)
        for text, is_code in app.env.lesson_claim_parts[docname]
    ]
    item = nodes.list_item("")
    if docname in app.env.lesson_pictures:
        path = app.env.lesson_pictures[docname]
        item += graph_thumbnail(path=path, prefix=nodes.make_id(docname))
    item += nodes.paragraph("", "", link, classes=["lesson-title"])
    item += nodes.paragraph("", "", *claim, classes=["lesson-claim"])
    outputs = app.env.lesson_outputs[docname]
    item += lesson_progress(lesson=docname, outputs=outputs)
    return item


def listing(app: Sphinx, origin: str, docname: str) -> list[nodes.Node]:
    """Return the lessons below ``docname``, each part under its title."""
    below = app.env.toctree_includes.get(docname, [])
    lessons = [name for name in below if is_lesson(name)]
    result: list[nodes.Node] = []
    if lessons:
        items = [entry(app, origin, name) for name in lessons]
        result.append(nodes.enumerated_list("", *items, classes=["lessons"]))
    for part in below:
        if part in lessons:
            continue
        uri = app.builder.get_relative_uri(origin, part)
        title = app.env.titles[part].astext()
        link = nodes.reference("", title, internal=True, refuri=uri)
        result.append(nodes.paragraph("", "", link, classes=["lesson-part"]))
        result += listing(app, origin, part)
    return result


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
    app.add_node(lesson_list)
    app.add_directive("lessons", Lessons)
    app.connect("env-before-read-docs", start)
    app.connect("doctree-read", collect, priority=300)
    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
    app.connect("env-updated", rewrite)
    app.connect("doctree-resolved", resolve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
