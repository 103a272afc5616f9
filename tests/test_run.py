"""A lesson runs cell by cell as a reader would run it, and each line is its own."""

import io
import os
import pickle
import sys
import traceback
from pathlib import Path

import pytest
from conftest import LESSON

from sphinxext.promise import Cell, promises_in
from sphinxext.run import (
    VALUE,
    as_main,
    check_cell,
    check_script,
    lineno_of,
    run_cell,
    uncaught,
)

PATH = Path("/nowhere/plot_a.py")
FIRST = 11
"""The line of the script on which every cell here begins."""


def cell(source: str) -> Cell:
    return Cell(PATH, FIRST, source, promises_in(source, FIRST))


def raised(source: str) -> BaseException:
    """Return what a cell with ``source`` raises."""
    with pytest.raises(BaseException) as caught:
        run_cell(cell(source), {})
    return caught.value


def test_a_cell_gives_what_it_printed_and_the_value_of_its_last_expression():
    names = {"x": 2}

    assert ("2\n", 4) == run_cell(cell("print(x)\ny = x\nx + y"), names)
    assert ("", None) == run_cell(cell("z = 7"), names)
    assert ("2\n", None) == run_cell(cell("print(y)"), names)
    assert (2, 2, 7) == (names["x"], names["y"], names["z"])
    assert VALUE not in names


def test_an_earlier_value_is_not_the_value_of_a_statement():
    names = {}

    run_cell(cell("'kept'"), names)

    assert ("", None) == run_cell(cell("x = 1"), names)


def test_what_a_cell_says_on_stderr_counts_as_printed(capsys):
    source = "import sys\nprint('a')\nsys.stderr.write('b\\n')"
    printed, _ = run_cell(cell(source), {})

    assert "a\nb\n" == printed
    assert ("", "") == capsys.readouterr()


def test_a_stream_of_the_caller_is_written_to():
    stream = io.StringIO()

    assert ("1\n", None) == run_cell(cell("print(1)"), {}, stream)
    assert "1\n" == stream.getvalue()


def test_a_traceback_points_into_the_script():
    error = raised("def f():\n    return 1 / 0\n\nx = 1\nf()")

    frames = traceback.extract_tb(error.__traceback__)
    own = [frame.lineno for frame in frames if frame.filename == str(PATH)]
    assert [FIRST + 4, FIRST + 1] == own
    assert FIRST + 1 == lineno_of(error, PATH)


def test_the_last_expression_keeps_its_line():
    error = raised("x = 1\n\n(x +\n 'a')")

    assert FIRST + 2 == lineno_of(error, PATH)


def test_an_error_in_a_library_is_named_by_the_line_that_led_there():
    error = raised("import json\n\njson.loads('{')")

    assert FIRST + 2 == lineno_of(error, PATH)


def test_an_error_outside_the_script_is_named_by_its_first_line():
    assert 1 == lineno_of(ValueError("no traceback"), PATH)
    assert 1 == lineno_of(SyntaxError("m", ("other.py", 7, 1, "x")), PATH)
    assert 1 == lineno_of(SyntaxError("m", (str(PATH), 0, 1, "x")), PATH)
    assert 7 == lineno_of(SyntaxError("m", (str(PATH), 7, 1, "x")), PATH)
    assert FIRST + 1 == lineno_of(raised("x = 1\ny = = 1"), PATH)


@pytest.mark.parametrize(
    ("source", "kind", "text"),
    [
        ("int('x')", "error", "ValueError: invalid literal for int() with base 10:"),
        ("raise UserWarning('old')", "warning", "UserWarning: old"),
        ("raise SystemExit(3)", "error", "SystemExit: 3"),
    ],
)
def test_what_a_script_does_not_catch_is_said_with_its_text(source, kind, text):
    failure = uncaught(raised(source), PATH)

    assert f"an uncaught {kind}" == failure.wrong
    assert (PATH, FIRST, "") == (failure.path, failure.lineno, failure.promised)
    assert failure.printed.startswith(text)
    assert failure.printed == failure.printed.rstrip()
    assert "\n" not in failure.printed


