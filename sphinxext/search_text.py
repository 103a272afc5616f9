"""The words of a page as its reader sees them, for the search."""

from __future__ import annotations

import re

from docutils import nodes
from sphinx import addnodes

FRACTION = re.compile(r"\\frac\{([^{}]*)\}\{([^{}]*)\}")
TEX = re.compile(r"\\[a-zA-Z]+|[{}^_]")
SIGNS = {r"\partial ": "∂", r"\partial": "∂", r"\cdot": "·"}

LINK = "\0{}\0"
"""Stands for the title of a page, which may not be read yet."""
MARK = re.compile("\0(.*?)\0")
SHORT = 20
"""Fewer letters than this beside links say nothing: "Lesson: …"."""

LABEL = 12
"""Letters of the longest word that heads a paragraph and says nothing of it."""


def is_unnamed(link: nodes.Node) -> bool:
    """Tell whether ``link`` shows the title of a page that may not be read yet."""
    is_link = isinstance(link, addnodes.pending_xref)
    return is_link and link["reftype"] == "doc" and not link["refexplicit"]


def is_label(node: nodes.Node) -> bool:
    """Tell whether ``node`` is the bold word that heads a paragraph, such as Fix."""
    return (
        isinstance(node, nodes.strong)
        and node.parent.astext().startswith(node.astext())
        and len(node.astext()) < LABEL
        and node.astext().endswith((".", ":", "。", "："))
    )


def formula(tex: str) -> str:
    """Return what is left of ``tex`` on a line without mathematics."""
    tex = FRACTION.sub(r"\1/\2", tex)
    for name, sign in SIGNS.items():
        tex = tex.replace(name, sign)
    return TEX.sub(" ", tex)


def words_of(text: nodes.Text) -> str:
    """Return what a reader sees of ``text``."""
    if isinstance(text.parent, nodes.math):
        return formula(text)
    if is_label(text.parent):
        return ""
    link = text.parent.parent
    return LINK.format(link["reftarget"].lstrip("/")) if is_unnamed(link) else str(text)


def prose(node: nodes.Element) -> str:
    """Return the words of a paragraph as a reader sees them, on one line."""
    return " ".join("".join(map(words_of, node.findall(nodes.Text))).split())


def only_links(node: nodes.Element) -> bool:
    """Tell whether a paragraph does no more than name other places."""
    links = node.findall(addnodes.pending_xref)
    named = sum(len(link.astext()) for link in links)
    return 0 < named > len(node.astext()) - SHORT
