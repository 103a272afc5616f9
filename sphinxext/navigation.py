"""The sidebar's list of all pages, made once and marked for each page.

furo asks Sphinx for the whole list, and parses what it gets, for every page: as
often as there are pages, as long as there are pages. Here both make it once, as
a page without a place in it would show it. A page adds what tells where it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from furo.navigation import get_navigation_tree
from sphinx.application import Sphinx
from sphinx.environment.adapters.toctree import global_toctree_for_doc
from sphinx.util.osutil import relative_uri
from sphinx.util.typing import ExtensionMetadata

NOWHERE = "~"
"""The name of no page, at the root of the site."""

TAG = re.compile(r"(<[^>]+>)")
LINK = re.compile(r'<a class="reference internal" href="(?P<target>[^"#]+)">')
LEVEL = re.compile(r'(class="toctree-l\d+)')


@dataclass
class Link:
    """Where a link stands in the list, its target, and what it stands in."""

    place: int
    target: str
    inside: list[int]


@dataclass
class Tree:
    """The list in ``pieces``, each a tag or a text, and what is known of them."""

    pieces: list[str]
    links: list[Link] = field(default_factory=list)
    boxes: dict[int, int] = field(default_factory=dict)
    """The checkbox of each item that opens."""

    def seen_from(self, folder: str) -> list[str]:
        """Return the pieces with links as a page in ``folder`` has them."""
        pieces = self.pieces[:]
        for link in self.links:
            address = relative_uri(f"{folder}{NOWHERE}", link.target)
            piece = pieces[link.place]
            pieces[link.place] = piece.replace(f'"{link.target}"', f'"{address}"')
        return pieces

    def mark(self, pieces: list[str], link: Link) -> None:
        """Change ``pieces`` into those that the page behind ``link`` shows."""
        pieces[link.place] = '<a class="current reference internal" href="#">'
        for place in link.inside:
            if pieces[place].startswith("<ul"):
                pieces[place] = '<ul class="current">'
            elif " current" not in pieces[place]:
                pieces[place] = LEVEL.sub(r"\1 current", pieces[place])
            box = self.boxes.get(place)
            if box is not None and " checked=" not in pieces[box]:
                pieces[box] = pieces[box].replace(" class=", ' checked="" class=', 1)


def parse(html: str) -> Tree:
    """Return the list ``html``, as furo makes it, in pieces."""
    tree = Tree(TAG.split(html))
    inside: list[int] = []
    for place, piece in enumerate(tree.pieces):
        link = LINK.fullmatch(piece)
        if piece.startswith(("<ul", "<li")):
            inside.append(place)
        elif piece in ("</ul>", "</li>"):
            inside.pop()
        elif piece.startswith("<input"):
            tree.boxes[inside[-1]] = place
        elif link:
            tree.links.append(Link(place, link["target"], inside[:]))
    return tree


class Navigation:
    """The list of one build."""

    def __init__(self) -> None:
        self.tree: Tree | None = None
        self.folders: dict[str, list[str]] = {}
        self.toctree: Any = None

    def make(self, app: Sphinx) -> Tree:
        """Return the list as furo makes it for no page."""
        toctree = global_toctree_for_doc(
            *(app.env, NOWHERE, app.builder),
            tags=app.tags,
            titles_only=True,
            maxdepth=-1,
        )
        html = app.builder.render_partial(toctree)["fragment"]
        return parse(get_navigation_tree(html))

    def hold(
        self,
        app: Sphinx,
        page: str,
        template: str,
        context: dict[str, Any],
        doctree: object,
    ) -> None:
        """Let furo make an empty list."""
        if app.builder.name == "html":
            self.toctree = context["toctree"]
            context["toctree"] = lambda **options: ""

    def put(
        self,
        app: Sphinx,
        page: str,
        template: str,
        context: dict[str, Any],
        doctree: object,
    ) -> None:
        """Give ``page`` the list with its place marked."""
        if app.builder.name != "html":
            return
        context["toctree"] = self.toctree
        self.tree = self.tree or self.make(app)
        target = app.builder.get_target_uri(page)
        folder = target[: target.rfind("/") + 1]
        if folder not in self.folders:
            self.folders[folder] = self.tree.seen_from(folder)
        pieces = self.folders[folder][:]
        here = [link for link in self.tree.links if link.target == target]
        for link in here:
            self.tree.mark(pieces, link)
        if here:
            item = here[-1].inside[-1]
            pieces[item] = pieces[item].replace('">', ' current-page">')
        context["furo_navigation_tree"] = "".join(pieces)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Stand before and after furo, which listens at priority 500."""
    navigation = Navigation()
    app.connect("html-page-context", navigation.hold, priority=490)
    app.connect("html-page-context", navigation.put, priority=510)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
