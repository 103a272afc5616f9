"""A graph as something to look at: shown in a notebook, or saved."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from livegraph.graph import Graph
from livegraph.html import html, page
from livegraph.svg import svg
from livegraph.text import text

FORMS: dict[str, Callable[[Graph], str]] = {
    ".html": page,
    ".svg": lambda graph: svg(graph, about=text(graph)),
    ".txt": lambda graph: text(graph) + "\n",
    ".json": lambda graph: graph.to_json() + "\n",
}
"""What ``save`` can write, by the ending of the file."""


class Picture:
    """Holds the plain data; the drawing is made when it is asked for."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def _repr_html_(self) -> str:
        """Return the picture with its stepper, for a notebook."""
        return html(self.graph)

    def __repr__(self) -> str:
        """Return the graph in words, for a terminal."""
        return text(self.graph)

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
        written = write(self.graph)
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
