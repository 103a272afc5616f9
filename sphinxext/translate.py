"""A parsed page into another language: the words change, all else stays.

Messages are what Sphinx's gettext builder extracts. Each is parsed as the inline
markup that its original has: Markdown on pages, reStructuredText in lessons and in
docstrings. Names, ids, code and outputs are those of the original.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
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
from sphinx.util import logging
from sphinx.util.docutils import LoggingReporter, sphinx_domains
from sphinx.util.nodes import (
    IGNORED_NODES,
    LITERAL_TYPE_NODES,
    extract_messages,
    get_node_source,
    is_translatable,
)

from sphinxext.catalogue import Catalogue
from sphinxext.index_words import name_entries

logger = logging.getLogger(__name__)

LINKS = (addnodes.pending_xref, addnodes.download_reference)
"""What shows its words as code, and is counted by its target."""

PLAIN = re.compile(r"[^\W_]+(?:[\s，。；：！？、（）“”,.()-]+[^\W_]+)*[。！？：]?")

WIDE = tuple("。：？！）”")

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


def parse_fast(parse: Parse, text: str, line: int) -> list[nodes.Node]:
    """Parse ``text``, unless it has no sign that could be markup."""
    return [nodes.Text(text)] if PLAIN.fullmatch(text) else parse(text, line)


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


@contextmanager
def parsers(env: BuildEnvironment, path: Path) -> Iterator[dict[bool, Parse]]:
    """Give what parses Markdown, under True, and what parses the other."""
    with sphinx_domains(env):
        yield {True: markdown(env, path), False: rest(env, path)}


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


def markup(parts: list[nodes.Node]) -> Counter[str]:
    """Count what the inline markup of ``parts`` shows and leads to."""
    found: Counter[str] = Counter()
    for part in parts:
        if isinstance(part, nodes.Text):
            continue
        for node in part.findall(nodes.Element):
            match node:
                case nodes.literal() if not isinstance(node.parent, LINKS):
                    found[f"code {node.astext()}"] += 1
                case nodes.math():
                    found[f"formula {' '.join(node.astext().split())}"] += 1
                case addnodes.pending_xref() | addnodes.download_reference():
                    found[f"{node['reftype']} {node['reftarget']}"] += 1
                case nodes.reference():
                    found[f"link {node.get('refuri', '')}"] += 1
                case nodes.strong() | nodes.emphasis():
                    found[node.tagname] += 1
    return found


def compare(
    before: list[nodes.Node], after: list[nodes.Node], path: Path, line: int
) -> None:
    """Warn of markup that the translation lost, or has too much of."""
    wanted, found = markup(before), markup(after)
    for told, parts in (("lost", wanted - found), ("not asked for", found - wanted)):
        for part in parts.elements():
            logger.warning("markup %s: %s", told, part, location=f"{path}:{line}")


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
                parts = parse_fast(inline, found.text, found.line)
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
