"""What furo's page lacks: our controls, words that translate, landmarks with names.

furo's template is one block, so its html is amended instead of copied. A piece
that a new version of furo no longer has ends the build.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import Any
from zlib import crc32

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.locale import get_translation
from sphinx.util.typing import ExtensionMetadata

_ = get_translation("interface")
N_ = str  # says that a text is translated where it is used

SCRIPT = "_static/page.js"
THEME_SCRIPT = re.compile(r"<script>\s*document\.body\.dataset\.theme[^<]*</script>")
THEME_BUTTON = re.compile(r'(<div class="theme-toggle-container[^>]*>)')
BAR_END = re.compile(r'(<div class="theme-toggle-container theme-toggle-header">)')
ARTICLE = re.compile(r'(<article [^>]*id="furo-main-content"[^>]*>)')
CHECKBOXES = re.compile(
    r'(<input [^>]*id="__navigation"[^>]*>\s*<input [^>]*id="__toc"[^>]*>)'
)
ENDS_OF_DRAWERS = (
    re.compile(r'</aside>(\s*<div class="main">)'),
    re.compile(r"</aside>(\s*</div>\s*</div>\s*)$"),
)
TOGGLES = (
    N_("Toggle site navigation sidebar"),
    N_("Toggle table of contents sidebar"),
    N_("Toggle Light / Dark / Auto color theme"),
)
"""What furo calls its buttons, in English alone."""
ICONS = (
    N_("Contents"),
    N_("Menu"),
    N_("Expand"),
    N_("Light mode"),
    N_("Dark mode"),
    N_("Auto light/dark, in light mode"),
    N_("Auto light/dark, in dark mode"),
)
"""What furo calls its icons: browsers show it beside the pointer."""
CONTENT = re.compile(ARTICLE.pattern + r"(.*)(?=</article>)", re.DOTALL)
"""What the page itself says; all else is furo's frame around it."""
PLACE = "\0"
"""Stands in the frame for what the page says."""
SIGNATURE = re.compile(
    r'<dl>\s*((?:<dd><em class="sig-param">.*?</dd>\s*)+)</dl>', re.DOTALL
)


def plain_signatures(html: str) -> str:
    """Return ``html`` with parameters in plain lines: Sphinx lists them untitled."""

    def lines(match: re.Match[str]) -> str:
        inner = match[1].replace("<dd>", "<span>").replace("</dd>", "</span>")
        return f'<span class="sig-lines">{inner}</span>'

    return SIGNATURE.sub(lines, html) if "sig-param" in html else html


def apart(html: str) -> tuple[str, str]:
    """Return the frame of a page, with ``PLACE`` in it, and what stands there.

    The frame is short, and twenty things are sought in it.
    """
    found = CONTENT.search(html)
    if not found:
        return html, ""  # the next search for ARTICLE names what furo lacks
    begin, end = found.span(2)
    return f"{html[:begin]}{PLACE}{html[end:]}", found[2]


def replace(html: str, found: str | re.Pattern[str], new: str) -> str:
    """Put ``new`` in each place where ``found`` matches; groups may stand in it.

    Raises ``ExtensionError`` where it matches nowhere.
    """
    pattern = found if isinstance(found, re.Pattern) else re.compile(re.escape(found))
    amended, count = pattern.subn(new, html)
    if not count:
        raise ExtensionError(
            f"sphinxext/furo_page.py: furo's page has no {pattern.pattern!r} any more: "
            "read furo's page.html and amend what stands there now."
        )
    return amended


def label(text: str) -> str:
    """Return ``text``, translated, as the value of an attribute."""
    return escape(_(text)).replace("\\", r"\\")


def amend(html: str, script: str, languages: str, controls: str) -> str:
    """Return the body of furo's page as this site shows it.

    ``script`` is the address of ``page.js``. As html: ``languages`` is what to put in
    the bar of a narrow screen, and ``controls`` what to put beside each button that
    changes the theme, which furo shows where scripts run.
    """
    html, content = apart(html)
    html = replace(html, THEME_SCRIPT, f'<script src="{escape(script)}"></script>')
    html = replace(html, BAR_END, languages.replace("\\", r"\\") + r"\1")
    html = replace(html, THEME_BUTTON, r"\1" + controls.replace("\\", r"\\"))
    html = replace(
        html,
        '<aside class="sidebar-drawer">',
        f'<nav class="sidebar-drawer" aria-label="{label("Site")}">',
    )
    html = replace(
        html,
        re.compile(r'<aside class="(toc-drawer[^"]*)">'),
        rf'<nav class="\1" aria-label="{label("On this page")}">',
    )
    html = replace(html, CHECKBOXES, rf'<nav aria-label="{label("Menus")}">\1</nav>')
    for end in ENDS_OF_DRAWERS:
        html = replace(html, end, r"</nav>\1")
    html = replace(
        html,
        '<div class="content-icon-container">',
        '<div class="content-icon-container" role="region" '
        f'aria-label="{label("View")}">',
    )
    missing = label(
        "This page has no part named “{0}”. It may have another name now: "
        "look at the headings, or search."
    )
    note = f'<p class="anchor-note" data-text="{missing}" role="status" hidden></p>'
    html = replace(html, ARTICLE, rf"\1{note}")
    for text in TOGGLES:
        html = replace(html, f'aria-label="{text}"', f'aria-label="{label(text)}"')
    for text in ICONS:
        html = replace(html, f"<title>{text}</title>", f"<title>{label(text)}</title>")
    opens = label("Toggle navigation of {0}").replace("{0}", r"\1")
    html = re.sub(
        r'aria-label="Toggle navigation of ([^"]*)"', f'aria-label="{opens}"', html
    )
    return html.replace(PLACE, plain_signatures(content))


def versioned(outdir: Path, name: str) -> str:
    """Return the address of the file ``name``, another one when it has changed.

    ``name`` counts from the root of the site, and so does the address. Browsers
    keep a file for as long as its address stays.
    """
    return f"{name}?v={crc32((outdir / name).read_bytes()):08x}"


def offer(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object
) -> None:
    """Let the template ``page.html`` call ``amend``."""
    context["amend"] = amend
    if app.builder.name != "epub":
        context["page_script"] = versioned(Path(app.outdir), SCRIPT)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Give every page the means to amend itself."""
    app.connect("html-page-context", offer)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
