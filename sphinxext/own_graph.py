"""``{livegraph}``: code of a reader's kind, and below it the picture of its graph.

The content is run once, when its page has been read, in a namespace and a state
of its own and under a tape; ``:roots:`` names the tensors to draw. It must print
nothing. Builders that need no output of lessons do not run it either. It runs
after all pages are read, in the main process: a process that is forked after
torch has computed can hang.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from sphinxext.compare import Failure, bare_value, compare
from sphinxext.graphs import graph_picture
from sphinxext.promise import Cell
from sphinxext.run import as_main, run_cell, uncaught
from sphinxext.stop import stop


@dataclass(frozen=True)
class Snippet:
    """Code to run, the line of its directive, what to draw and where to keep it."""

    cell: Cell
    lineno: int
    roots: tuple[str, ...]
    target: Path


class OwnGraph(SphinxDirective):
    """Show code, and the picture of a graph that it computes."""

    has_content = True
    option_spec = {"roots": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Return the code and the place of the picture; the code runs later."""
        names = self.options.get("roots", "").split(",")
        roots = tuple(name.strip() for name in names if name.strip())
        source, start = self.get_source_info()
        code = "\n".join(self.content)
        # in Markdown the offset counts from the line of the directive
        lineno = start + self.content_offset + 1
        number = self.env.new_serialno("graph") + 1
        folder = self.env.doctreedir / "own_graph" / self.env.docname
        target = folder / f"{number}.graph"
        snippet = Snippet(Cell(Path(source), lineno, code, ()), start, roots, target)
        self.env.own_graphs.setdefault(self.env.docname, []).append(snippet)
        block = nodes.literal_block(code, code, language="python", drawn=True)
        block.source, block.line = source, lineno
        return [block, graph_picture(path=str(target), prefix=f"graph-{number}")]


def draw(snippet: Snippet) -> Iterator[Failure]:
    """Run ``snippet`` and keep its graph; yield what is wrong with it."""
    from livegraph import record

    cell = snippet.cell
    with as_main(cell.path) as namespace:
        try:
            with record(names=namespace) as tape:
                printed, value = run_cell(cell, namespace)
        except (Exception, SystemExit) as error:
            yield uncaught(error, cell.path)
            return
        failure = compare(cell, printed) or bare_value(cell, value)
        if failure:
            yield failure
        try:
            graph = tape.graph(*snippet.roots)
        except (ValueError, TypeError) as error:
            wrong = f"no graph can be drawn: {error}"
            yield Failure(cell.path, snippet.lineno, wrong)
            return
    snippet.target.parent.mkdir(parents=True, exist_ok=True)
    snippet.target.write_bytes(pickle.dumps(graph))


def start(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Begin without a snippet: those of pages that are not read have run."""
    env.own_graphs = {}


def merge(
    app: Sphinx, env: BuildEnvironment, docnames: Iterable[str], other: BuildEnvironment
) -> None:
    """Take over what a parallel reader found."""
    env.own_graphs.update(other.own_graphs)


def run_all(app: Sphinx, env: BuildEnvironment) -> None:
    """Run the snippets of all pages that were read; end the build on a failure."""
    waiting, env.own_graphs = env.own_graphs, {}
    if not app.config.sphinx_gallery_conf["plot_gallery"]:
        return
    snippets = [snippet for name in sorted(waiting) for snippet in waiting[name]]
    stop([failure for snippet in snippets for failure in draw(snippet)])


def setup(app: Sphinx) -> ExtensionMetadata:
    """Run what the pages hold before any is written."""
    app.setup_extension("sphinxext.graphs")
    app.add_directive("livegraph", OwnGraph)
    app.connect("env-before-read-docs", start)
    app.connect("env-merge-info", merge)
    app.connect("env-updated", run_all, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
