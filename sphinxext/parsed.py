"""Each page as it was parsed, kept for the editions in other languages.

What a page says is translated before the extensions complete it, so that they do
so in the language of the edition. Nothing is read, run or drawn a second time.
"""

from __future__ import annotations

import pickle
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
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


class Keep(SphinxTransform):
    """Keep the page right before it is read: names and titles are not collected."""

    default_priority = 849

    def apply(self, **options: object) -> None:
        """Write the page where the site has more than one language."""
        if self.app.builder.name == "html" and len(self.config.site_languages) > 1:
            keep(self.document, place(Path(self.env.doctreedir), self.env.docname))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Come last of all that changes a page while it is parsed."""
    app.setup_extension("sphinxext.languages")
    app.add_transform(Keep)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
