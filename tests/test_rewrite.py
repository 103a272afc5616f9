"""Promises can be written by the tool, and it never loses a line of code."""

import re
import sys

import pytest
from conftest import LESSON, ROOT, lessons_of, run

from sphinxext.rewrite import rewrite
from sphinxext.run import check_script


@pytest.mark.parametrize("lesson", lessons_of(ROOT), ids=lambda path: path.stem)
def test_true_promises_stay_where_they_are(lesson):
    assert lesson.read_text("utf-8") == rewrite(lesson)


@pytest.mark.parametrize("lesson", lessons_of(ROOT), ids=lambda path: path.stem)
def test_promises_that_were_taken_out_come_back(lesson, tmp_path):
    text = lesson.read_text("utf-8")
    without = re.sub(r"(?m)^ *# >.*\n", "", text)
    copy = tmp_path / lesson.name
    copy.write_text(without, "utf-8")

    copy.write_text(rewrite(copy), "utf-8")

    assert without != text
    assert without == re.sub(r"(?m)^ *# >.*\n", "", copy.read_text("utf-8"))
    assert [] == [str(failure) for _, _, failure in check_script(copy) if failure]


def test_it_shows_the_difference_and_writes_on_request(tmp_path):
    path = tmp_path / "plot_a.py"
    path.write_text(LESSON.replace("tensor(1.)", "tensor(7.)"), "utf-8")
    command = (sys.executable, "-m", "sphinxext.rewrite", str(path))

    shown = run(ROOT, *command)
    before = path.read_text("utf-8")
    written = run(ROOT, *command, "--write")

    assert "-# > tensor(7.)\n+# > tensor(1.)" in shown.said
    assert "tensor(7.)" in before
    assert 0 == shown.status == written.status
    assert LESSON == path.read_text("utf-8")


def test_a_script_that_fails_is_named_with_its_line(tmp_path):
    path = tmp_path / "plot_a.py"
    path.write_text(LESSON + "\nraise ValueError('no')\n", "utf-8")

    result = run(ROOT, sys.executable, "-m", "sphinxext.rewrite", str(path))

    assert 1 == result.status
    line = LESSON.count("\n") + 2
    assert f"plot_a.py:{line}: ValueError: no" in result.said
    assert "Traceback" not in result.said
