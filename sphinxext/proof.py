"""Compare the promises of every page with the output that stands on it.

Works on what will be shown: the doctree after all scripts and notebooks have
run. Promises and marks are taken out of the code; a page whose output differs
from its promises ends the build before anything is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

from sphinxext.compare import Failure, compare, inspect
from sphinxext.promise import Cell, cells_of, promises_in
from sphinxext.stop import stop

logger = logging.getLogger(__name__)

MARK = re.compile(r"^# (?P<kind>answer|graph: .+)\n?", re.MULTILINE)
CELL = {"Python", "ipython3"}
"""How sphinx-gallery and MyST-NB mark the language of a cell that ran."""
CODE = {"python", "python3", "py", "pycon", "pycon3", "default"}
FOLLOWED = "followed"
"""Class of a code block that a test types in, to the letter."""


def is_lesson(docname: str) -> bool:
    """Tell whether ``docname`` is a page made from a script."""
    return docname.startswith("lessons/") and "/plot_" in docname


def script_of(app: Sphinx, docname: str) -> Path:
    """Return the script in ``examples/`` from which the page ``docname`` was made."""
    (source,) = app.config.sphinx_gallery_conf["examples_dirs"]
    return (app.srcdir / source / f"{docname.removeprefix('lessons/')}.py").resolve()


def is_output(node: nodes.Node) -> bool:
    """Tell whether ``node`` is what a cell printed."""
    return isinstance(node, nodes.literal_block) and (
        "sphx-glr-script-out" in node["classes"]
        or "output" in node["classes"]
        or "stream" in node["classes"]
    )


def is_code(node: nodes.Node) -> bool:
    """Tell whether ``node`` is the code of a cell that ran."""
    return isinstance(node, nodes.literal_block) and (
        node.get("language") in CELL and not is_output(node)
    )


def unproven(doctree: nodes.document, path: Path) -> list[Failure]:
    """Find code on a page that neither a cell nor a snippet runs."""
    return [
        Failure(path, node.line or 1, "code that nothing runs: make it a snippet")
        for node in doctree.findall(nodes.literal_block)
        if node.get("language", "default") in CODE
        and "testnodetype" not in node
        and "drawn" not in node  # sphinxext.own_graph runs it
        and FOLLOWED not in node["classes"]
    ]


def pairs(doctree: nodes.document) -> list[tuple[nodes.literal_block, str]]:
    """Return each code block with what stands on the page as its output."""
    found: list[tuple[nodes.literal_block, str]] = []
    for node in doctree.findall(nodes.literal_block):
        if is_code(node):
            found.append((node, ""))
        elif is_output(node) and found:
            code, before = found[-1]
            found[-1] = (code, before + node.astext().removesuffix("\n") + "\n")
    return found


def cells_on(app: Sphinx, doctree: nodes.document, docname: str) -> list[Cell]:
    """Return the cells of the source of ``docname``, one a code block."""
    if is_lesson(docname):
        return cells_of(script_of(app, docname))
    path = Path(app.env.doc2path(docname))
    cells = []
    for node in doctree.findall(is_code):
        source, lineno = node.astext(), (node.line or 2) - 1
        cells.append(Cell(path, lineno, source, promises_in(source, lineno)))
    return cells


def check(
    cells: list[Cell], shown: list[tuple[nodes.literal_block, str]]
) -> list[Failure]:
    """Return one failure for each cell whose output on the page is not promised."""
    if len(cells) != len(shown):
        wrong = f"{len(cells)} cells in the source, {len(shown)} on the page"
        return [Failure(cells[0].path if cells else Path(), 1, wrong)]
    failures = []
    for cell, (code, printed) in zip(cells, shown, strict=True):
        if code.astext().strip() != cell.source.strip():
            failures.append(
                Failure(cell.path, cell.lineno, "the page shows other code than this")
            )
        failure = inspect(cell) or compare(cell, printed)
        if failure:
            failures.append(failure)
    return failures


def without_marks(cell: Cell) -> str:
    """Return the code as a page shows it: no promises, no marks."""
    return MARK.sub("", cell.shown).strip("\n")


def prove(app: Sphinx, doctree: nodes.document) -> None:
    """Check one page, then take promises and marks out of its code."""
    env, docname = app.env, app.env.docname
    shown = pairs(doctree)
    cells = cells_on(app, doctree, docname)
    ran = not is_lesson(docname) or app.config.sphinx_gallery_conf["plot_gallery"]
    failures = unproven(doctree, Path(env.doc2path(docname)))
    if ran:
        failures += check(cells, shown)
    if failures:
        env.proof_failures[docname] = [str(failure) for failure in failures]
        return
    if cells:
        env.proof_counts[docname] = sum(len(cell.promises) for cell in cells)
    for cell, (code, _) in zip(cells, shown, strict=True):
        code["marks"] = [match["kind"] for match in MARK.finditer(cell.source)]
        text = without_marks(cell)
        code.children = [nodes.Text(text)]
        code.rawsource = text


def start(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Give the environment its two tables."""
    for table in ("proof_failures", "proof_counts"):
        if not hasattr(env, table):
            setattr(env, table, {})


def purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Forget a page that is read again or gone."""
    for table in ("proof_failures", "proof_counts"):
        getattr(env, table, {}).pop(docname, None)


def merge(
    app: Sphinx, env: BuildEnvironment, docnames: Iterable[str], other: BuildEnvironment
) -> None:
    """Take over what a parallel reader found."""
    for table in ("proof_failures", "proof_counts"):
        found = getattr(other, table)
        getattr(env, table).update(
            {name: found[name] for name in docnames if name in found}
        )


def conclude(app: Sphinx, env: BuildEnvironment) -> None:
    """End the build where a promise is broken, or where there is none at all."""
    stop(
        [
            text
            for name in sorted(env.proof_failures)
            for text in env.proof_failures[name]
        ]
    )
    if not app.config.sphinx_gallery_conf["plot_gallery"]:
        return
    lessons = sum(is_lesson(name) for name in env.proof_counts)
    promises = sum(env.proof_counts.values())
    if not (lessons and promises):
        (folder,) = app.config.sphinx_gallery_conf["examples_dirs"]
        stop([f"{folder}: {lessons} lessons and {promises} promises: nothing to prove"])
    logger.info("proven on the pages: %d promises of %d lessons", promises, lessons)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Check each page when it has been read, and conclude before any is written."""
    app.connect("env-before-read-docs", start)
    app.connect("doctree-read", prove, priority=100)
    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
    app.connect("env-updated", conclude)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
