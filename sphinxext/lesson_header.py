"""What every lesson says before its first cell.

Below the title: part, place among all lessons, and reading time. Then, in one
box, what the reader needs and will be able to say.
"""

from __future__ import annotations

import math
import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.locale import get_translation
from sphinx.util.typing import ExtensionMetadata

from sphinxext.lessons import is_lesson
from sphinxext.page_cells import is_code
from sphinxext.predict import predict_bar

_ = get_translation("interface")

WORDS, LINES = 200, 20
"""Words of text, and lines of code, that a reader takes in within a minute."""
WORD = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+")
WORDS_OF_A_CHARACTER = 0.6
"""Chinese is written without spaces; a word has one or two characters."""

GOALS = ("You need:", "You will be able to say:")
"""How the paragraphs begin that go into the box, in the scripts' own language."""


class lesson_place(nodes.General, nodes.Element):
    """Stands for part and place until the order is known; ``minutes`` to read."""


def minutes(doctree: nodes.document) -> int:
    """Return how long the page takes to read, rounded up to whole minutes."""
    words = lines = 0.0
    for block in doctree.findall(nodes.literal_block):
        if is_code(block):
            lines += len([line for line in block.astext().split("\n") if line.strip()])
    for text in doctree.findall(nodes.Text):
        if not isinstance(text.parent, nodes.literal_block):
            for word in WORD.findall(text):
                words += WORDS_OF_A_CHARACTER if word >= "\u3400" else 1
    return math.ceil(words / WORDS + lines / LINES)


def emphasize_label(paragraph: nodes.paragraph) -> None:
    """Make what stands before the first colon of ``paragraph`` bold."""
    first = paragraph[0]
    head, colon, tail = re.split("([:：])", first.astext(), maxsplit=1)
    paragraph[0:1] = [nodes.strong("", head + colon), nodes.Text(tail)]


def box_of(section: nodes.section) -> nodes.container:
    """Take the goals out of the introduction and return them in a box."""
    box = nodes.container(classes=["lesson-goals"])
    for node in section.children[1:]:
        if not isinstance(node, nodes.paragraph):
            break
        if node.rawsource.startswith(GOALS):
            section.remove(node)
            emphasize_label(node)
            box += node
    return box


def complete(app: Sphinx, doctree: nodes.document) -> None:
    """Put place and box on a lesson that has just been read."""
    if not is_lesson(app.env.docname):
        return
    section = next(doctree.findall(nodes.section))
    place = lesson_place(minutes=minutes(doctree))
    box = box_of(section)
    after = 1
    while isinstance(section[after], nodes.paragraph):
        after += 1
    section.insert(after, [*([box] if len(box) else []), predict_bar()])
    section.insert(1, place)


def lessons_below(env: BuildEnvironment, docname: str) -> list[tuple[str, str]]:
    """Return the lessons below ``docname`` in order, each with its part's page."""
    found = []
    for name in env.toctree_includes.get(docname, []):
        if is_lesson(name):
            found.append((name, docname))
        else:
            found += lessons_below(env, name)
    return found


def places(app: Sphinx) -> dict[str, tuple[str, int, int]]:
    """Return part, number and count of each lesson, across all parts."""
    (folder,) = app.config.sphinx_gallery_conf["gallery_dirs"]
    lessons = lessons_below(app.env, f"{folder}/index")
    return {
        name: (part, number, len(lessons))
        for number, (name, part) in enumerate(lessons, 1)
    }


def resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Write the line below the title."""
    for node in list(doctree.findall(lesson_place)):
        line = nodes.paragraph(classes=["lesson-place"])
        if docname in app.env.lesson_places:
            part, number, count = app.env.lesson_places[docname]
            uri = app.builder.get_relative_uri(docname, part)
            title = app.env.titles[part].astext()
            line += nodes.reference("", title, internal=True, refuri=uri)
            line += nodes.Text(
                " · " + _("lesson {0} of {1}").format(number, count) + " · "
            )
        line += nodes.Text(_("{0} min to read").format(node["minutes"]))
        node.replace_self(line)


def rewrite(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Name the lessons to write again, where part or place has changed."""
    before = getattr(env, "lesson_places", {})
    titles = getattr(env, "lesson_part_titles", {})
    env.lesson_places = places(app)
    parts = {part for part, _number, _count in env.lesson_places.values()}
    env.lesson_part_titles = {part: env.titles[part].astext() for part in parts}
    return [
        name
        for name, place in env.lesson_places.items()
        if before.get(name) != place
        or titles.get(place[0]) != env.lesson_part_titles[place[0]]
    ]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Complete each lesson after its claim has been kept by ``lesson_facts``."""
    app.add_node(lesson_place)
    app.connect("doctree-read", complete, priority=400)
    app.connect("env-updated", rewrite)
    app.connect("doctree-resolved", resolve, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
