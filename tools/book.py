"""What Sphinx leaves to do in an e-book, so that every reader opens it."""

from __future__ import annotations

import re
from html import unescape

Members = list[tuple[str, bytes]]

ENTITY = re.compile(r"&(?!lt;|gt;|amp;|quot;|apos;)[a-zA-Z]\w*;")
"""Names that html knows and XML does not; formulas are written with them."""
BARE_SVG = re.compile(r"<svg (?![^>]*\bxmlns=)")
HOLDS = {"mathml": re.compile("<math[ >]"), "svg": re.compile("<svg[ >]")}
ITEM = re.compile(r'<item id="[^"]*" href="(?P<page>[^"]*\.xhtml)"[^>]*?(?=\s*/>)')
LIST = "content.opf"


def well_formed(page: str) -> str:
    """Return ``page`` as XML that needs no declarations from elsewhere."""
    page = ENTITY.sub(lambda name: unescape(name[0]), page)
    return BARE_SVG.sub('<svg xmlns="http://www.w3.org/2000/svg" ', page)


def declare(listing: str, pages: dict[str, str]) -> str:
    """Say in ``listing`` which of ``pages`` hold formulas and pictures."""

    def item(match: re.Match[str]) -> str:
        page = pages.get(match["page"], "")
        held = [name for name, mark in HOLDS.items() if mark.search(page)]
        known = 'properties="' in match[0]
        return (
            f'{match[0]} properties="{" ".join(held)}"'
            if held and not known
            else match[0]
        )

    return ITEM.sub(item, listing)


def complete(members: Members) -> Members:
    """Return the files of an e-book, corrected; order and names stay."""
    pages = {
        name: well_formed(content.decode())
        for name, content in members
        if name.endswith(".xhtml")
    }
    listing = declare(dict(members)[LIST].decode(), pages)
    texts = pages | {LIST: listing}
    return [
        (name, texts[name].encode() if name in texts else content)
        for name, content in members
    ]
