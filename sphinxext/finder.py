"""``{finder}``: paste an error, get its section.

How texts are compared stands in ``finder_match``; the patterns are made from what
the error pages prove, and a page loads them with the first text that is pasted.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.locale import get_translation
from sphinx.util.typing import ExtensionMetadata

from sphinxext.finder_data import INDEX, NAME, script, source

_ = get_translation("interface")

HERE = Path(__file__).parent
ASSETS = {
    "finder.js": ("finder_match.js", "finder_page.js"),
    "finder.css": ("finder.css",),
    "open-entry.js": ("finder_open.js",),
}
"""What a build writes, and the files here that it is made of."""


def write_assets(app: Sphinx) -> None:
    """Put scripts and style beside the site's own."""
    if app.builder.format != "html":
        return
    folder = app.outdir / "_static"
    folder.mkdir(parents=True, exist_ok=True)
    for name, parts in ASSETS.items():
        text = "".join((HERE / part).read_text("utf-8") for part in parts)
        (folder / name).write_text(text, "utf-8")


def write_data(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write the patterns; where they changed, name the pages that show them."""
    if app.builder.format != "html" or INDEX not in env.found_docs:
        return []
    path = app.outdir / "_static" / NAME
    told = hashlib.sha256(source(env).encode()).hexdigest()
    if path.exists() and told == getattr(env, "finder_source", None):
        return []
    env.finder_source = told
    text = script(app)
    path.write_text(text, "utf-8")
    version = hashlib.sha256(text.encode()).hexdigest()[:8]
    changed = version != getattr(env, "finder_version", None)
    env.finder_version = version
    shown = [INDEX, *env.toctree_includes.get(INDEX, ())]
    return [name for name in shown if changed and name in env.found_docs]


def load_assets(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Let each page load what it shows, and name the finder in the sidebar."""
    body = context.get("body", "")
    if '<div class="finder"' in body:
        app.add_js_file("finder.js", loading_method="defer")
        app.add_css_file("finder.css")
    if '<details class="rare' in body:
        app.add_js_file("open-entry.js", loading_method="defer")
    if INDEX in app.env.found_docs:
        context["finder_label"] = _("Paste your error")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive, what it searches and what pages with it load."""
    app.setup_extension("sphinxext.finder_entries")
    app.setup_extension("sphinxext.finder_box")
    app.connect("builder-inited", write_assets)
    app.connect("env-updated", write_data)
    app.connect("html-page-context", load_assets, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
