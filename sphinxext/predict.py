"""Predict first: outputs wait behind a question, and progress stays in the browser.

Here stand the words and places; ``docs/_static/predict.js`` does the rest. All
of it is hidden until the script runs, so without one nothing is covered.
"""

from __future__ import annotations

from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.locale import get_translation
from sphinx.util.typing import ExtensionMetadata
from sphinx.writers.html5 import HTML5Translator

from sphinxext.disclosure import details
from sphinxext.graphs import graph_picture
from sphinxext.page_cells import is_output

_ = get_translation("interface")

PAPER = ("latex", "text", "man", "texinfo")


class predict_bar(nodes.General, nodes.Element):
    """On a lesson: how to show all, and how many predictions were made."""


class lesson_progress(nodes.General, nodes.Element):
    """On a list: what the reader did in ``lesson``, which covers ``outputs``."""


class lesson_total(nodes.General, nodes.Element):
    """Above the list of all lessons: the sum, and a way to forget it."""


def outputs_of(doctree: nodes.document) -> int:
    """Count what can be covered: outputs and pictures outside the answers."""
    found = [*doctree.findall(is_output), *doctree.findall(graph_picture)]
    return sum(not in_details(node) for node in found)


def in_details(node: nodes.Node | None) -> bool:
    """Tell whether ``node`` stands in a part of the page that opens on demand."""
    while node is not None and not isinstance(node, details):
        node = node.parent
    return node is not None


def refuse_paper(translator: HTML5Translator) -> None:
    """Leave out what only a script can fill; a reader of an epub runs none."""
    if translator.builder.name == "epub":
        raise nodes.SkipNode


def word(text: str) -> str:
    """Return ``text``, translated, for html."""
    return escape(_(text))


def notes() -> str:
    """Return what is said where storage is blocked or held something else."""
    blocked = word(
        "This browser keeps nothing for this site. The switch and your progress "
        "last until you leave the page."
    )
    broken = word(
        "What this browser had kept of your progress could not be read. "
        "It starts again."
    )
    return (
        f'<p class="predict-blocked" hidden>{blocked}</p>'
        f'<p class="predict-broken" hidden>{broken}</p>'
    )


def visit_bar(self: HTML5Translator, node: predict_bar) -> None:
    """Write the bar, and the questions that the script puts over the outputs."""
    refuse_paper(self)
    lesson = self.builder.current_docname.partition("/")[2]
    covers = "".join(
        f'<template data-for="{selector}"><button type="button" class="predict-cover">'
        f"{text}</button></template>"
        for selector, text in (
            (".sphx-glr-script-out", word("What will it print?")),
            ("figure.lg", word("What will the graph look like?")),
        )
    )
    self.body.append(
        f'<div class="predict-bar" data-lesson="{escape(lesson)}" hidden>'
        f'<p class="predict-hint">{word("Say what you expect, then look.")}</p>'
        f'<p role="status" data-text="{word("{0} of {1} predicted")}"></p>'
        f'<button type="button">{word("Show all")}</button>{notes()}{covers}</div>\n'
    )
    raise nodes.SkipNode


def visit_progress(self: HTML5Translator, node: lesson_progress) -> None:
    """Write the place for what was done in one lesson."""
    refuse_paper(self)
    lesson = node["lesson"].partition("/")[2]
    self.body.append(
        f'<p class="lesson-progress" data-lesson="{escape(lesson)}" '
        f'data-outputs="{node["outputs"]}" '
        f'data-text="{word("Opened. {0} of {1} predicted")}" hidden></p>\n'
    )
    raise nodes.SkipNode


def visit_total(self: HTML5Translator, node: lesson_total) -> None:
    """Write the place for the sum, and the button that forgets it."""
    refuse_paper(self)
    text = word("Lessons opened: {0} of {1}. Predictions made: {2} of {3}.")
    self.body.append(
        f'<div class="lesson-total" hidden><p role="status" data-text="{text}"></p>'
        f'<button type="button">{word("Forget my progress")}</button>{notes()}</div>\n'
    )
    raise nodes.SkipNode


def skip(self: nodes.NodeVisitor, node: nodes.Element) -> None:
    """Leave out what only a script can fill."""
    raise nodes.SkipNode


def switch() -> str:
    """Return the switch, hidden until the script makes it work."""
    title = word("Cover what cells print until you ask for it")
    return (
        '<button type="button" class="predict-switch" role="switch" '
        f'aria-checked="false" title="{title}" hidden>{word("Predict")}</button>'
    )


def load_assets(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object
) -> None:
    """Let lessons and their lists, and no other page, have the switch."""
    body = context.get("body", "")
    if 'class="predict-bar"' in body or 'class="lesson-progress"' in body:
        app.add_js_file("predict.js", loading_method="defer")
        app.add_css_file("predict.css")
        context["switch"] = switch()


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the three places, which exist in html alone."""
    for node, visit in (
        (predict_bar, visit_bar),
        (lesson_progress, visit_progress),
        (lesson_total, visit_total),
    ):
        paper = {name: (skip, None) for name in PAPER}
        app.add_node(node, html=(visit, None), **paper)
    app.connect("html-page-context", load_assets, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
