"""Names for cells and outputs, in the order of the page: ``cell-3``, its output."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from sphinxext.page_cells import is_code, is_output


def name_cells(app: Sphinx, doctree: nodes.document) -> None:
    """Give each cell of a page, and what it printed, an id that a link can use."""
    cells = outputs = 0
    for node in doctree.findall(nodes.literal_block):
        if is_code(node):
            cells, outputs = cells + 1, 0
            node["ids"].append(f"cell-{cells}")
        elif is_output(node) and cells:
            outputs += 1
            more = f"-{outputs}" if outputs > 1 else ""
            node["ids"].append(f"cell-{cells}-output{more}")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Name the cells once the page has its final order."""
    app.connect("doctree-read", name_cells, priority=250)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
