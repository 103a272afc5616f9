"""Promises can be written by the tool, and it never loses a line of code."""

import re
import sys
from pathlib import Path

import pytest
from conftest import LESSON, ROOT, lessons_of, run

from sphinxext.rewrite import main, rewrite
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


@pytest.fixture
def lesson(tmp_path, monkeypatch):
    """A small lesson with a promise that it breaks, in the folder of the command."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "plot_a.py"
    path.write_text(LESSON.replace("tensor(1.)", "tensor(7.)"), "utf-8")
    return path


@pytest.fixture
def command(monkeypatch):
    """The command, in this process."""

    def start(*arguments):
        monkeypatch.setattr(sys, "argv", ["rewrite.py", *arguments])
        main()

    return start


DIFFERENCE = """\
--- plot_a.py
+++ plot_a.py
@@ -16,4 +16,4 @@
 
 (w + 1).backward()
 print(w.grad)
-# > tensor(7.)
+# > tensor(1.)
"""


def test_it_shows_the_difference_and_writes_on_request(lesson, command, capsys):
    before = lesson.read_text("utf-8")

    command("plot_a.py")
    assert DIFFERENCE == capsys.readouterr().out
    assert before == lesson.read_text("utf-8")

    command("plot_a.py", "--write")
    assert DIFFERENCE + "plot_a.py: written\n" == capsys.readouterr().out
    assert LESSON == lesson.read_text("utf-8")

    command("--write", "plot_a.py")
    assert "plot_a.py: every promise holds\n" == capsys.readouterr().out


def test_a_script_that_fails_is_named_with_its_line(lesson, command):
    text = LESSON + "\nraise ValueError('no')\n"
    lesson.write_text(text, "utf-8")

    with pytest.raises(SystemExit) as ended:
        command("plot_a.py", "--write")

    line = LESSON.count("\n") + 2
    assert f"plot_a.py:{line}: ValueError: no" == ended.value.code
    assert text == lesson.read_text("utf-8")


def test_a_script_that_is_not_there_is_named(lesson, command):
    with pytest.raises(SystemExit) as ended:
        command("plot_b.py")

    assert "plot_b.py: there is no such file" == ended.value.code


def test_the_command_says_how_to_call_it(command, capsys):
    with pytest.raises(SystemExit):
        command("--help")

    said = capsys.readouterr().out
    assert "usage: python -m sphinxext.rewrite [-h] [--write] script" in said
    assert re.search(r"--write +change the file\n", said)


def test_the_command_runs_as_a_module(tmp_path):
    command = (sys.executable, "-m", "sphinxext.rewrite", str(tmp_path / "plot_a.py"))

    result = run(ROOT, *command)

    assert 1 == result.status
    assert f"{tmp_path / 'plot_a.py'}: there is no such file\n" == result.said


def test_scripts_are_utf_8_whatever_the_locale_is(lesson):
    text = LESSON + "print('é')\n"
    lesson.write_text(text, "utf-8")
    program = "from sphinxext.rewrite import main; main()"

    result = run(
        ROOT,
        *(sys.executable, "-c", program, str(lesson), "--write"),
        LC_ALL="C",
        PYTHONCOERCECLOCALE="0",
        PYTHONUTF8="0",
        PYTHONIOENCODING="utf-8",
    )

    assert 0 == result.status, result.said
    assert (text + "# > é\n").encode() == lesson.read_bytes()


@pytest.fixture
def encodings(monkeypatch):
    """The encodings with which a lesson was read or written, None for no word."""
    asked = []

    def note(name, place):
        whole = getattr(Path, name)

        def noted(path, *given, **named):
            if path.name == "plot_a.py":
                asked.append([*given[place:], *named.values(), None][0])
            return whole(path, *given, **named)

        monkeypatch.setattr(Path, name, noted)

    note("read_text", 0)
    note("write_text", 1)
    return asked


def test_it_leaves_no_encoding_to_the_machine(lesson, command, encodings):
    command("plot_a.py", "--write")

    assert len(encodings) > 2
    assert {"utf-8"} == set(encodings)


PROMISED = '''\
"""
A
=
"""

def say(text):
    print(text, end="")

# %%
# T.

for n in range(2):
    say(n)

say("\\n")
# > 01
print("é")
# > é
print("a", "b", sep="\\n")
# > a
# > b
print("no end", end="")
# > no end

# %%
# T.

say("a cell of its own")
print()
# > a cell of its own

# the end
'''


def test_a_line_belongs_to_the_statement_that_ends_it_ended_or_not(tmp_path):
    path = tmp_path / "plot_a.py"
    without = re.sub("(?m)^# >.*\n", "", PROMISED)
    path.write_text(without.replace('("é")\n', '("é")\n# > old\n'), "utf-8")

    assert PROMISED == rewrite(path)
