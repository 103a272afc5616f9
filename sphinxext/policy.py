"""The Content-Security-Policy: in each page, and as ``_headers`` for hosts.

A page opened from its file and GitHub Pages know the ``meta`` element alone.
Netlify and Cloudflare Pages send what ``_headers`` says. Browsers apply both.
"""

from __future__ import annotations

from html import escape
from typing import Any

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from sphinxext.edition import is_edition
from sphinxext.finish import add_step

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",  # the theme's style sheet holds its icons
    "connect-src": "'self'",  # no page asks; auditors read robots.txt through it
    "form-action": "'self'",
    "base-uri": "'none'",
}
HEADER_ONLY = {"frame-ancestors": "'none'"}
"""What a ``meta`` element may not say."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
CHARSET = '<meta charset="utf-8">'


def text_of(directives: dict[str, str]) -> str:
    """Return ``directives`` as the value of the header."""
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())


def headers() -> dict[str, str]:
    """Return what a host is to send with every page."""
    return {"Content-Security-Policy": text_of(POLICY | HEADER_ONLY)} | HEADERS


def put(page: str) -> str:
    """Put the policy in front of everything that it governs.

    Raises ``ValueError`` where the page does not begin as furo's pages do.
    """
    if CHARSET not in page:
        raise ValueError(f"sphinxext/policy.py: no {CHARSET} to put the policy after")
    content = escape(text_of(POLICY), quote=False)
    meta = f'<meta http-equiv="Content-Security-Policy" content="{content}">'
    return page.replace(CHARSET, CHARSET + meta, 1)


def choose(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object
) -> None:
    """Give every page of the site the policy."""
    if app.builder.name == "html" and app.config.content_policy:
        add_step(context, put)


def write_headers(app: Sphinx, error: Exception | None) -> None:
    """Write ``_headers`` once, at the root of the site."""
    if error is None and app.builder.name == "html" and not is_edition(app):
        lines = ["/*", *(f"  {name}: {text}" for name, text in headers().items())]
        (app.outdir / "_headers").write_text("\n".join(lines) + "\n", "utf-8")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Come last; ``make serve`` turns it off, since reloading needs a script."""
    app.add_config_value("content_policy", True, "html", bool)
    app.connect("html-page-context", choose, priority=900)
    app.connect("build-finished", write_headers)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
