"""Code that was coloured once in this process is not coloured again.

Every language has the same code. A formatter makes a style sheet when it is made, so
one serves all blocks that want the same.
"""

from __future__ import annotations

from typing import Any

from pygments.formatter import Formatter
from pygments.formatters import HtmlFormatter
from sphinx.application import Sphinx
from sphinx.highlighting import PygmentsBridge
from sphinx.util.typing import ExtensionMetadata

_coloured: dict[tuple[Any, ...], str] = {}
_formatters: dict[tuple[Any, ...], Formatter[str]] = {}


class Bridge(PygmentsBridge):
    """Sphinx's way to Pygments with a memory."""

    html_formatter = HtmlFormatter

    def get_formatter(self, **options: Any) -> Formatter[str]:
        """Return the formatter for ``options``, made once."""
        key = (self.formatter, *sorted((options | self.formatter_args).items()))
        if key not in _formatters:
            _formatters[key] = super().get_formatter(**options)
        return _formatters[key]

    def highlight_block(
        self,
        source: str,
        lang: str,
        opts: dict[str, Any] | None = None,
        force: bool = False,
        location: Any = None,
        **kwargs: Any,
    ) -> str:
        """Return ``source`` coloured; what can't be is said each time."""
        style = self.formatter_args["style"]
        key = (self.dest, style, lang, force, source, repr((opts, kwargs)))
        if key not in _coloured:
            _coloured[key] = super().highlight_block(
                source, lang, opts, force, location, **kwargs
            )
        return _coloured[key]


def remember(app: Sphinx) -> None:
    """Give the builder what remembers."""
    for name in ("highlighter", "dark_highlighter"):
        stock = getattr(app.builder, name, None)
        if stock is not None:
            bridge = Bridge(stock.dest)
            bridge.formatter_args = stock.formatter_args
            setattr(app.builder, name, bridge)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Work as soon as the builder has chosen its styles."""
    app.connect("builder-inited", remember)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
