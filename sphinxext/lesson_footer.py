"""What every lesson ends with: downloads, and the way to report a mistake."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import urlencode

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.locale import get_translation
from sphinx.util.typing import ExtensionMetadata

from sphinxext.lessons import is_lesson

_ = get_translation("interface")


def label(name: str) -> str:
    """Return what the link to the download ``name`` says."""
    labels = {
        ".ipynb": _("Notebook (.ipynb)"),
        ".py": _("Script (.py)"),
        ".zip": _("Both (.zip)"),
    }
    return labels[PurePosixPath(name).suffix]


def rename(footer: nodes.container) -> None:
    """Give the downloads short names, which stand in the words of the interface."""
    for link in footer.findall(addnodes.download_reference):
        text = label(link["reftarget"])
        link.children = []
        link += nodes.inline(text, text)
        link.parent["translatable"] = False


def mistake_link(app: Sphinx) -> nodes.container:
    """Return the link that reports a mistake on the page that is read."""
    query = urlencode({"title": app.env.docname})
    address = f"{app.config.issues_url}?{query}"
    link = nodes.reference("", _("Found a mistake?"), refuri=address, internal=False)
    return nodes.container(
        "",
        nodes.paragraph("", "", link),
        classes=["sphx-glr-download", "lesson-mistake"],
    )


def complete(app: Sphinx, doctree: nodes.document) -> None:
    """Complete the end of a lesson that has just been read."""
    if not is_lesson(app.env.docname):
        return
    for footer in doctree.findall(nodes.container):
        if "sphx-glr-footer" in footer["classes"]:
            rename(footer)
            footer += mistake_link(app)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Complete each lesson when it is read."""
    app.add_config_value("issues_url", "", "env", str)
    app.connect("doctree-read", complete, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
