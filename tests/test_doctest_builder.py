"""The doctest builder runs lessons and snippets, counts them, and names each line."""

import io
import re

import pytest
from conftest import LESSON
from docutils import nodes
from sphinx.testing.util import SphinxTestApp

from sphinxext.compare import ROOT
from sphinxext.doctest_builder import LessonDocTestBuilder

SETTINGS = """
extensions = ["sphinx.ext.doctest", "sphinxext.doctest_builder"]
doctest_show_successes = False
doctest_default_flags = 0
doctest_global_setup = "import torch"


def setup(app):
    gallery = {"examples_dirs": ["../examples"]}
    app.add_config_value("sphinx_gallery_conf", gallery, "")
"""
SNIPPET = """
T
=

>>> 1 + 1
2
>>> torch.is_grad_enabled()
True
"""
LINE = LESSON.count("\n")


class Project:
    """A folder with pages and lessons, and one build of it in this process."""

    def __init__(self, folder):
        self.docs, self.examples = folder / "docs", folder / "examples"
        (self.docs / "lessons" / "1_part").mkdir(parents=True)
        (self.examples / "1_part").mkdir(parents=True)
        (self.docs / "conf.py").write_text(SETTINGS, "utf-8")
        self.page(SNIPPET)

    def page(self, text, name="index.rst"):
        (self.docs / name).write_text(text, "utf-8")

    def lesson(self, text=LESSON, name="plot_a"):
        (self.examples / "1_part" / f"{name}.py").write_text(text, "utf-8")
        # a snippet on the page of a lesson is the script's: nothing runs it twice
        page = SNIPPET.replace("2\n", "wrong\n")
        self.page(page, f"lessons/1_part/{name}.rst")

    def build(self):
        """Return the builder, the status of the build and what it said."""
        app = SphinxTestApp("doctest", srcdir=self.docs)
        try:
            app.build()
        finally:
            app.cleanup()
        said = app.status.getvalue() + app.warning.getvalue()
        return app.builder, app.statuscode, re.sub(r"\x1b\[[\d;]*m", "", said)


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


def test_what_is_proven_is_counted(project):
    project.lesson()
    cell = "\n# %%\n# T.\n\nprint(1, 2, sep='\\n')\n# > 1\n    # > 2\n"
    project.lesson(LESSON + cell, "plot_b")

    builder, status, said = project.build()

    assert isinstance(builder, LessonDocTestBuilder)
    assert 0 == status
    assert "lesson 1 of 2: plot_a.py\nlesson 2 of 2: plot_b.py\n" in said
    assert ["index"] == re.findall("^page (.*)", said, re.MULTILINE)
    assert "\nproven: 4 promises of 2 lessons, 2 snippets\n" in said
    assert builder._app.is_parallel_allowed("read")
    assert builder._app.is_parallel_allowed("write")


@pytest.mark.parametrize(
    ("lesson", "line", "wrong"),
    [
        (LESSON.replace("tensor(1.)", "tensor(2.)"), LINE, "another output"),
        (LESSON + "x = = 1\n", LINE + 1, "an uncaught error"),
        (LESSON + "x = (\n", 1, "an uncaught error"),
        (LESSON + 'x = """\n# > 1\n"""\n', 1, "2 promises are written and 1 were run"),
        (LESSON.partition("# %%")[0], 1, "a lesson that promises nothing"),
    ],
)
def test_a_broken_lesson_fails_the_build_and_the_others_still_run(
    project, lesson, line, wrong
):
    project.lesson(lesson)
    project.lesson(name="plot_b")

    builder, status, said = project.build()

    assert 1 == status
    (failure,) = builder.failures
    assert (line, wrong) == (failure.lineno, failure.wrong)
    assert f"ERROR: {failure}\n\n" in said
    assert "plot_b.py" in said
    assert " of 2 lessons, 2 snippets" in said


def test_a_lesson_is_utf_8_also_where_the_machine_s_own_encoding_is_another(
    project, monkeypatch
):
    project.lesson(LESSON.replace("Text.", "Texte, d’où ∂."))
    monkeypatch.setattr(io, "text_encoding", lambda given, *_: given or "ascii")

    assert 0 == project.build()[1]


def test_a_lesson_does_not_change_what_a_snippet_sees(project):
    project.lesson(LESSON + "torch.set_grad_enabled(False)\n_ = 0\n")

    assert 0 == project.build()[1]


def test_a_broken_snippet_is_repeated_at_the_end(project):
    project.lesson()
    project.page(SNIPPET.replace("\n2\n", "\n3\n").replace("True", "False"))

    builder, status, said = project.build()

    assert 1 == status
    assert "Expected:\n    3\nGot:\n    2" in "".join(builder.refused)
    assert f"ERROR: {''.join(builder.refused)}" in said
    assert "proven: 1 promises of 1 lessons, 0 snippets" in said
    assert [] == builder.failures
    assert "nothing proven" not in said


@pytest.mark.parametrize("missing", ["lessons", "snippets"])
def test_a_build_without_lessons_or_snippets_fails(project, missing):
    if missing == "lessons":
        project.page(SNIPPET)
    else:
        project.lesson()
        project.page("T\n=\n")

    _, status, said = project.build()

    assert 1 == status
    wrong = "nothing proven: lessons, promises or snippets are missing"
    assert f"ERROR: {wrong}\n" in said


@pytest.mark.parametrize(
    ("source", "line", "wanted"),
    [("page.rst", 7, 6), ("page.md", 7, 7), (None, 7, 6), ("page.md", None, None)],
)
def test_the_line_of_a_snippet_is_that_of_its_first_prompt(source, line, wanted):
    node = nodes.doctest_block(">>> 1\n1", ">>> 1\n1")
    node.source, node.line = source, line

    assert wanted == LessonDocTestBuilder.get_line_number(node)


def test_a_snippet_is_named_by_its_page_from_the_root_of_the_project(project):
    project.lesson()
    builder, _, _ = project.build()
    node = nodes.doctest_block()

    def name(source):
        node.source = source
        return builder.get_filename_for_node(node, "index")

    assert "docs/page.md" == name(str(ROOT / "docs" / "page.md"))
    assert "/elsewhere/page.md" == name("/elsewhere/page.md")
    assert str(project.docs / "index.rst") == name(None)


@pytest.mark.parametrize(
    ("snippet", "line"),
    [
        (">>> 1  # doctest: +SKIP\n1\n", 10),
        (">>> 1\n1\n>>> 2  # doctest: +SKIP\n2\n", 12),
        (".. doctest::\n   :options: +NORMALIZE_WHITESPACE\n\n   >>> 1\n   1\n", 10),
    ],
)
def test_a_snippet_that_asks_for_a_loose_comparison_fails_with_its_line(
    project, snippet, line
):
    project.lesson()
    project.page(SNIPPET + "\n" + snippet)

    builder, status, _ = project.build()

    assert 1 == status
    (failure,) = builder.failures
    assert (line, "index.rst") == (failure.lineno, failure.path.name)
    assert failure.wrong.endswith(" is refused: output is compared whole")
