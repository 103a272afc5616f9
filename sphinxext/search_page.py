"""Our search in place of Sphinx's: its page, its script, and none of theirs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from sphinxext.furo_page import versioned
from sphinxext.search_documents import FILE

PAGE = "search"
LIBRARY, ENGINE = "_static/vendor/minisearch.js", "_static/search-engine.js"


def replace(app: Sphinx) -> None:
    """Keep Sphinx from making its search page and its index."""
    if app.builder.format == "html":
        app.builder.search = False


def pages(app: Sphinx) -> Iterator[tuple[str, dict[str, object], str]]:
    """Yield the search page; without scripts it is a list of the indexes."""
    if app.builder.name == "html":
        env = app.env
        names = env.toctree_includes.get(app.config.root_doc, [])
        indexes = [(name, env.titles[name].astext()) for name in names]
        yield PAGE, {"indexes": indexes}, "search.html"


def name_scripts(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object
) -> None:
    """Tell each page what its search loads; the index changes with every page."""
    if app.builder.name == "html":
        library, engine = (versioned(Path(app.outdir), n) for n in (LIBRARY, ENGINE))
        context["search_scripts"] = f"{library} {FILE} {engine}"


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the page and the script that every page has."""
    app.add_js_file("search.js", loading_method="defer")
    app.connect("builder-inited", replace)
    app.connect("html-collect-pages", pages)
    app.connect("html-page-context", name_scripts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
