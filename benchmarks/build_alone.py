"""Run lessons or a notebook with nothing around them: the limit of a build.

Usage: python -m benchmarks.build_alone lessons
       python -m benchmarks.build_alone notebook docs/measured/recording_cost.md
"""

from __future__ import annotations

import contextlib
import io
import runpy
import sys
import warnings
from pathlib import Path


def lessons(folder: Path) -> int:
    """Run every lesson below ``folder`` in this process; return how many."""
    warnings.simplefilter("ignore")
    found = sorted(folder.glob("examples/*/plot_*.py"))
    for path in found:
        with contextlib.redirect_stdout(io.StringIO()):
            runpy.run_path(str(path), run_name="__main__")
    return len(found)


def notebook(page: Path) -> int:
    """Run the code cells of ``page`` in a kernel of their own; return how many."""
    from myst_nb.core.read import read_myst_markdown_notebook
    from nbclient import NotebookClient

    cells = read_myst_markdown_notebook(page.read_text("utf-8"), path=page)
    resources = {"metadata": {"path": str(page.parent)}}
    NotebookClient(cells, resources=resources, kernel_name="python3").execute()
    return sum(cell.cell_type == "code" for cell in cells.cells)


if __name__ == "__main__":
    if sys.argv[1] == "lessons":
        print(lessons(Path()), "lessons")
    else:
        print(notebook(Path(sys.argv[2])), "cells")
