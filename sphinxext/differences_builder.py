"""The builder ``versions``: the doctest build on another torch release.

A failure does not stop it and is no error: each becomes a difference. Where an
example ends otherwise than here (an error there and none here, or none there and
one here), what follows in its group stands on another state, and is left out.

What an example breaks must reach no other, a release that crashes included. So a
first process runs all groups of a page, and names those in which something differs;
each of these, and each lesson, then runs again in a process of its own, forked from
one that has computed nothing.
"""

from __future__ import annotations

import doctest
import importlib
import warnings
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.ext.doctest import TestGroup
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

from sphinxext import forward_mode
from sphinxext.difference_kinds import wanted
from sphinxext.differences import BUILDER, RESULT, Example, release_of
from sphinxext.differences_found import LONGEST, Found
from sphinxext.differences_lesson import cells_in, compare
from sphinxext.differences_runner import Recorder, Surveyor
from sphinxext.doctest_builder import LessonDocTestBuilder
from sphinxext.example_blocks import in_block, section_of
from sphinxext.forks import Tell, forked
from sphinxext.state import load_torch

logger = logging.getLogger(__name__)

NOT_RUN = "measured/**"
"""Its notebook needs a kernel, and most of what it shows are times and bytes."""


class VersionsBuilder(LessonDocTestBuilder):
    """Note what this torch does otherwise than the pages prove."""

    name = BUILDER

    def init(self) -> None:
        """Start without a difference."""
        super().init()
        load_torch()
        import torch

        with warnings.catch_warnings():
            # what the first optimizer and forward mode import: each child would
            warnings.simplefilter("ignore")
            importlib.import_module("torch._dynamo")
            importlib.import_module(forward_mode.NAME)
        self.found = Found(release_of(torch.__version__.partition("+")[0]))
        self.page = ""
        self.sections: dict[tuple[str, int], str] = {}
        self.survey: Tell | None = None  # given in the first process of a page
        self.suspects: set[str] | None = None

    def prove_lesson(self, path: Path) -> None:
        """Run one script, and compare each cell's whole output."""
        page = f"lessons/{path.parent.name}/{path.stem}"
        cells = cells_in(path, page)
        self.found.examples.update(cells)
        self.found.apart(lambda say: compare(path, cells, say), page)

    def test_doc(self, docname: str, doctree: nodes.Node) -> bool:
        """Run the snippets of one page, knowing in which section each stands."""
        self.page = docname
        self.sections.clear()
        for block in doctree.findall(nodes.literal_block):
            self.found.examples.update(in_block(block, docname))
            if "testnodetype" in block:
                where = self.get_filename_for_node(block, docname)
                line = self.get_line_number(block)
                self.sections[where, line] = section_of(block)
        self.suspects = None

        def survey(tell: Tell) -> None:
            self.survey = tell
            super(VersionsBuilder, self).test_doc(docname, doctree)

        names, ended = forked(survey, LONGEST * 4, docname)
        if not ended:
            self.suspects = set(names)
        return super().test_doc(docname, doctree)

    def test_group(self, group: TestGroup) -> bool:
        """Run one group on a runner that tells of each failure."""
        if self.suspects is not None and group.name not in self.suspects:
            return True

        def run(runner: Surveyor | Recorder) -> None:
            runner._fakeout = self.setup_runner._fakeout
            self.test_runner = runner
            super(VersionsBuilder, self).test_group(group)
            if self.setup_runner.failures:
                raise RuntimeError(f"{group.name}: the setup in conf.py failed")

        if self.survey is not None:
            run(Surveyor(self.survey, self.opt))
        else:
            self.found.apart(
                lambda say: run(Recorder(say, self.example, self.opt)), self.page
            )
        return True

    def example(self, test: doctest.DocTest, example: doctest.Example) -> Example:
        """Return what an example is called in the table."""
        section = self.sections[test.filename, test.lineno]
        return Example(self.page, section, example.source, wanted(example))

    def finish(self) -> None:
        """Write what was found; that something differs is no failure."""
        self.outfile.close()
        (self.outdir / RESULT).write_text(self.found.dump(), "utf-8")
        logger.info("versions: %s", self.found.facts())


def leave_out(app: Sphinx) -> None:
    """Leave out the pages whose notebooks would run on a kernel."""
    if app.builder.name == BUILDER:
        app.config.exclude_patterns.append(NOT_RUN)
        app.config.suppress_warnings += ["toc.excluded", "ref.doc"]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the builder."""
    app.add_builder(VersionsBuilder)
    app.connect("builder-inited", leave_out, priority=4)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
