"""Entries of the general index in another language, and their place in it.

Sphinx names documented code in the index while a page is parsed, so its words have
to be translated later. Chinese terms stand under the first letter of their sound.
"""

from __future__ import annotations

import re
from bisect import bisect
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.locale import _ as sphinx_word
from sphinx.util.typing import ExtensionMetadata

NAMES = (
    "%s() (in module %s)",
    "%s (in module %s)",
    "%s (class in %s)",
    "%s() (%s class method)",
    "%s() (%s static method)",
    "%s() (%s method)",
    "%s (%s attribute)",
    "%s (%s property)",
    "%s (type alias in %s)",
)
"""What Sphinx's Python domain calls code in the index, as its catalogues have it."""
PATTERNS = tuple(
    (re.compile(re.escape(name).replace("%s", r"([\w.]+)")), name) for name in NAMES
)

LETTERS = "ABCDEFGHJKLMNOPQRSTWXYZ"
FIRST = "啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝"
"""The first common sign of each letter: GB 2312 sorts those by their sound."""
ENCODING = "gb2312"
STARTS = tuple(sign.encode(ENCODING) for sign in FIRST)
COMMON_END = "座".encode(ENCODING)
"""The last common sign; the others are sorted by their form."""


def name_of(words: str) -> str:
    """Return what the index calls the code that ``words`` name in English."""
    for pattern, name in PATTERNS:
        if found := pattern.fullmatch(words):
            said = sphinx_word(name) % found.groups()
            return said.replace(" （", "（")
    return words


def letter_of(words: str) -> str | None:
    """Return the letter under which a Chinese term stands, None for other words."""
    sign = words[:1].encode(ENCODING, "ignore")
    if not STARTS[0] <= sign <= COMMON_END:
        return None
    return LETTERS[bisect(STARTS, sign) - 1]


def by_sound(words: str) -> bytes:
    """Return what sorts words: English ones, then Chinese ones by their sound."""
    return words.lower().encode("gb18030")


def name_entries(doctree: nodes.document) -> None:
    """Let the index of a translated page be in its language, and in its order."""
    for index in doctree.findall(addnodes.index):
        entries = []
        for kind, words, target, main, key in index["entries"]:
            name = name_of(words)
            entries.append((kind, name, target, main, key or letter_of(name)))
        index["entries"] = entries


def sort(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object
) -> None:
    """Sort what stands under each letter of a translated index."""
    if app.config.edition_of and page == "genindex":
        for _letter, entries in context["genindexentries"]:
            entries.sort(key=lambda entry: by_sound(entry[0]))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Sort the index right before it is written."""
    app.connect("html-page-context", sort)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
