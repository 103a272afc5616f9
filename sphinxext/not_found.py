"""``404.html``: what a host shows for an address that has no page.

It appears under any address, at any depth, so its links count from the root of
the host: from the path of ``html_baseurl``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from sphinx.application import Sphinx
from sphinx.locale import get_translation
from sphinx.util.typing import ExtensionMetadata

from sphinxext.finish import add_step
from sphinxext.sharing import url_of

_ = get_translation("interface")

PAGE = "404"
RELATIVE = re.compile(
    r'\s(?P<name>href|src|action|data-content_root)="(?P<url>(?![a-z]+:|[#/])[^"]*)"'
)


def from_root(text: str, root: str) -> str:
    """Return the page with each relative address below ``root``, a path."""

    def absolute(match: re.Match[str]) -> str:
        return f' {match["name"]}="{root}{match["url"].removeprefix("./")}"'

    return RELATIVE.sub(absolute, text)


def pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the page; its words stand in docs/_templates/404.html."""
    if app.builder.name == "html":
        yield PAGE, {"title": _("No page at this address"), "body": ""}, "404.html"


def choose(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object
) -> None:
    """Let the links of the page, and of no other, count from the root."""
    if page == PAGE and app.builder.name == "html":
        root = urlsplit(url_of(app, app.config.root_doc)).path
        add_step(context, partial(from_root, root=root))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Listen between the steps that add links and the policy."""
    app.setup_extension("sphinxext.sharing")
    app.connect("html-collect-pages", pages)
    app.connect("html-page-context", choose, priority=850)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
