"""``sitemap.xml`` and ``robots.txt``: every page that a search engine may find."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from sphinxext.edition import is_edition
from sphinxext.sharing import alternates, url_of

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
)


def entry(app: Sphinx, page: str, language: str) -> str:
    """Return the address of ``page`` in ``language``, and of all its versions.

    No date: that of a file says when it was copied, not when its text changed.
    """
    links = "".join(
        f'  <xhtml:link rel="alternate" hreflang={quoteattr(other)} '
        f"href={quoteattr(url)}/>\n"
        for other, url in alternates(app, page)
    )
    return f"<url>\n  <loc>{url_of(app, page, language)}</loc>\n{links}</url>\n"


def write(app: Sphinx, error: Exception | None) -> None:
    """Write both files once, at the root of the site."""
    if error or app.builder.name != "html" or is_edition(app):
        return
    entries = [
        entry(app, page, language)
        for language in app.config.site_languages
        for page in sorted(app.env.found_docs)
    ]
    text = HEAD + "".join(entries) + "</urlset>\n"
    (app.outdir / "sitemap.xml").write_text(text, "utf-8")
    address = url_of(app, app.config.root_doc) + "sitemap.xml"
    robots = f"User-agent: *\nAllow: /\nSitemap: {address}\n"
    (app.outdir / "robots.txt").write_text(robots, "utf-8")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Write once all pages are known."""
    app.setup_extension("sphinxext.sharing")
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
