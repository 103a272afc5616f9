"""What is done to a page after its template: steps that other extensions name.

Sphinx has no event between the template and the file. A step is a function from
the whole page to the whole page; ``add_step`` is called in ``html-page-context``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sphinx.jinja2glue import BuiltinTemplateLoader

Step = Callable[[str], str]


def add_step(context: dict[str, Any], step: Step) -> None:
    """Let ``step`` change the page of ``context``, after the steps added before."""
    context.setdefault("finishing_steps", []).append(step)


class Templates(BuiltinTemplateLoader):
    """Sphinx's templates; conf.py names this class as the template bridge."""

    def render(self, template: str, context: dict[str, Any]) -> str:
        """Return the page, with every step done."""
        page = super().render(template, context)
        for step in context.get("finishing_steps", ()):
            page = step(page)
        return page
