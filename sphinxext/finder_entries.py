"""What the error pages prove, section by section, kept while pages are read."""

from __future__ import annotations

import doctest
import functools
import re
from collections import defaultdict
from dataclasses import dataclass, field

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.ext.doctest import parser
from sphinx.util.typing import ExtensionMetadata

from sphinxext.disclosure import details, summary
from sphinxext.finder_words import FAILURE
from sphinxext.page_tables import keep

FOLDER = "errors/"
WARNING = re.compile(r"print\(\w+\[-?\d+\]\.message\)")
TREATED = re.compile(r"print\(.*(?<!\.)\bmessage\b")
"""Prints a message that the lines before keep, without what no page can promise."""
MEANING = "meaning"
"""Class of the words behind a message, in another language than the site's own."""
BAR = re.compile(r"^\| ?", re.MULTILINE)


@dataclass
class Entry:
    """A section about one message, or a compact one."""

    anchor: str
    title: str
    rare: bool
    warning: bool = False
    meaning: str = ""
    """What stands behind the message that the title is."""
    messages: list[tuple[str, str]] = field(default_factory=list)
    """Each proven or older message, and the code that its example has run."""
    elsewhere: list[tuple[str, str]] = field(default_factory=list)
    """The same of what other releases raise instead."""


def entry_of(node: nodes.Node) -> nodes.Element | None:
    """Return the section or the compact entry that ``node`` stands in."""
    while node := node.parent:
        if isinstance(node, details) and "rare" in node["classes"]:
            return node
        if isinstance(node, nodes.section) and node["ids"]:
            return node if isinstance(node.parent, nodes.section) else None
    return None


def begin(node: nodes.Element) -> Entry:
    """Start the entry of a section or of a compact entry."""
    rare = isinstance(node, details)
    title = next(node.findall(summary if rare else nodes.title))
    last = title[-1]
    if isinstance(last, nodes.inline) and MEANING in last["classes"]:
        message = "".join(part.astext() for part in title[:-1]).rstrip()
        return Entry(node["ids"][0], message, rare, meaning=last.astext())
    return Entry(node["ids"][0], title.astext(), rare)


def examples(block: nodes.Element) -> tuple[doctest.Example, ...]:
    """Return the examples of a block; one that is not proven has none."""
    if block.get("testnodetype") != "doctest":
        return ()
    return parsed(block.get("test", block.astext()) + "\n")


@functools.cache
def parsed(text: str) -> tuple[doctest.Example, ...]:
    """Return the examples in ``text``; several extensions ask, in each language."""
    return tuple(parser.get_examples(text))


def said(example: doctest.Example) -> tuple[str | None, bool]:
    """Return the message that an example proves, if any, and if it is a warning."""
    if WARNING.match(example.source):
        return example.want, True
    if TREATED.match(example.source):
        behind_bars = "indent(" in example.source
        text = BAR.sub("", example.want) if behind_bars else example.want
        return text, FAILURE.match(text) is None
    return example.exc_msg, False


def entries(doctree: nodes.document) -> list[Entry]:
    """Return the entries of a page that prove a message, in the page's order."""
    found: dict[int, Entry] = {}
    ran: dict[str, str] = defaultdict(str)
    for block in doctree.findall(nodes.literal_block):
        place = entry_of(block)
        if place is None:
            continue
        entry = found.setdefault(id(place), begin(place))
        if "elsewhere" in block.parent["classes"]:
            (group,) = block["groups"]
            if "older" in block.parent["classes"]:
                entry.elsewhere.append((block.astext(), ran[group]))
            continue
        if "older" in block.parent["classes"]:
            entry.messages.append((block.astext(), ""))
        for example in examples(block):
            (group,) = block["groups"]
            ran[group] += example.source
            text, warning = said(example)
            if text:
                plain = text.replace("<BLANKLINE>", "").strip("\n")
                entry.messages.append((plain, ran[group]))
                entry.warning = entry.warning or warning
    return [entry for entry in found.values() if entry.messages]


def collect(app: Sphinx, doctree: nodes.document) -> None:
    """Keep the entries of each error page."""
    env = app.env
    proves = any(examples(block) for block in doctree.findall(nodes.literal_block))
    if env.docname.startswith(FOLDER) and proves:
        env.finder_entries[env.docname] = entries(doctree)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Look at each page after it is read."""
    keep(app, "finder_entries")
    app.connect("doctree-read", collect, priority=300)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
