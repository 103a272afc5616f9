"""A parsed page into another language: the words change, all else stays.

Messages are what Sphinx's gettext builder extracts. Each is parsed as the inline
markup that its original has: Markdown on pages, reStructuredText in lessons and in
docstrings. Names, ids, code and outputs are those of the original.
"""

from __future__ import annotations

from collections.abc import Iterator

from docutils import nodes
from sphinx import addnodes
from sphinx.environment import BuildEnvironment
from sphinx.util.nodes import (
    IGNORED_NODES,
    LITERAL_TYPE_NODES,
    extract_messages,
    get_node_source,
    is_translatable,
)

from sphinxext.catalogue import Catalogue
from sphinxext.index_words import name_entries
from sphinxext.inline_parsers import parsers
from sphinxext.kept_markup import compare

WIDE = tuple("。：？！）”")
"""Signs that have their space within."""


def close_up(parts: list[nodes.Node]) -> None:
    """Take out the space behind a label such as **原因。**, which is wide by itself.

    Markdown needs it to see where the label ends.
    """
    for place, part in enumerate(parts[1:], 1):
        label = parts[place - 1]
        ends = isinstance(label, nodes.strong) and label.astext().endswith(WIDE)
        if ends and isinstance(part, nodes.Text):
            parts[place] = nodes.Text(part.lstrip(" "))


def is_markdown(node: nodes.Element) -> bool:
    """Tell a message of a page from one of a lesson or of a docstring."""
    return get_node_source(node).endswith(".md")


def messages(doctree: nodes.document) -> Iterator[tuple[nodes.Element, str]]:
    """Yield what Sphinx extracts for translators, and where it stands.

    Sphinx writes a note on each node that it passes over, which takes longer than
    all the rest: those are left out before.
    """

    def may_speak(node: nodes.Node) -> bool:
        return isinstance(node, (addnodes.translatable, nodes.image)) or (
            isinstance(node, nodes.TextElement)
            and bool(node.source)
            and not isinstance(node, IGNORED_NODES)
        )

    for node in list(doctree.findall(may_speak)):
        if not is_translatable(node):
            continue
        for found, message in extract_messages(node):
            if found is not node:
                break
            yield node, message


def replace(node: nodes.Element, parts: list[nodes.Node]) -> None:
    """Let ``node`` say ``parts``; entries of the index that it holds stay."""
    kept = [part for part in node.children if isinstance(part, addnodes.index)]
    node.children = []
    node += [*parts, *kept]


def translate(
    doctree: nodes.document, catalogue: Catalogue, env: BuildEnvironment
) -> None:
    """Say in ``doctree``, a page of ``env``, what ``catalogue`` has of it."""
    with parsers(env, catalogue.path) as parse:
        for node, message in messages(doctree):
            found = catalogue.messages.get(message)
            if found is None:
                continue
            if isinstance(node, addnodes.translatable):
                node.apply_translated_message(message, found.text)
            elif isinstance(node, nodes.image):
                node["alt"] = found.text
            elif isinstance(node, LITERAL_TYPE_NODES):
                replace(node, [nodes.Text(found.text)])
            else:
                inline = parse[is_markdown(node)]
                parts = inline(found.text, found.line)
                compare(node.children, parts, catalogue.path, found.line)
                close_up(parts)
                replace(node, parts)
    for term in doctree.findall(nodes.term):
        name_in_index(term)
    name_entries(doctree)


def name_in_index(term: nodes.term) -> None:
    """Let the index name a term of the glossary as the page does."""
    for index in term.findall(addnodes.index):
        words = "".join(part.astext() for part in term.children if part is not index)
        index["entries"] = [
            (kind, words, target, main, key)
            for kind, _words, target, main, key in index["entries"]
        ]
