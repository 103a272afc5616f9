"""Which styles a page loads: none of those that no page of ours uses."""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

UNUSED = ("sg_gallery", "mystnb.")
"""Thumbnails, data frames and notebook boxes: guide.css draws what is shown."""


def drop_unused(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object
) -> None:
    """Take the styles out that begin with a name in ``UNUSED``."""
    context["css_files"] = [
        sheet
        for sheet in context["css_files"]
        if not str(sheet.filename).rpartition("/")[2].startswith(UNUSED)
    ]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Look at each page's styles before it is written."""
    app.connect("html-page-context", drop_unused)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
