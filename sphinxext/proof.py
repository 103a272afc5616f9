"""Compare the promises of every page with the output that stands on it.

Works on what will be shown: the doctree after all scripts and notebooks have
run. Promises and marks are taken out of the code; a page whose output differs
from its promises ends the build before anything is written.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

from sphinxext.compare import Failure, compare, inspect
from sphinxext.lessons import is_lesson, script_of
from sphinxext.page_cells import cells_in, pairs, show
from sphinxext.promise import Cell, cells_of
from sphinxext.stop import stop

logger = logging.getLogger(__name__)

CODE = {"python", "python3", "py", "pycon", "pycon3", "default"}
FOLLOWED = "followed"
"""Class of a code block that a test types in, to the letter."""
TABLES = ("proof_failures", "proof_counts")
"""What the environment keeps of each page: texts of failures, a count of promises."""


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


def check(
    cells: list[Cell], shown: list[tuple[nodes.literal_block, str]], path: Path
) -> list[Failure]:
    """Return what is wrong with the page that was made from ``path``, cell by cell."""
    if len(cells) != len(shown):
        wrong = f"{len(cells)} cells in the source, {len(shown)} on the page"
        return [Failure(path, 1, wrong)]
    failures = []
    for cell, (code, printed) in zip(cells, shown, strict=True):
        if code.astext().strip() != cell.source.strip():
            wrong = "the page shows other code than this"
            failures.append(Failure(path, cell.lineno, wrong))
        failure = inspect(cell) or compare(cell, printed)
        if failure:
            failures.append(failure)
    return failures


def prove(app: Sphinx, doctree: nodes.document) -> None:
    """Check one page, then take promises and marks out of its code."""
    env, docname = app.env, app.env.docname
    path = Path(env.doc2path(docname))
    failures = unproven(doctree, path)
    ran = app.config.nb_execution_mode != "off"
    if is_lesson(docname):
        path = script_of(app, docname)
        cells = cells_of(path)
        ran = app.config.sphinx_gallery_conf["plot_gallery"]
    else:
        cells = cells_in(doctree, path)
    shown = pairs(doctree)
    if ran:
        failures += check(cells, shown, path)
    if failures:
        env.proof_failures[docname] = [str(failure) for failure in failures]
        return
    if cells:
        env.proof_counts[docname] = sum(len(cell.promises) for cell in cells)
    for cell, (code, _) in zip(cells, shown, strict=True):
        show(cell, code)


def start(app: Sphinx) -> None:
    """Give a new environment its tables."""
    for table in TABLES:
        if not hasattr(app.env, table):
            setattr(app.env, table, {})


def purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Forget a page that is read again or gone."""
    for table in TABLES:
        getattr(env, table).pop(docname, None)


def merge(
    app: Sphinx, env: BuildEnvironment, docnames: Iterable[str], other: BuildEnvironment
) -> None:
    """Take over what a parallel reader found."""
    for table in TABLES:
        getattr(env, table).update(getattr(other, table))


def conclude(app: Sphinx, env: BuildEnvironment) -> None:
    """End the build where a promise is broken, or where there is none at all."""
    failures = env.proof_failures
    stop([text for name in sorted(failures) for text in failures[name]])
    gallery = app.config.sphinx_gallery_conf
    if not gallery["plot_gallery"]:
        return
    lessons = sum(map(is_lesson, env.proof_counts))
    promises = sum(env.proof_counts.values())
    if not (lessons and promises):
        (folder,) = gallery["examples_dirs"]
        stop([f"{folder}: {lessons} lessons and {promises} promises: nothing to prove"])
    logger.info("proven on the pages: %d promises of %d lessons", promises, lessons)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Check each page when it has been read, and conclude before any is written."""
    app.connect("builder-inited", start)
    app.connect("doctree-read", prove, priority=100)
    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
    app.connect("env-updated", conclude)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