def test_a_line_that_is_no_python_is_shown():
    where, line, *_, kind = uncaught(raised("y = = 1"), PATH).printed.split("\n")

    assert f'  File "{PATH}", line {FIRST}' == where
    assert "    y = = 1" == line
    assert "SyntaxError: invalid syntax" == kind


@pytest.fixture
def script(tmp_path):
    """A place for a script, in a folder of its own."""
    return tmp_path / "plot_a.py"


def test_a_script_is_main_in_its_folder_and_the_process_is_put_back(script):
    main, folder = sys.modules["__main__"], os.getcwd()

    with as_main(script) as names:
        assert "__main__" == names["__name__"]
        assert vars(sys.modules["__main__"]) is names
        assert main is not sys.modules["__main__"]
        assert str(script.parent) == os.getcwd()
        exec("class Kept:\n    pass", names)
        assert isinstance(pickle.loads(pickle.dumps(names["Kept"]())), names["Kept"])
        os.environ["LEFT"] = "behind"

    assert main is sys.modules["__main__"]
    assert folder == os.getcwd()
    assert "LEFT" not in os.environ


def test_the_process_is_put_back_after_an_error_too(script):
    main, folder = sys.modules["__main__"], os.getcwd()

    with pytest.raises(ZeroDivisionError), as_main(script):
        raise ZeroDivisionError

    assert main is sys.modules["__main__"]
    assert folder == os.getcwd()


@pytest.mark.parametrize(
    ("source", "printed", "wrong"),
    [
        ("print(1)\n# > 1", "1\n", None),
        ("print(1)\n# > 2", "1\n", "another output"),
        ("x = 1", "", None),
        ("x = 1\nx", "", "a bare expression whose value nothing proves"),
        ("print(1)\nx = 1\nx", "1\n", "an output without a promise"),
        ("print(1)\n# > 0x7f0012ab", "", "a memory address"),
        ("print(1)\n1 / 0", "", "an uncaught error"),
    ],
)
def test_a_cell_is_checked(source, printed, wrong):
    found, failure = check_cell(cell(source), {})

    assert printed == found
    assert (wrong is None) == (failure is None)
    if failure:
        assert failure.wrong.startswith(wrong)
        assert PATH == failure.path


def test_a_cell_with_a_promised_address_does_not_run():
    names = {}

    check_cell(cell("x = 1\n# > 0x7f0012ab"), names)

    assert "x" not in names


def test_the_cells_of_a_script_share_names_and_are_given_one_by_one(script):
    script.write_text(LESSON, "utf-8")

    first, second = check_script(script)

    assert ("", None) == first[1:]
    assert ("tensor(1.)\n", None) == second[1:]
    assert "import torch" in first[0].source
    assert "# > tensor(1.)" in second[0].source


def test_a_script_goes_on_after_a_broken_promise_and_stops_after_an_error(script):
    more = "\n# %%\n# T.\n\n{}\n"
    script.write_text(
        LESSON.replace("tensor(1.)", "tensor(2.)")
        + more.format("w.backward(3)")
        + more.format("print(1)"),
        "utf-8",
    )

    failures = [failure and failure.wrong for _, _, failure in check_script(script)]

    assert [None, "another output", "an uncaught error"] == failures


def test_a_script_that_is_no_python_is_named_with_its_line(script):
    script.write_text(LESSON + "x = = 1\n", "utf-8")

    *_, (_, _, failure) = check_script(script)

    assert "SyntaxError" in failure.printed
    assert LESSON.count("\n") + 1 == failure.lineno


def test_a_script_with_an_open_bracket_has_no_cells(script):
    script.write_text(LESSON + "x = (\n", "utf-8")

    with pytest.raises(SyntaxError):
        next(check_script(script))
