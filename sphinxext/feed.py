"""``feed.xml``: each release in CHANGELOG.md as an entry of an Atom feed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from markdown_it import MarkdownIt
from mdit_py_plugins.anchors.index import slugify
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.typing import ExtensionMetadata

from sphinxext.edition import is_edition
from sphinxext.languages import to_root
from sphinxext.sharing import url_of

FILE = "feed.xml"
PAGE = "changelog"

RELEASE = re.compile(
    r"^## (?P<all>\[(?P<version>\d[^\]]*)\] - (?P<date>\d{4}-\d\d-\d\d))$", re.MULTILINE
)
SECTION = re.compile(r"^## ", re.MULTILINE)


@dataclass(frozen=True)
class Release:
    """A version, its date as YYYY-MM-DD, and what changed, in Markdown."""

    heading: str
    version: str
    date: str
    text: str

    @property
    def updated(self) -> str:
        """The date as Atom wants it."""
        return f"{self.date}T00:00:00Z"


def releases(changelog: str) -> Iterator[Release]:
    """Yield the releases of ``changelog``, the newest first, as they stand there."""
    for heading in RELEASE.finditer(changelog):
        below = changelog[heading.end() :]
        text = SECTION.split(below, maxsplit=1)[0].strip()
        yield Release(heading["all"], heading["version"], heading["date"], text)


def entry(release: Release, title: str, page: str) -> str:
    """Return one entry; ``page`` is the public address of the changelog."""
    address = f"{page}#{slugify(release.heading)}"
    content = MarkdownIt().render(release.text)
    return (
        f"<entry>\n  <title>{escape(f'{title} {release.version}')}</title>\n"
        f"  <id>{escape(address)}</id>\n  <link href={quoteattr(address)}/>\n"
        f"  <updated>{release.updated}</updated>\n"
        f'  <content type="html">{escape(content)}</content>\n</entry>\n'
    )


def feed(app: Sphinx, changelog: Path) -> str:
    """Return the feed of the releases in the file ``changelog``.

    Raises ``ExtensionError`` where it names no release.
    """
    found = list(releases(changelog.read_text("utf-8")))
    if not found:
        raise ExtensionError(
            f"{changelog.name} has no line like '## [0.1.0] - 2026-01-31': "
            "without a release there is no feed. Add the line of the first one."
        )
    title, home = app.config.html_title, url_of(app, app.config.root_doc)
    entries = "".join(entry(one, title, url_of(app, PAGE)) for one in found)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" '
        f"xml:lang={quoteattr(app.config.language.replace('_', '-'))}>\n"
        f"<title>{escape(title)}</title>\n<id>{escape(home)}</id>\n"
        f"<link href={quoteattr(home)}/>\n"
        f'<link rel="self" href={quoteattr(home + FILE)}/>\n'
        f"<updated>{max(one.updated for one in found)}</updated>\n"
        f"<author><name>{escape(app.config.author)}</name></author>\n"
        f"{entries}</feed>\n"
    )


def write(app: Sphinx, error: Exception | None) -> None:
    """Write the feed, once, at the root of a site that has a changelog."""
    if error or app.builder.name != "html" or is_edition(app):
        return
    if PAGE in app.env.found_docs:
        text = feed(app, app.confdir / "CHANGELOG.md")
        (app.outdir / FILE).write_text(text, "utf-8")


def link(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object
) -> None:
    """Let browsers and readers of feeds find it from every page."""
    if app.builder.name == "html" and PAGE in app.env.found_docs:
        address = to_root(app, context) + FILE
        context["metatags"] += (
            f'\n    <link rel="alternate" type="application/atom+xml" '
            f'title="{escape(app.config.html_title)}" href="{address}">'
        )


def setup(app: Sphinx) -> ExtensionMetadata:
    """Listen after ``sphinxext.sharing``, which writes the other links."""
    app.setup_extension("sphinxext.sharing")
    app.connect("html-page-context", link, priority=550)
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
