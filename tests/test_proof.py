"""A page is compared with its source, cell by cell, before anything is written."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import LESSON
from docutils import nodes
from docutils.utils import new_document
from sphinx.testing.util import SphinxTestApp

from sphinxext.page_cells import pairs
from sphinxext.promise import Cell, promises_in
from sphinxext.proof import check, conclude, merge, prove, purge, start, unproven

PATH = Path("docs/page.md")
LESSON_NAME = "lessons/1_part/plot_a"


def block(text, line=None, **attributes):
    """Return a block of ``text`` as a page holds it."""
    node = nodes.literal_block(text, text, **attributes)
    node.line = line
    return node


def ran(text, *outputs, line=2):
    """Return a cell with its outputs, as MyST-NB puts them on a page."""
    printed = [block(text, classes=["output"], language="none") for text in outputs]
    return [block(text, line, language="ipython3"), *printed]


def page(*blocks):
    """Return a page with these blocks."""
    document = new_document("page")
    document += blocks
    return document


def cell(source, lineno=1):
    return Cell(PATH, lineno, source, promises_in(source, lineno))


@pytest.fixture
def app(tmp_path):
    """What the functions ask of Sphinx, with one lesson in its folder."""
    lesson = tmp_path / "examples" / "1_part" / "plot_a.py"
    lesson.parent.mkdir(parents=True)
    lesson.write_text(LESSON, "utf-8")
    gallery = {"examples_dirs": ["../examples"], "plot_gallery": True}
    found = SimpleNamespace(
        srcdir=tmp_path / "docs",
        config=SimpleNamespace(sphinx_gallery_conf=gallery, nb_execution_mode="cache"),
        env=SimpleNamespace(
            docname="page", doc2path=lambda name: tmp_path / "docs" / f"{name}.md"
        ),
    )
    start(found)
    return found


def lesson_page(printed="tensor(1.)"):
    """Return the page that sphinx-gallery makes from the small lesson."""
    head = "import torch\n\nw = torch.tensor(1.0, requires_grad=True)"
    work = "(w + 1).backward()\nprint(w.grad)\n# > tensor(1.)"
    return page(
        block(head, language="Python"),
        block(work, language="Python"),
        block(printed, classes=["sphx-glr-script-out"], language="none"),
    )


@pytest.mark.parametrize(
    "language", ["python", "python3", "py", "pycon", "pycon3", "default"]
)
def test_code_that_nothing_runs_is_refused(language):
    document = page(
        *ran("x = 1"),
        block("x", 7, language=language),
        nodes.paragraph("", "x", language=language),
    )

    assert [f"{PATH}:7: code that nothing runs: make it a snippet"] == [
        str(failure) for failure in unproven(document, PATH.resolve())
    ]


def test_a_block_without_language_or_line_is_named_by_its_page():
    (failure,) = unproven(page(block("x")), PATH)

    assert (PATH, 1) == (failure.path, failure.lineno)


@pytest.mark.parametrize(
    "attributes",
    [
        {"language": "console"},
        {"language": "python", "testnodetype": "doctest"},
        {"language": "python", "drawn": True},
        {"language": "python", "classes": ["followed"]},
    ],
)
def test_code_that_something_runs_or_that_is_no_python_is_left(attributes):
    assert [] == unproven(page(block("x", **attributes)), PATH)


def checked(cells, *blocks):
    return [str(failure) for failure in check(cells, pairs(page(*blocks)), PATH)]


def test_a_page_that_shows_what_was_promised_is_accepted():
    cells = [cell("print(1)\n# > 1\n"), cell("x = 2\n\n", 5)]

    assert [] == checked(cells, *ran("print(1)\n# > 1", "1"), *ran("\nx = 2"))


def test_every_broken_promise_of_a_page_is_named():
    cells = [cell("print(1)\n# > 1"), cell("x = 2", 5), cell("print(x)\n# > 2", 7)]

    failures = checked(
        cells,
        *ran("print(1)\n# > 1", "3"),
        *ran("x = 2"),
        *ran("print(x)\n# > 2", "2", "4"),
    )

    assert [
        ":2: another output\n    promised:\n        1\n    printed:\n        3",
        ":8: an output without a promise\n    promised:\n        -\n    printed:\n"
        "        4",
    ] == [failure.partition("page.md")[2] for failure in failures]


def test_an_address_is_refused_also_where_it_was_printed():
    text = "<object at 0x7f0012ab>"
    source = f"print(x)\n# > {text}"

    (failure,) = checked([cell(source)], *ran(source, text))

    assert "page.md:2: a memory address" in failure


def test_a_page_with_other_code_is_refused():
    (failure,) = checked([cell("x = 1", 4)], *ran("x = 2"))

    assert failure.endswith("page.md:4: the page shows other code than this")


def test_a_page_with_another_number_of_cells_is_refused():
    (failure,) = checked([cell("x = 1", 4)])

    assert failure.endswith("page.md:1: 1 cells in the source, 0 on the page")
    (failure,) = checked([], *ran("x = 1"))
    assert failure.endswith("page.md:1: 0 cells in the source, 1 on the page")


def test_a_proven_notebook_is_counted_and_shown_without_promises(app):
    document = page(*ran("# graph: y\nprint(1)\n# > 1", "1"), *ran("x = 2"))

    prove(app, document)

    assert {"page": 1} == app.env.proof_counts
    assert {} == app.env.proof_failures
    assert ["print(1)", "1", "x = 2"] == [node.astext() for node in document]
    assert [["graph: y"], []] == [code["marks"] for code, _ in pairs(document)]


def test_a_page_without_a_cell_is_not_counted(app):
    prove(app, page(nodes.paragraph("", "words")))

    assert {} == app.env.proof_counts == app.env.proof_failures


def test_a_broken_notebook_keeps_its_promises_and_is_not_counted(app):
    document = page(
        block("y", 9, language="python"), *ran("print(1)\n# > 1", "2", line=4)
    )

    prove(app, document)

    unrun, broken = app.env.proof_failures["page"]
    assert "docs/page.md:9: code that nothing runs" in unrun
    assert "docs/page.md:4: another output" in broken
    assert {} == app.env.proof_counts
    assert "print(1)\n# > 1" == document[1].astext()


def test_a_lesson_is_compared_with_its_script(app):
    app.env.docname = LESSON_NAME
    document = lesson_page()

    prove(app, document)
    assert {LESSON_NAME: 1} == app.env.proof_counts
    assert {} == app.env.proof_failures
    assert "(w + 1).backward()\nprint(w.grad)" == document[1].astext()

    prove(app, lesson_page("tensor(2.)"))
    (failure,) = app.env.proof_failures[LESSON_NAME]
    line = LESSON.count("\n")
    assert f"examples/1_part/plot_a.py:{line}: another output" in failure


def test_a_lesson_whose_page_lacks_a_cell_is_named_by_its_script(app):
    app.env.docname = LESSON_NAME
    document = lesson_page()
    del document[1:]

    prove(app, document)

    (failure,) = app.env.proof_failures[LESSON_NAME]
    wrong = "2 cells in the source, 1 on the page"
    assert failure.endswith(f"examples/1_part/plot_a.py:1: {wrong}")

    app.config.sphinx_gallery_conf["plot_gallery"] = False
    with pytest.raises(ValueError):
        prove(app, document)


def test_a_lesson_that_did_not_run_is_not_compared(app):
    app.env.docname = LESSON_NAME
    app.config.sphinx_gallery_conf["plot_gallery"] = False
    document = lesson_page()
    del document[2]

    prove(app, document)

    assert {} == app.env.proof_failures
    assert "(w + 1).backward()\nprint(w.grad)" == document[1].astext()


def test_a_notebook_is_compared_also_where_no_lesson_ran(app):
    app.config.sphinx_gallery_conf["plot_gallery"] = False

    prove(app, page(*ran("print(1)\n# > 1", "2")))

    assert ["page"] == list(app.env.proof_failures)


def test_a_notebook_that_did_not_run_is_not_compared(app):
    app.config.nb_execution_mode = "off"
    document = page(*ran("print(1)\n# > 1"))

    prove(app, document)

    assert {} == app.env.proof_failures
    assert "print(1)" == document[0].astext()


def test_unproven_code_of_a_lesson_is_named_by_its_page(app):
    app.env.docname = LESSON_NAME
    document = lesson_page()
    document += block("y", 3, language="python")

    prove(app, document)

    (failure,) = app.env.proof_failures[LESSON_NAME]
    assert f"docs/{LESSON_NAME}.md:3: code that nothing runs" in failure


def test_what_earlier_builds_found_is_kept_until_a_page_is_read_again(app):
    env = app.env
    env.proof_counts |= {"page": 1, "other": 2}
    env.proof_failures |= {"page": ["a"], "another": ["b"]}

    start(app)
    purge(app, env, "page")
    purge(app, env, "unknown")

    assert {"other": 2} == env.proof_counts
    assert {"another": ["b"]} == env.proof_failures


def test_what_a_parallel_reader_found_is_taken_over(app):
    app.env.proof_counts |= {"page": 1}
    found = SimpleNamespace(proof_counts={"b": 2}, proof_failures={"c": ["wrong"]})

    merge(app, app.env, ["b", "c"], found)

    assert {"page": 1, "b": 2} == app.env.proof_counts
    assert {"c": ["wrong"]} == app.env.proof_failures


def test_a_proven_build_says_how_much_was_proven(app, said):
    app.env.proof_counts |= {"page": 3, LESSON_NAME: 2, "lessons/plot_b": 1}

    conclude(app, app.env)

    assert ["INFO: proven on the pages: 6 promises of 2 lessons"] == said


def test_all_failures_end_a_build_in_the_order_of_the_pages(app, said):
    app.env.proof_counts |= {LESSON_NAME: 2}
    app.env.proof_failures |= {"b": ["second"], "a": ["first", "and more"]}

    with pytest.raises(SystemExit):
        conclude(app, app.env)

    assert ["first\n", "and more\n", "second\n", "not proven: 3"] == [
        text.removeprefix("ERROR: ") for text in said
    ]


@pytest.mark.parametrize(
    ("counts", "found"),
    [
        ({}, "0 lessons and 0 promises"),
        ({"page": 3}, "0 lessons and 3 promises"),
        ({LESSON_NAME: 0}, "1 lessons and 0 promises"),
    ],
)
def test_a_build_that_proves_nothing_ends(app, said, counts, found):
    app.env.proof_counts |= counts

    with pytest.raises(SystemExit):
        conclude(app, app.env)

    assert f"ERROR: ../examples: {found}: nothing to prove\n" == said[0]


def test_a_build_without_execution_proves_nothing_and_says_so_of_nothing(app, said):
    app.config.sphinx_gallery_conf["plot_gallery"] = False

    conclude(app, app.env)

    assert [] == said


SETTINGS = """
extensions = ["sphinxext.proof"]


