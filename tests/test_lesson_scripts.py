"""A lesson is a page made from a script, and it is known which."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from sphinxext.lessons import is_lesson, script_of


@pytest.mark.parametrize(
    ("docname", "lesson"),
    [
        ("lessons/1_part/plot_1_a", True),
        ("lessons/1_part/index", False),
        ("lessons/plot_1_a", True),
        ("errors/plot_1_a", False),
        ("lessons", False),
        ("more/lessons/plot_1_a", False),
        ("lessons_plot/index", False),
    ],
)
def test_a_lesson_is_told_by_its_name(docname, lesson):
    assert lesson is is_lesson(docname)


def test_the_script_of_a_lesson_lies_in_the_folder_of_the_gallery(tmp_path):
    settings = SimpleNamespace(sphinx_gallery_conf={"examples_dirs": ["../examples"]})
    app = SimpleNamespace(srcdir=tmp_path / "docs", config=settings)

    found = script_of(app, "lessons/1_part/plot_1_lessons/a")

    assert Path(tmp_path / "examples" / "1_part" / "plot_1_lessons" / "a.py") == found
