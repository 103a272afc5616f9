"""What a page says about itself to search engines and to sites that link to it."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

from docutils import nodes
from markupsafe import Markup
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.locale import get_translation
from sphinx.util.typing import ExtensionMetadata

from sphinxext.edition import is_edition
from sphinxext.lessons import is_lesson
from sphinxext.share_picture import FOLDER, SIZE, address_of, write

_ = get_translation("interface")

LONGEST = 200
"""Width of a description in letters; search engines cut what is longer."""
BREAK = re.compile(r"\s|(?<=[，。；：！？、])")
"""Where a text may be cut: Chinese has few spaces."""


def first_paragraph(doctree: nodes.document) -> str:
    """Return the text of the first paragraph that stands right below a heading."""
    for paragraph in doctree.findall(nodes.paragraph):
        if isinstance(paragraph.parent, nodes.section):
            return paragraph.astext()
    return ""


def width(text: str) -> int:
    """Return how wide ``text`` is in letters: a Chinese sign counts as two."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def shorten(text: str) -> str:
    """Return ``text`` on one line, cut after a word where it is too long."""
    text = " ".join(text.split())
    if width(text) <= LONGEST:
        return text
    ends = [found.start() for found in BREAK.finditer(text)]
    fits = (end for end in ends if width(text[:end]) <= LONGEST)
    said = text[: max(fits, default=LONGEST // 2)]
    return _("{said} …").format(said=said.rstrip(",;:，。；：、"))


def description(app: Sphinx, page: str, doctree: nodes.document | None) -> str:
    """Return what the page is about: a lesson's claim, else its first paragraph."""
    made = {
        "search": _("Search the lessons, the error messages and the glossary."),
        "genindex": _("Every term of the guide in alphabetical order."),
        "404": _("There is no page at this address."),
    }
    claim = app.env.lesson_claims.get(page, "")
    if not claim and doctree is not None:
        claim = first_paragraph(doctree)
    return shorten(claim or made.get(page, "") or app.config.html_title)


def url_of(app: Sphinx, page: str, language: str | None = None) -> str:
    """Return the public address of ``page``, in this language or in another."""
    folder = app.config.site_languages[language or app.config.language]
    name = "" if page == app.config.root_doc else f"{page}.html"
    return f"{app.config.html_baseurl.rstrip('/')}/{folder}{name}"


def alternates(app: Sphinx, page: str) -> list[tuple[str, str]]:
    """Return the language and the address of each version of ``page``.

    The first language of ``site_languages`` is also the one for everybody else.
    """
    found = [
        (language.replace("_", "-"), url_of(app, page, language))
        for language in app.config.site_languages
    ]
    return [*found, ("x-default", found[0][1])]


def picture_of(app: Sphinx, page: str) -> str:
    """Return the lesson whose graph goes with ``page``, or "" for none at all."""
    pictures = app.env.lesson_pictures
    return page if page in pictures else min(pictures, default="")


def properties(
    app: Sphinx, page: str, title: str, text: str
) -> list[tuple[str, str, str]]:
    """Return the kind of attribute, the name and the content of each ``meta``."""
    found = [
        ("name", "description", text),
        ("property", "og:title", title),
        ("property", "og:description", text),
        ("property", "og:type", "article" if is_lesson(page) else "website"),
        ("property", "og:url", url_of(app, page)),
        ("property", "og:site_name", app.config.html_title),
    ]
    lesson = picture_of(app, page)
    if lesson:
        # the pictures for sharing are those of the site's own language
        home = url_of(app, app.config.root_doc, next(iter(app.config.site_languages)))
        alt = _("The graph of the lesson “{0}”").format(app.env.titles[lesson].astext())
        found += [
            ("property", "og:image", home + address_of(lesson)),
            ("property", "og:image:width", str(SIZE[0])),
            ("property", "og:image:height", str(SIZE[1])),
            ("property", "og:image:alt", alt),
            ("name", "twitter:card", "summary_large_image"),
        ]
    return found


def describe(
    app: Sphinx,
    page: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Put description, addresses and picture in the head of ``page``."""
    if app.builder.name != "html":
        return
    title = Markup(context.get("title") or app.config.html_title).striptags()
    text = description(app, page, doctree)
    tags = [
        f'<meta {kind}="{name}" content="{escape(content)}">'
        for kind, name, content in properties(app, page, title, text)
    ]
    if doctree is not None:
        context["pageurl"] = url_of(app, page)
        tags += [
            f'<link rel="alternate" hreflang="{language}" href="{escape(url)}">'
            for language, url in alternates(app, page)
        ]
    else:
        context["pageurl"] = None  # nobody is to find these by a search engine
    context["metatags"] = "\n    " + "\n    ".join(tags)
    if page in app.env.lesson_pictures and not is_edition(app):
        graph = app.env.lesson_pictures[page]
        write(app.outdir, page, graph, app.config.html_title)


def rewrite(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Name all pages where those without a picture of their own show another one."""
    before = getattr(env, "shared_picture", None)
    env.shared_picture = min(env.lesson_pictures, default="")
    return sorted(env.found_docs) if before != env.shared_picture else []


def remove_old(app: Sphinx, error: Exception | None) -> None:
    """Delete the pictures of lessons that have no graph any more."""
    if error is not None or app.builder.name != "html":
        return
    kept = {Path(app.outdir, address_of(name)) for name in app.env.lesson_pictures}
    for path in Path(app.outdir, FOLDER).glob("*"):
        if path not in kept:
            path.unlink()


def setup(app: Sphinx) -> ExtensionMetadata:
    """Listen when a page is written, and when all are."""
    app.setup_extension("sphinxext.languages")
    app.setup_extension("sphinxext.edition")
    app.connect("env-updated", rewrite)
    app.connect("html-page-context", describe, priority=500)
    app.connect("build-finished", remove_old)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
