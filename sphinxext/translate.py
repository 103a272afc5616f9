"""A parsed page into another language: the words change, all else stays.

Messages are what Sphinx's gettext builder extracts. Each is parsed as the inline
markup that its original has: Markdown on pages, reStructuredText in lessons and in
docstrings. Names, ids, code and outputs are those of the original.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from docutils import nodes
from docutils.frontend import Values, get_default_settings
from docutils.languages import get_language
from docutils.parsers.rst import Parser, states
from docutils.utils import Reporter
from myst_parser.mdit_to_docutils.sphinx_ import SphinxRenderer
from myst_parser.parsers.mdit import create_md_parser
from sphinx import addnodes
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import LoggingReporter, sphinx_domains
from sphinx.util.nodes import LITERAL_TYPE_NODES, extract_messages, get_node_source

from sphinxext.catalogue import Catalogue

Parse = Callable[[str, int], list[nodes.Node]]
"""From a text and the line of its catalogue to what it says."""


def scratch(env: BuildEnvironment, path: Path) -> nodes.document:
    """Return an empty page whose faults are reported at the lines of ``path``."""
    settings = defaults().copy()
    vars(settings).update(env.settings)
    settings.env = env
    reporter = LoggingReporter(str(path), Reporter.WARNING_LEVEL)
    reporter.get_source_and_line = lambda line=None: (str(path), line)
    document = nodes.document(settings, reporter, source=str(path))
    document.note_source(str(path), -1)
    return document


@functools.cache
def defaults() -> Values:
    """Return what docutils' parser expects to be set."""
    return get_default_settings(Parser())


def markdown(env: BuildEnvironment, path: Path) -> Parse:
    """Return what parses a line of Markdown."""
    parser = create_md_parser(env.myst_config, SphinxRenderer)
    parser.options["document"] = scratch(env, path)
    renderer = parser.renderer
    renderer.setup_render(parser.options, {})

    def parse(text: str, line: int) -> list[nodes.Node]:
        holder = nodes.inline()
        with renderer.current_node_context(holder):
            renderer.nested_render_text(text, line - 1, inline=True)
        return holder.children

    return parse


def rest(env: BuildEnvironment, path: Path) -> Parse:
    """Return what parses a line of reStructuredText."""
    document = scratch(env, path)
    inliner = states.Inliner()
    inliner.init_customizations(document.settings)
    memo = states.Struct(
        document=document,
        reporter=document.reporter,
        language=get_language("en", document.reporter),
        inliner=inliner,
    )

    def parse(text: str, line: int) -> list[nodes.Node]:
        found, _messages = inliner.parse(text, line, memo, nodes.paragraph())
        return found

    return parse


def is_markdown(node: nodes.Element) -> bool:
    """Tell a message of a page from one of a lesson or of a docstring."""
    return get_node_source(node).endswith(".md")


@contextmanager
def parsers(env: BuildEnvironment, path: Path) -> Iterator[dict[bool, Parse]]:
    """Give what parses Markdown, under True, and what parses the other."""
    with sphinx_domains(env):
        yield {True: markdown(env, path), False: rest(env, path)}


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
        for node, message in list(extract_messages(doctree)):
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
                parsed = parse[is_markdown(node)](found.text, found.line)
                replace(node, parsed)
    for term in doctree.findall(nodes.term):
        name_in_index(term)


def name_in_index(term: nodes.term) -> None:
    """Let the index name a term of the glossary as the page does."""
    for index in term.findall(addnodes.index):
        words = "".join(part.astext() for part in term.children if part is not index)
        index["entries"] = [
            (kind, words, target, main, key)
            for kind, _words, target, main, key in index["entries"]
        ]
