"""What a cell prints is compared exactly, and the first difference is named."""

from pathlib import Path

import pytest

from sphinxext.compare import Failure, bare_value, compare, inspect
from sphinxext.promise import Cell, promises_in

PATH = Path("lesson.py")


def cell(source: str) -> Cell:
    return Cell(PATH, 11, source, promises_in(source, 11))


def test_the_promised_output_is_accepted():
    assert compare(cell("print(1)\n# > 1\nprint()\n# >\n"), "1\n\n") is None


@pytest.mark.parametrize(
    ("printed", "lineno", "wrong"),
    [
        ("1\n3\n", 13, "another output"),
        ("1\n", 13, "a promise without an output"),
        ("", 12, "a promise without an output"),
        ("1\n2\n3\n", 13, "an output without a promise"),
        ("1\n2\n\n", 13, "an output without a promise"),
        ("1 \n2\n", 12, "another output"),
        (" 1\n2\n", 12, "another output"),
        ("1.0\n2\n", 12, "another output"),
        ("True\n2\n", 12, "another output"),
    ],
)
def test_each_difference_is_named_with_its_line(printed, lineno, wrong):
    failure = compare(cell("print(1, 2)\n# > 1\n# > 2\n"), printed)

    assert (lineno, wrong) == (failure.lineno, failure.wrong)


def test_a_print_without_a_promise_is_named():
    failure = compare(cell("x = 1\nprint(x)\n"), "1\n")

    assert (12, "an output without a promise") == (failure.lineno, failure.wrong)
    assert "1" == failure.printed


def test_dots_are_no_wildcard():
    assert compare(cell("print(1)\n# > ...\n"), "1\n") is not None


def test_a_promised_address_is_refused():
    assert inspect(cell("print(x)\n# > <object at 0x7f0012ab>\n")).lineno == 12
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

    assert refused == (failure is not None)
    if refused:
        assert failure.lineno == 10 + source.count("\n")


def test_a_failure_says_where_and_what():
    text = str(Failure(PATH.resolve(), 3, "another output", "5", "6\n7"))

    assert "lesson.py:3: another output" in text
    assert "    promised:\n        5\n    printed:\n        6\n        7" in text