def setup(app):
    gallery = {"examples_dirs": ["../examples"], "plot_gallery": False}
    app.add_config_value("sphinx_gallery_conf", gallery, "")
    app.add_config_value("nb_execution_mode", "cache", "")
"""
RAN = """
.. code-block:: ipython3

   print(1)
   # > 1

.. code-block:: none
   :class: output

   {}
"""


@pytest.fixture(params=[0, 2], ids=["one process", "two processes"])
def building(tmp_path, request):
    """A build of six pages, whose page ``e`` prints what it does not promise."""
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "conf.py").write_text(SETTINGS, "utf-8")
    for name in ("index", "b", "c", "d", "e", "f"):
        printed = 2 if name == "e" else 1
        (folder / f"{name}.rst").write_text(f"T\n=\n{RAN.format(printed)}", "utf-8")
    app = SphinxTestApp(srcdir=folder, parallel=request.param)
    yield app
    app.cleanup()


def test_a_build_ends_at_a_broken_promise_and_forgets_it_when_it_holds(building):
    with pytest.raises(SystemExit):
        building.build()
    assert re.search(r"e\.rst:\d+: another output", building.warning.getvalue())
    assert {"index", *"bcdf"} == set(building.env.proof_counts)

    (building.srcdir / "e.rst").write_text(f"T\n=\n{RAN.format(1)}", "utf-8")
    (building.srcdir / "f.rst").unlink()
    building.build()
    assert {"index", *"bcde"} == set(building.env.proof_counts)
    assert {} == building.env.proof_failures


def test_promises_are_gone_before_a_page_is_shaped(building):
    seen = []
    (building.srcdir / "e.rst").write_text("T\n=\n", "utf-8")
    building.parallel = 0
    building.connect("doctree-read", lambda app, tree: seen.append(str(tree)), 101)

    building.build()

    assert 6 == len(seen)
    assert "print(1)" in seen[0]
    assert "# >" not in "".join(seen)


def test_pages_are_read_and_written_in_parallel(building):
    assert building.is_parallel_allowed("read")
    assert building.is_parallel_allowed("write")
