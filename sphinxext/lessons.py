"""Which pages are lessons, and the script from which each is made."""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx


def is_lesson(docname: str) -> bool:
    """Tell whether ``docname`` is a page made from a script."""
    return docname.startswith("lessons/") and "/plot_" in docname


def script_of(app: Sphinx, docname: str) -> Path:
    """Return the script in ``examples/`` from which the page ``docname`` was made."""
    (source,) = app.config.sphinx_gallery_conf["examples_dirs"]
    return (app.srcdir / source / f"{docname.removeprefix('lessons/')}.py").resolve()
