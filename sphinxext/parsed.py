"""Each page as it was parsed and proven, kept for editions in other languages.

What a page says is translated before the extensions complete it, so that they do
so in the language of the edition. Nothing is read, run or proven a second time.
"""

from __future__ import annotations

import pickle
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

FOLDER = "parsed"
UNPICKLED = ("warning_stream", "env", "record_dependencies")
"""Settings of a doctree that belong to the build that reads it."""


def place(doctrees: Path, docname: str) -> Path:
    """Return where the parsed page is kept below ``doctrees``."""
    return doctrees / FOLDER / f"{docname}.pickle"


def keep(doctree: nodes.document, path: Path) -> None:
    """Write ``doctree`` to ``path``, and leave it as it is."""
    for node in doctree.findall():
        node.document = doctree  # a part in other markup names one of its own
    before = doctree.settings, doctree.reporter, doctree.transformer
    doctree.settings = doctree.settings.copy()
    for name in UNPICKLED:
        setattr(doctree.settings, name, None)
    doctree.reporter = doctree.transformer = None
    try:
        content = pickle.dumps(doctree, pickle.HIGHEST_PROTOCOL)
    finally:
        doctree.settings, doctree.reporter, doctree.transformer = before
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def keep_page(app: Sphinx, doctree: nodes.document) -> None:
    """Write the page that is read, where the site has more than one language."""
    several = len(app.config.site_languages) > 1 and app.config.editions
    if app.builder.name == "html" and several and not app.config.edition_of:
        keep(doctree, place(Path(app.env.doctreedir), app.env.docname))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Come after the proof, and before all that has words of its own."""
    app.setup_extension("sphinxext.languages")
    app.setup_extension("sphinxext.edition")
    app.connect("doctree-read", keep_page, priority=120)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
