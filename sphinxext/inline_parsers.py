"""What parses a line of inline markup: that of pages, and that of lessons.

Most lines have nothing but words, code and a label in front: those need no parser.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from docutils import nodes
from docutils.frontend import Values, get_default_settings
from docutils.languages import get_language
from docutils.parsers.rst import Parser, states
from docutils.utils import Reporter
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import LoggingReporter, sphinx_domains

WORDS = r"(?:[^\\`*_\[\]<>&$~{}|^\n@!\"'#]++|(?<=[a-z])_(?=[a-z]))++"
"""Text without a sign that could be markup."""
LABEL = re.compile(rf"\*\*({WORDS})\*\*")
CODE = re.compile(r"`([^\s`](?:[^`\n]*[^\s`])?)`(?!`)")
EASY = re.compile(rf"(?:{LABEL.pattern})?(?:{WORDS}|{CODE.pattern})*+")

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
    """Return what parses a line of Markdown; its parser takes long to import."""
    from myst_parser.mdit_to_docutils.sphinx_ import SphinxRenderer
    from myst_parser.parsers.mdit import create_md_parser

    parser = create_md_parser(env.myst_config, SphinxRenderer)
    parser.options["document"] = scratch(env, path)
    renderer = parser.renderer
    renderer.setup_render(parser.options, {})

    def parse(text: str, line: int) -> list[nodes.Node]:
        if EASY.fullmatch(text):
            return easy(text)
        holder = nodes.inline()
        with renderer.current_node_context(holder):
            renderer.nested_render_text(text, line - 1, inline=True)
        return holder.children

    return parse


def easy(text: str) -> list[nodes.Node]:
    """Return what a line that ``EASY`` matches says, as MyST would."""
    found: list[nodes.Node] = []
    label = LABEL.match(text)
    if label:
        found.append(nodes.strong("", "", nodes.Text(label[1])))
    for place, part in enumerate(CODE.split(text[label.end() if label else 0 :])):
        if place % 2:
            found.append(nodes.literal(part, part))
        elif part:
            found.append(nodes.Text(part))
    return found


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


class Parsers(dict[bool, Parse]):
    """What parses Markdown, under True, and the other; made when it is asked for."""

    def __init__(self, env: BuildEnvironment, path: Path) -> None:
        super().__init__()
        self.env, self.path = env, path

    def __missing__(self, is_markdown: bool) -> Parse:
        """Make one of the two."""
        make = markdown if is_markdown else rest
        self[is_markdown] = parse = make(self.env, self.path)
        return parse


@contextmanager
def parsers(env: BuildEnvironment, path: Path) -> Iterator[Parsers]:
    """Give what parses the messages of the catalogue ``path``, a page of ``env``."""
    with sphinx_domains(env):
        yield Parsers(env, path)
