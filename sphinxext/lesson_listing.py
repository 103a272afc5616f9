"""The lessons below a page as a list, one line each, each part under its title."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx

from sphinxext.graphs import graph_thumbnail
from sphinxext.lessons import is_lesson
from sphinxext.predict import lesson_progress


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
