"""Words in the charts and tables of a notebook, in another language.

A chart is what a cell has put out, and no cell runs again for another language: its
few words are looked up in the output. Names of modes and of measured things stay.
"""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.locale import get_translation
from sphinx.util.typing import ExtensionMetadata

_ = get_translation("interface")
N_ = str  # says that a text is translated where it is used

FOLDER = "measured/"
WORDS = (N_("bytes"), N_("key"), N_("mode"), N_("value"))
"""Words of docs/measured: units, and headings of the tables."""
PLACE = re.compile(rf'(?<=[> ])({"|".join(WORDS)})(?=[<,"])')


def translate(app: Sphinx, doctree: nodes.document) -> None:
    """Say the words of the charts on a page in the language of the build."""
    if app.config.edition_of and app.env.docname.startswith(FOLDER):
        for chart in doctree.findall(nodes.raw):
            text = PLACE.sub(lambda found: _(found[1]), chart.astext())
            chart[:] = [nodes.Text(text)]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Work when a page is read."""
    app.connect("doctree-read", translate)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
