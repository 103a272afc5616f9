"""What a cell prints is compared exactly, and the first difference is named."""

from pathlib import Path

import pytest

from sphinxext.compare import ROOT, Failure, bare_value, compare, inspect
from sphinxext.promise import Cell, promises_in

PATH = Path("lesson.py")


def cell(source: str) -> Cell:
    return Cell(PATH, 11, source, promises_in(source, 11))


def test_the_promised_output_is_accepted():
    assert compare(cell("print(1)\n# > 1\nprint()\n# >\n"), "1\n\n") is None


@pytest.mark.parametrize(
    ("printed", "lineno", "wrong", "texts"),
    [
        ("1\n3\n", 13, "another output", ("2", "3")),
        ("1\n", 13, "a promise without an output", ("2", "")),
        ("", 12, "a promise without an output", ("1", "")),
        ("1\n2\n3\n4\n", 13, "an output without a promise", ("", "3\n4")),
        ("1\n2\n\n", 13, "an output without a promise", ("", "")),
        ("1 \n2\n", 12, "another output", ("1", "1 ")),
        (" 1\n2\n", 12, "another output", ("1", " 1")),
        ("1.0\n2\n", 12, "another output", ("1", "1.0")),
        ("True\n2\n", 12, "another output", ("1", "True")),
    ],
)
def test_each_difference_is_named_with_its_line(printed, lineno, wrong, texts):
    failure = compare(cell("print(1, 2)\n# > 1\n# > 2\n"), printed)

    assert Failure(PATH, lineno, wrong, *texts) == failure


def test_a_print_without_a_promise_is_named():
    failure = compare(cell("x = 1\nprint(x)\n\n"), "1\n")

    assert Failure(PATH, 12, "an output without a promise", printed="1") == failure


def test_an_output_after_all_promises_is_named_by_the_last_of_them():
    failure = compare(cell("print(1, 2)\n# > 1\nx = 1\n"), "1\n2\n")

    assert Failure(PATH, 12, "an output without a promise", printed="2") == failure


def test_an_empty_line_is_an_output():
    unprinted = compare(cell("x = 1\n# >\n"), "")
    unpromised = compare(cell("print()\n"), "\n")

    assert Failure(PATH, 12, "a promise without an output") == unprinted
    assert Failure(PATH, 11, "an output without a promise") == unpromised
    assert compare(cell("print()\n# >\n"), "\n") is None
    assert compare(cell("x = 1\n"), "") is None


def test_dots_are_no_wildcard():
    assert compare(cell("print(1)\n# > ...\n"), "1\n") is not None


def test_a_promised_address_is_refused():
    text = "<object at 0x7f0012ab>"
    wrong = "a memory address, which changes from run to run, is promised"

    found = inspect(cell(f"print(x)\n# > 1\n# > {text}\n"))

    assert Failure(PATH, 13, wrong, text) == found
    assert inspect(cell("print(x)\n# > 0xff\n")) is None


@pytest.mark.parametrize(
    ("source", "value", "refused"),
    [
        ("x = 1\nx\n", 1, True),
        ("torch.add(x, 1)\n", 2, True),
        ("y.backward()\n", None, False),
        ("w.add_(1)\n", 3, False),
        ("x = 1\n", 1, False),
        ("for _ in x:\n    x\n", 1, False),
    ],
)
def test_a_bare_value_is_refused(source, value, refused):
    failure = bare_value(cell(source), value)

    wrong = "a bare expression whose value nothing proves: print it, or name it"
    wanted = Failure(PATH, 10 + source.count("\n"), wrong, printed=repr(value))
    assert failure == (wanted if refused else None)


def test_a_failure_says_where_and_what(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    path = ROOT / "examples" / "lesson.py"

    text = str(Failure(path, 3, "another output", "5 a", "6\n 7  b"))

    assert text == (
        "examples/lesson.py:3: another output\n"
        "    promised:\n        5 a\n    printed:\n        6\n         7  b"
    )


def test_a_failure_shows_both_texts_where_there_is_one():
    assert str(Failure(PATH, 3, "w", "5")).endswith(
        "w\n    promised:\n        5\n    printed:\n        -"
    )
    assert str(Failure(PATH, 3, "w", "", "6")).endswith(
        "w\n    promised:\n        -\n    printed:\n        6"
    )
    assert str(Failure(PATH, 3, "w")).endswith("lesson.py:3: w")
