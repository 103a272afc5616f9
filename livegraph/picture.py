"""A graph as something to look at: shown in a notebook, or saved."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from livegraph.graph import Graph
from livegraph.html import html, page
from livegraph.svg import svg
from livegraph.text import text
from livegraph.words import ENGLISH, Words

FORMS: dict[str, Callable[[Graph, Words], str]] = {
    ".html": lambda graph, words: page(graph, words=words),
    ".svg": lambda graph, words: svg(graph, words=words, about=text(graph, words)),
    ".txt": lambda graph, words: text(graph, words) + "\n",
    ".json": lambda graph, _: graph.to_json() + "\n",
}
"""What ``save`` can write, by the ending of the file."""


class Picture:
    """Holds the plain data; the drawing is made when it is asked for.

    ``words`` is the table of words, English as a rule.
    """

    def __init__(self, graph: Graph, words: Words = ENGLISH) -> None:
        self.graph = graph
        self.words = words

    def _repr_html_(self) -> str:
        """Return the picture with its stepper, for a notebook."""
        return html(self.graph, words=self.words)

    def __repr__(self) -> str:
        """Return the graph in words, for a terminal."""
        return text(self.graph, self.words)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the picture, and return its path; the ending picks the form.

        ``.html`` is a page with the stepper, ``.svg`` a picture, ``.txt`` the same
        in words, ``.json`` the plain data. Raises ValueError for another ending,
        OSError where the file cannot be written.
        """
        path = Path(path)
        write = FORMS.get(path.suffix.lower())
        if write is None:
            raise ValueError(
                f"cannot save a graph as {path.name!r}: the ending must be one of "
                f"{', '.join(FORMS)}"
            )
        written = write(self.graph, self.words)
        try:
            path.write_text(written, encoding="utf-8")
        except OSError as error:
            raise type(error)(
                error.errno,
                f"the graph was not written ({error.strerror}); choose a folder "
                "that exists and that you may write to",
                str(path),
            ) from error
        return path
