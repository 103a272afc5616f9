"""Long signatures in valid html: Sphinx writes a list without a term for them."""

from __future__ import annotations

import re
from typing import Any

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from sphinxext.finish import add_step

LINES = re.compile(r"<dl>\n((?:<dd>(?:(?!<d[dlt]\b).)*</dd>\n)+)</dl>", re.DOTALL)


def amend(page: str) -> str:
    """Write the parameters of each long signature as lines, not as a list."""

    def lines(match: re.Match[str]) -> str:
        inside = match[1].replace("<dd>", "<span>").replace("</dd>", "</span>")
        return f'<span class="sig-lines">{inside}</span>'

    return LINES.sub(lines, page)


def choose(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object
) -> None:
    """Amend the pages that document code."""
    if 'class="sig sig-object' in (context.get("body") or ""):
        add_step(context, amend)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Look at each page once its body is written."""
    app.connect("html-page-context", choose)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
