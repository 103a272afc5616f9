"""The doctest builder, which also runs the lessons, each from a fresh state.

The stock builder gives a wrong line for code that is not a ``>>>`` snippet, and
knows nothing of sphinx-gallery. This one runs the scripts themselves, counts
what it has proven, and fails where there was nothing to prove.
"""

from __future__ import annotations

import doctest
from collections.abc import Set
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.ext.doctest import DocTestBuilder, TestCode, TestGroup, parser
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

from sphinxext.compare import ROOT, Failure
from sphinxext.lessons import is_lesson, script_of
from sphinxext.run import check_script, uncaught
from sphinxext.state import isolated
from sphinxext.whole_text import WholeText, names

logger = logging.getLogger(__name__)

PLAIN = "# >"


class LessonDocTestBuilder(DocTestBuilder):
    """Prove every line that a lesson prints and every ``>>>`` snippet."""

    def init(self) -> None:
        """Start all counts at zero."""
        super().init()
        self.promises = 0
        self.lessons = 0
        self.failures: list[Failure] = []
        self.refused: list[str] = []

    def write_documents(self, docnames: Set[str]) -> None:
        """Run lessons and snippets, saying which and how many of how many."""
        lessons = sorted(name for name in docnames if is_lesson(name))
        for number, docname in enumerate(lessons, 1):
            path = script_of(self._app, docname)
            logger.info("lesson %d of %d: %s", number, len(lessons), path.name)
            self.prove_lesson(path)
        with isolated():
            super().write_documents(set(docnames) - set(lessons))

    def prove_lesson(self, path: Path) -> None:
        """Run one script, and count its promises against a plain text search."""
        promises = 0
        failures = []
        try:
            for cell, _, failure in check_script(path):
                promises += len(cell.promises)
                if failure:
                    failures.append(failure)
        except SyntaxError as error:
            failures.append(uncaught(error, path))
        lines = path.read_text("utf-8").splitlines()
        written = sum(line.lstrip().startswith(PLAIN) for line in lines)
        if not failures and written != promises:
            wrong = f"{written} promises are written and {promises} were run"
            failures.append(Failure(path, 1, wrong))
        if not failures and not promises:
            failures.append(Failure(path, 1, "a lesson that promises nothing"))
        self.lessons += 1
        self.promises += promises
        self.failures += failures

    def get_filename_for_node(self, node: nodes.Node, docname: str) -> str:
        """Return the page's path from the root of the project."""
        path = Path(node.source or self.env.doc2path(docname))
        return (
            path.relative_to(ROOT).as_posix()
            if path.is_relative_to(ROOT)
            else str(path)
        )

    @staticmethod
    def get_line_number(node: nodes.Node) -> int | None:
        """Return the line of a block's first ``>>>``, counted from 0.

        In Markdown the stock builder names the line of the fence, one too early.
        """
        in_markdown = (node.source or "").endswith(".md")
        stock = DocTestBuilder.get_line_number(node)
        return stock + 1 if stock is not None and in_markdown else stock

    def _warn_out(self, text: str) -> None:
        """Keep what the snippets' failures say, to repeat it at the end."""
        self.refused.append(text)

    def test_group(self, group: TestGroup) -> bool:
        """Run the snippets of one group, comparing what they print whole."""
        self.test_runner._checker = WholeText()
        for code in (code for codes in group.tests for code in codes if code):
            self.refuse_options(code)
        return super().test_group(group)

    def refuse_options(self, code: TestCode) -> None:
        """Fail where a snippet, or one of its examples, asks for a loose comparison."""
        asked = [(code.lineno, list(code.options))]
        for example in parser.get_examples(code.code):
            loose = [flag for flag in example.options if flag != doctest.ELLIPSIS]
            asked.append((code.lineno + example.lineno, loose))
        for lineno, flags in asked:
            if flags:
                wrong = f"{names(flags)} is refused: output is compared whole"
                failure = Failure(ROOT / code.filename, lineno + 1, wrong)
                self.failures.append(failure)

    def test_doc(self, docname: str, doctree: nodes.Node) -> bool:
        """Run the snippets of one page."""
        logger.info("page %s", docname)
        return super().test_doc(docname, doctree)

    def finish(self) -> None:
        """Print what was proven; fail on any failure, and on nothing proven."""
        super().finish()
        if self.refused:
            logger.error("%s", "".join(self.refused))
        for failure in self.failures:
            logger.error("%s\n", failure)
        logger.info(
            "proven: %d promises of %d lessons, %d snippets",
            self.promises,
            self.lessons,
            self.total_tries - self.total_failures,
        )
        nothing = not (self.promises and self.lessons and self.total_tries)
        if nothing:
            logger.error("nothing proven: lessons, promises or snippets are missing")
        if self.failures or nothing:
            self._app.statuscode = 1


def setup(app: Sphinx) -> ExtensionMetadata:
    """Take the place of the stock builder."""
    app.setup_extension("sphinx.ext.doctest")
    app.add_builder(LessonDocTestBuilder, override=True)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
