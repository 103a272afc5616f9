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
import gc
import importlib
import json
import os
import platform
import signal
import traceback
import warnings
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.ext.doctest import SphinxDocTestRunner, TestGroup
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

from sphinxext import forward_mode
from sphinxext.difference_kinds import (
    error_in,
    kind_of,
    message_of,
    of_cell,
    plain,
    wanted,
)
from sphinxext.differences import (
    BUILDER,
    RESULT,
    Difference,
    Example,
    difference_of,
    release_of,
)
from sphinxext.doctest_builder import LessonDocTestBuilder
from sphinxext.finder_entries import entry_of, examples, said
from sphinxext.promise import cells_of
from sphinxext.run import UNCAUGHT, check_script
from sphinxext.state import load_torch

logger = logging.getLogger(__name__)

NOT_RUN = "measured/**"
"""Its notebook needs a kernel, and most of what it shows are times and bytes."""
LONGEST = 300
"""Seconds after which an example that does not end counts as a crash."""


class Recorder(SphinxDocTestRunner):
    """Hands each example that fails on, instead of writing about it."""

    def __init__(self, builder: VersionsBuilder) -> None:
        super().__init__(verbose=False, optionflags=builder.opt)
        self.builder = builder

    def report_start(
        self, out: Any, test: doctest.DocTest, example: doctest.Example
    ) -> None:
        """Say what runs, in case it ends the process."""
        if self.builder.surveys:
            return
        self.builder.say(self.builder.example(test, example), "crash", "")

    def report_failure(
        self, out: Any, test: doctest.DocTest, example: doctest.Example, got: str
    ) -> None:
        """Another text, another output, or no error where one is proven."""
        self.builder.tell(test, example, error_in(got), got)

    def report_unexpected_exception(
        self, out: Any, test: doctest.DocTest, example: doctest.Example, exc_info: Any
    ) -> None:
        """An error where none is proven."""
        text = "".join(traceback.format_exception_only(*exc_info[:2]))
        self.builder.tell(test, example, plain(text), "")


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
        self.release = release_of(torch.__version__.partition("+")[0])
        self.examples: set[Example] = set()
        self.differences: list[Difference] = []
        self.left_out = 0
        self.page = ""
        self.places: dict[tuple[str, int], str] = {}
        self.astray = False
        self.surveys = False
        self.suspects: set[str] | None = None
        self.pipe = -1

    def forked(self, run: Callable[[], object], seconds: int) -> tuple[list[Any], int]:
        """Let a child ``run``; return the lines that it writes, and the signal, or 0.

        Raises ``ChildProcessError`` where the child fails in another way.
        """
        gc.freeze()  # or the child walks, and so copies, all that Sphinx holds
        reading, self.pipe = os.pipe()
        child = os.fork()
        if not child:
            try:
                signal.alarm(seconds)
                run()
                os._exit(0)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
        os.close(self.pipe)
        with os.fdopen(reading, encoding="utf-8") as told:
            lines = [json.loads(line) for line in told]
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status) and status:
            raise ChildProcessError(f"{self.page}: see above")
        return lines, status

    def apart(self, run: Callable[[], object]) -> None:
        """Let a child ``run``, and keep the differences that it tells of."""
        lines, ended = self.forked(run, LONGEST)
        self.left_out += sum(not values["kind"] for values in lines)
        found = [difference_of(values) for values in lines if values["kind"]]
        self.differences += [one for one in found if one.kind != "crash"]
        if ended:
            self.differences.append([one for one in found if one.kind == "crash"][-1])

    def say(self, example: Example, kind: str, there: str) -> None:
        """Tell the parent of one difference: "crash" before it runs, "" if left out."""
        line = Difference(example, self.release, kind, there).line()
        os.write(self.pipe, f"{line}\n".encode())

    def prove_lesson(self, path: Path) -> None:
        """Run one script, and compare each cell's whole output."""
        page = self.page = f"lessons/{path.parent.name}/{path.stem}"
        cells = [of_cell(page, n, cell) for n, cell in enumerate(cells_of(path), 1)]
        self.examples.update(cells)

        def run() -> None:
            self.say(cells[0], "crash", "")
            for example, (_, printed, failure) in zip(
                cells, check_script(path), strict=False
            ):
                if failure is None:
                    continue
                raised = failure.wrong.startswith(UNCAUGHT)
                there = plain(failure.printed if raised else printed)
                kind = kind_of(example, False, False, there if raised else None)
                self.say(example, kind, there)

        self.apart(run)

    def test_doc(self, docname: str, doctree: nodes.Node) -> bool:
        """Run the snippets of one page, knowing in which section each stands."""
        self.page = docname
        self.places.clear()
        for block in doctree.findall(nodes.literal_block):
            place = entry_of(block)
            section = place["ids"][0] if place is not None else ""
            for example in examples(block):
                key = Example(docname, section, example.source, wanted(example))
                self.examples.add(key)
            if "testnodetype" in block:
                where = self.get_filename_for_node(block, docname)
                self.places[where, self.get_line_number(block)] = section
        self.suspects = None

        def survey() -> None:
            self.surveys = True
            super(VersionsBuilder, self).test_doc(docname, doctree)

        names, ended = self.forked(survey, LONGEST * 4)
        if not ended:
            self.suspects = set(names)
        return super().test_doc(docname, doctree)

    def test_group(self, group: TestGroup) -> bool:
        """Run one group on a runner that tells of each failure."""
        if self.suspects is not None and group.name not in self.suspects:
            return True
        self.test_runner = Recorder(self)
        self.test_runner._fakeout = self.setup_runner._fakeout
        self.astray = False

        def run() -> None:
            super(VersionsBuilder, self).test_group(group)
            if self.setup_runner.failures:
                raise RuntimeError(f"{group.name}: the setup in conf.py failed")

        if self.surveys:
            run()
        else:
            self.apart(run)
        return True

    def example(self, test: doctest.DocTest, example: doctest.Example) -> Example:
        """Return what an example is called in the table."""
        section = self.places[test.filename, test.lineno]
        return Example(self.page, section, example.source, wanted(example))

    def tell(
        self,
        test: doctest.DocTest,
        example: doctest.Example,
        error: str | None,
        got: str,
    ) -> None:
        """Tell of one example that fails, unless an earlier one led it astray."""
        if self.surveys:
            os.write(self.pipe, f"{json.dumps(test.name)}\n".encode())
            return
        here = self.example(test, example)
        if self.astray:
            self.say(here, "", "")
            return
        raises = example.exc_msg is not None
        warns = not raises and said(example)[0] is not None
        kind = kind_of(here, raises, warns, error)
        there = plain(message_of(example, got)) if error is None else error
        if warns and kind == "silent":
            there = ""
        if there != here.here:
            self.say(here, kind, there)
        self.astray = kind == "name" or raises != (error is not None)

    def finish(self) -> None:
        """Write what was found; that something differs is no failure."""
        import numpy
        import torch

        self.outfile.close()
        facts = {
            "build": torch.version.cuda and f"cuda {torch.version.cuda}" or "cpu",
            "python": ".".join(platform.python_version_tuple()[:2]),
            "numpy": numpy.__version__,
            "examples": len(self.examples),
            "different": len(self.differences),
            "not compared": self.left_out,
        }
        result = {
            "facts": facts,
            "examples": [asdict(example) for example in sorted(self.examples)],
            "differences": [json.loads(d.line()) for d in sorted(self.differences)],
        }
        text = json.dumps(result, ensure_ascii=False, indent=1)
        (self.outdir / RESULT).write_text(text, "utf-8")
        logger.info("versions: %s", facts)


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
