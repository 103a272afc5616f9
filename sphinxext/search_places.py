"""What the search reads of a page: its places, each with title, text and names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from docutils import nodes
from sphinx import addnodes

from sphinxext.disclosure import details, summary
from sphinxext.meaning import MEANING
from sphinxext.search_text import only_links, prose

UNSEEN = (nodes.comment, nodes.raw, nodes.math_block, nodes.title, addnodes.toctree)
CODE = (nodes.literal_block, nodes.doctest_block)
NAME = re.compile(r"[^\W\d]\w+")
RARE = 0.6
COMMON = 0.5
"""What the first message of a page counts more: the common ones come first."""
WEIGHTS = (
    ("questions", 1.3),
    ("lessons/", 1.1),
    ("errors/silent", 1.1),
    ("changelog", 0.5),
    ("contribute", 0.6),
    ("setup", 0.6),
)
"""How much more or less is asked for pages of these names than for the rest."""


@dataclass
class Entry:
    """A place that a search can lead to."""

    anchor: str
    title: str
    text: str
    names: str
    """Names in the code that the text does not have."""
    weight: float
    quoted: int
    """How much of the title, in characters, is a message, which its reader quotes."""


def is_place(node: nodes.Node) -> bool:
    """Tell whether ``node`` is an entry of its own: section, rare message, term."""
    return (
        isinstance(node, nodes.section)
        or (isinstance(node, details) and "rare" in node["classes"])
        or (
            isinstance(node, nodes.definition_list_item)
            and isinstance(node.parent.parent, addnodes.glossary)
        )
    )


def heading(place: nodes.Element) -> nodes.Element:
    """Return what names ``place``."""
    return next(
        place.findall(lambda n: isinstance(n, (nodes.title, summary, nodes.term)))
    )


def inside(place: nodes.Element) -> Iterator[nodes.Element]:
    """Yield the paragraphs and the code that belong to ``place`` itself."""
    name = heading(place)
    waiting = list(reversed(place.children))
    while waiting:
        node = waiting.pop()
        if node is name or is_place(node) or isinstance(node, UNSEEN):
            continue
        if isinstance(node, nodes.TextElement):
            yield node
        else:
            waiting.extend(reversed(node.children))


def is_meaning(part: nodes.Node) -> bool:
    """Tell whether ``part`` of a heading says what the message before it means."""
    return isinstance(part, nodes.inline) and MEANING in part["classes"]


def quoted(name: nodes.Element) -> int:
    """Return how many characters of a heading are a message; its meaning may follow."""
    parts = [part for part in name.children if not is_meaning(part)]
    if len(parts) < len(name.children):
        parts.pop()  # the space between the two
    if not all(isinstance(part, nodes.literal) for part in parts):
        return 0
    return len(" ".join("".join(part.astext() for part in parts).split()))


def entry_of(place: nodes.Element, weight: float) -> Entry:
    """Return what is to be found at ``place``."""
    name = heading(place)
    title = prose(name)
    text, code = [], []
    for node in inside(place):
        if isinstance(node, CODE):
            code.append(node.astext())
        elif not only_links(node):
            text.append(prose(node))
    seen = set(NAME.findall(f"{title} {' '.join(text)}"))
    names = dict.fromkeys(NAME.findall(" ".join(code)))
    ids = place["ids"] or name["ids"]
    return Entry(
        anchor=ids[0] if ids else "",
        title=title,
        text=" ".join(text),
        names=" ".join(name for name in names if name not in seen),
        weight=weight,
        quoted=quoted(name),
    )


def entries_of(docname: str, doctree: nodes.document) -> list[Entry]:
    """Return the places of a page in their order."""
    weight = next((w for name, w in WEIGHTS if docname.startswith(name)), 1.0)
    found = []
    for place in doctree.findall(is_place):
        rare = isinstance(place, details)
        common = COMMON / (1 + len(found)) if docname.startswith("errors/") else 0.0
        entry = entry_of(place, RARE if rare else round(weight + common, 2))
        if isinstance(place.parent, nodes.document):
            entry.anchor = ""
        if entry.text or entry.names:
            found.append(entry)
    return found
