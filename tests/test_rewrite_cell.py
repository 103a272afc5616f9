"""Promises go where their output belongs, and no line of code is lost."""

from pathlib import Path

import pytest

from sphinxext.promise import Cell, Promise, promises_in
from sphinxext.rewrite_cell import in_place, rewritten

FIRST = 11
"""The line of the script on which every cell here begins."""


def lines_of(source: str, *printed: tuple[int, str]) -> str:
    """Rewrite ``source``; ``printed`` counts lines from 1, as the source does."""
    cell = Cell(Path("plot_a.py"), FIRST, source, promises_in(source, FIRST))
    moved = [(FIRST + lineno - 1, text) for lineno, text in printed]
    return "\n".join(rewritten(cell, moved))


@pytest.mark.parametrize(
    ("source", "printed", "wanted"),
    [
        ("print(1)", [(1, "1")], "print(1)\n# > 1"),
        ("print()", [(1, "")], "print()\n# >"),
        ("print('1 ')", [(1, "1 ")], "print('1 ')\n# > 1 "),
        ("print(1)\n# > 2", [(1, "1")], "print(1)\n# > 1"),
        ("print(1)\n# > 2\n\n\n", [(1, "1")], "print(1)\n# > 1"),
        ("print('# b')\n# > # a", [(1, "# b")], "print('# b')\n# > # b"),
        ("x = 1\n# > 1", [], "x = 1"),
        ("x = 1  \n\n", [], "x = 1  "),
        ("y = X\n", [], "y = X"),
        ("# a comment", [], "# a comment"),
        ("\n# > 1", [], ""),
        ("\n# > 1\n# a comment", [], "\n# a comment"),
        ("# > 1\nprint(2)", [(2, "2")], "# > 2\nprint(2)"),
        ("# > 1\nprint(2, 3)", [(2, "2"), (2, "3")], "print(2, 3)\n# > 2\n# > 3"),
    ],
)
def test_one_statement(source, printed, wanted):
    assert wanted == lines_of(source, *printed)


def test_as_many_lines_as_promises_keep_the_places_of_the_promises():
    source = "print(1, 2)\nprint(3)\n# > a\nif x:\n    # > b\n    # > c\n    y"
    wanted = "print(1, 2)\nprint(3)\n# > 1\nif x:\n    # > 2\n    # >\n    y"

    assert wanted == lines_of(source, (1, "1"), (1, "2"), (2, ""))


def test_otherwise_the_promises_of_each_statement_stand_below_it():
    source = """\
print(
    1,
    2,
)
# > 1
# > 2
# a comment
x = 3

for n in (3, 4):
    # > 3
    print(n)

    print()

# the end"""
    printed = (3, "1"), (1, "2"), (12, "3"), (14, ""), (12, "4"), (14, "")

    assert """\
print(
    1,
    2,
)
# > 1
# > 2
# a comment
x = 3

for n in (3, 4):
    print(n)

    print()
# > 3
# >
# > 4
# >

# the end""" == lines_of(source, *printed)


def test_a_statement_with_as_many_lines_as_promises_keeps_their_places():
    source = "if x:\n    print(1)\n    # > a\n    y = 1\nprint(2)\nz = 3"
    wanted = "if x:\n    print(1)\n    # > 1\n    y = 1\nprint(2)\n# > 2\nz = 3"

    assert wanted == lines_of(source, (2, "1"), (5, "2"))


def test_two_statements_on_a_line_share_its_promises():
    source = "print(1); print(2)\n# > 1\nprint(3)"

    assert "print(1); print(2)\n# > 1\n# > 2\nprint(3)\n# > 3" == lines_of(
        source, (1, "1"), (1, "2"), (3, "3")
    )


def test_a_decorator_stays_with_its_function():
    source = "print(1)\n@a\ndef f():\n    pass"

    assert "print(1)\n# > 1\n@a\ndef f():\n    pass" == lines_of(source, (1, "1"))


def test_no_promise_is_left_over():
    with pytest.raises(ValueError):
        in_place(["print(1)", "# > 1"], 1, [Promise(2, "1")], [])
