"""Promises are found where they are, and nowhere else."""

from pathlib import Path

import pytest
from conftest import LESSON, ROOT, lessons_of

from sphinxext.promise import Cell, cells_of, promises_in


def test_a_promise_is_a_comment_line_of_its_own():
    source = 'print(1)  # > 1\nx = """\n# > 2\n"""\n    # > three\n# >\n#> 4\n# >5\n'

    found = promises_in("if 1:\n    pass\n" + source, 10)

    assert [("three", 16), ("", 17)] == [(p.text, p.lineno) for p in found]


def test_a_promise_keeps_its_spaces():
    assert ["  1   2"] == [p.text for p in promises_in("# >   1   2\n")]


def test_the_promises_of_a_cell_are_its_whole_output():
    source = "print(1)\n# > 1\nprint()\n# >\nprint(2)\n# > 2\n"
    cell = Cell(Path("plot_a.py"), 7, source, promises_in(source, 7))

    assert "1\n\n2" == cell.promised
    assert "print(1)\nprint()\nprint(2)\n" == cell.shown


def test_what_is_not_python_names_its_line():
    with pytest.raises(SyntaxError, match="line 2: EOF"):
        promises_in("print((\n")


def test_cells_know_their_lines(tmp_path: Path):
    path = tmp_path / "plot_a.py"
    path.write_text(LESSON, "utf-8")

    first, second = cells_of(path)

    lines = LESSON.split("\n")
    assert {path} == {first.path, second.path}
    assert () == first.promises
    assert "# > tensor(1.)" == lines[second.promises[0].lineno - 1]
    assert "tensor(1.)" == second.promised
    assert "# >" in second.source
    assert "# >" not in second.shown


def test_every_written_promise_of_the_lessons_is_found():
    lessons = lessons_of(ROOT)

    written = sum(
        line.lstrip().startswith("# >")
        for path in lessons
        for line in path.read_text("utf-8").splitlines()
    )
    found = sum(len(cell.promises) for path in lessons for cell in cells_of(path))

    assert len(lessons) >= 12
    assert written == found > 300
