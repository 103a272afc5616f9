"""What is done to a page after its template: steps that other extensions name.

Sphinx has no event between the template and the file. A step is a function from
the whole page to the whole page; ``add_step`` is called in ``html-page-context``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import FileSystemBytecodeCache
from sphinx.builders import Builder
from sphinx.jinja2glue import BuiltinTemplateLoader
from sphinx.theming import Theme

Step = Callable[[str], str]


def add_step(context: dict[str, Any], step: Step) -> None:
    """Let ``step`` change the page of ``context``, after the steps added before."""
    context.setdefault("finishing_steps", []).append(step)


class Templates(BuiltinTemplateLoader):
    """Sphinx's templates; conf.py names this class as the template bridge."""

    def init(
        self,
        builder: Builder,
        theme: Theme | None = None,
        dirs: list[str] | None = None,
    ) -> None:
        """Keep compiled templates for the next build, and for other languages."""
        super().init(builder, theme, dirs)
        folder = Path(builder.config.edition_of or builder.doctreedir, "templates")
        folder.mkdir(parents=True, exist_ok=True)
        self.environment.bytecode_cache = FileSystemBytecodeCache(str(folder))

    def render(self, template: str, context: dict[str, Any]) -> str:
        """Return the page, with every step done."""
        page = super().render(template, context)
        for step in context.get("finishing_steps", ()):
            page = step(page)
        return page
