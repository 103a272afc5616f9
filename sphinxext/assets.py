"""Which styles and scripts a page loads, and which files the site ships.

Themes and extensions add theirs to every page. A page gets what its body uses;
what no page uses, or uses any more, is not shipped.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

Test = Callable[[str], bool]


def has_code(body: str) -> bool:
    """Tell whether there is something to copy."""
    return '<div class="highlight"' in body


def nowhere(body: str) -> bool:
    """Refuse what serves things that this site does not have."""
    return False


NEEDED: dict[str, Test] = {
    "pygments.css": has_code,
    "copybutton.css": has_code,
    "copybutton.js": has_code,
    "clipboard.min.js": has_code,
    "documentation_options.js": has_code,  # copybutton.js reads it
    "furo-extensions.css": has_code,  # of what it styles, this site has copybutton
    "doctools.js": nowhere,  # Sphinx's own search
    "translations.js": nowhere,  # the words of doctools.js
    "sphinx_highlight.js": nowhere,
    "sg_gallery": nowhere,  # thumbnails, which guide.css draws instead
    "sg-tags.js": nowhere,
    "mystnb.": nowhere,  # data frames and notebook boxes
}
"""How a file's name begins, and when it is loaded. All others always are."""

READ = (".html", ".css", ".js")
LICENCE = ".LICENSE.txt"
"""How the name of a script's licence ends; nothing links it."""
NAME = re.compile(r"[\w.-]+\.\w+")
LOADED = re.compile(rb"_static/([^\s\"'<>?#&;)]+)")
"""The address of what a page loads; styles and scripts name it in other ways.

Sought in bytes: to decode all pages would take longer than to search them.
"""


def wanted(name: str, body: str) -> bool:
    """Tell whether a page with this ``body`` needs the file ``name``."""
    return all(test(body) for begins, test in NEEDED.items() if name.startswith(begins))


def name_of(asset: Any) -> str:
    """Return the last part of the address of a style or a script."""
    return str(getattr(asset, "filename", None) or asset).rpartition("/")[2]


def choose(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object
) -> None:
    """Take out of the page's styles and scripts what its body does not use."""
    body = context.get("body") or ""
    for kind in ("css_files", "script_files"):
        context[kind] = [one for one in context[kind] if wanted(name_of(one), body)]


def reached(pages: list[Path], files: dict[str, list[Path]]) -> set[Path]:
    """Return those of ``files`` that a page names, or that such a file names."""
    found: set[Path] = set()
    # maps are for who works on the theme; a reader's browser asks for none
    missing = {name for name in files if not name.endswith(".map")}
    named = set()
    for page in pages:
        addresses = set(LOADED.findall(page.read_bytes()))
        named.update(address.decode().rpartition("/")[2] for address in addresses)
    while missing & named:
        name = (missing & named).pop()
        missing.remove(name)
        found.update(files[name])
        for path in files[name]:
            if path.suffix in READ:
                named.update(NAME.findall(path.read_text("utf-8", errors="replace")))
    return found


def remove_unused(outdir: Path, pages: str) -> None:
    """Delete what lies in ``_static`` and no page, a file named ``pages``, loads."""
    files: dict[str, list[Path]] = {}
    for path in sorted((outdir / "_static").rglob("*")):
        if path.is_file():
            files.setdefault(path.name, []).append(path)
    used = reached(list(outdir.rglob(pages)), files)
    loaded = {path.name for path in used}
    for paths in files.values():
        for path in paths:
            licence = path.name.endswith(LICENCE)
            if path not in used and not (licence and belongs(path.name, loaded)):
                path.unlink()


def belongs(licence: str, loaded: set[str]) -> bool:
    """Tell whether a file that is ``loaded`` has this ``licence``."""
    name = licence.removesuffix(LICENCE)
    return name in loaded or f"{name}.js" in loaded


def remove_orphans(app: Sphinx) -> None:
    """Delete pictures and downloads that no page has any more."""
    outdir, env = Path(app.outdir), app.env
    pictures = {name for _, name in env.images.values()}
    pictures.update(app.builder.images.values())
    kept = {outdir / app.builder.imagedir / name for name in pictures}
    kept |= {outdir / "_downloads" / place for _, place in env.dlfiles.values()}
    for folder in (app.builder.imagedir, "_downloads"):
        for path in (outdir / folder).rglob("*"):
            if path.is_file() and path not in kept:
                path.unlink()


def finish(app: Sphinx, error: Exception | None) -> None:
    """Clean the site once everything is written."""
    if error is None and app.builder.name == "html":
        remove_unused(Path(app.outdir), "*.html")
        remove_orphans(app)


def pack(app: Sphinx) -> list[tuple[str, dict[str, Any], str]]:
    """Clean the e-book after its pages are written and before it is packed."""
    if app.builder.name == "epub":
        remove_unused(Path(app.outdir), "*.xhtml")
    return []


def setup(app: Sphinx) -> ExtensionMetadata:
    """Look at each page before it is written, and at the whole when it is."""
    app.connect("html-page-context", choose, priority=600)
    app.connect("html-collect-pages", pack, priority=900)
    app.connect("build-finished", finish, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
