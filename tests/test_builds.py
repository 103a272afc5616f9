"""Both builds refuse each kind of unproven output, with file, line and both texts."""

import re

import pytest
from conftest import AWKWARD, HOME, LESSON, site, tiny_site

LINE = LESSON.count("\n")
"""The last line of the small lesson, which holds its only promise."""

CAUGHT = """\
# %%
# More text.

try:
    torch.ones(1).backward()
except RuntimeError as error:
    print(error)
# > element 0 of tensors does not require grad and does not have a grad_fn
"""
NOT_RAISED = CAUGHT.replace("torch.ones(1).backward()", "torch.ones(1).sum()")
MORE = LINE + CAUGHT.count("\n")

PROMISES = {
    "digit": (LESSON.replace("tensor(1.)", "tensor(2.)"), LINE, "another output"),
    "word": (LESSON + CAUGHT.replace("element 0", "item 0"), MORE, "another output"),
    "unpromised": (
        LESSON + "print(w)\n",
        LINE,
        "an output without a promise",
    ),
    "unprinted": (LESSON + "# > more\n", LINE + 1, "a promise without an output"),
    "not_raised": (LESSON + NOT_RAISED, MORE, "a promise without an output"),
    "address": (
        LESSON + "print(w.grad_fn)\n# > <AddBackward0 object at 0x7f00aabbccdd>\n",
        LINE + 2,
        "a memory address",
    ),
}
RAISES = {
    "uncaught": (LESSON + "\n# %%\n# T.\n\nw.backward(3)\n", LINE + 5, "an uncaught"),
    "warning": (
        LESSON + "\n# %%\n# T.\n\nprint((w * 2).grad)\n# > None\n",
        LINE + 5,
        "an uncaught",
    ),
    "syntax": (LESSON + "\n# %%\n# T.\n\nw = = 3\n", LINE + 5, "invalid syntax"),
    "bare": (LESSON + "\n# %%\n# T.\n\nw * 3\n", LINE + 5, "a bare expression"),
}


def texts(cases):
    return {name: case[0] for name, case in cases.items()}


@pytest.fixture(scope="module", params=["html", "doctest"])
def command(request):
    return request.param


@pytest.fixture(scope="module")
def refused(tmp_path_factory, command):
    """Both builds of two tiny sites: broken promises, and scripts that stop."""
    said = ""
    for cases in (PROMISES, {n: c for n, c in RAISES.items() if n != "syntax"}):
        folder = tiny_site(tmp_path_factory.mktemp(command) / AWKWARD, texts(cases))
        result = site(folder, command)
        assert 0 != result.status, result.said
        assert not (folder / "_build" / "html").exists()
        said += result.said
    return re.sub(r"\x1b\[[0-9;]*m", "", said)


@pytest.mark.parametrize("name", [*PROMISES, "uncaught", "warning", "bare"])
def test_each_unproven_output_is_named(refused, name):
    _, lineno, wrong = (PROMISES | RAISES)[name]

    found = re.findall(rf"examples/1_part/plot_{name}\.py:(\d+): ([^\n]+)", refused)

    assert found
    assert (str(lineno), True) in {(line, wrong in text) for line, text in found}


def test_both_texts_are_shown(refused):
    assert "promised:\n        tensor(2.)\n    printed:\n        tensor(1.)" in refused


def test_no_traceback_of_ours_is_shown(refused):
    assert "sphinxext" not in refused
    assert "Last Messages" not in refused


def test_the_last_line_says_what_to_do(refused, command):
    assert f"run make {command} again" in refused.rstrip().split("\n")[-1]


def test_a_syntax_error_is_named(tmp_path, command):
    folder = tiny_site(tmp_path / AWKWARD, texts({"syntax": RAISES["syntax"]}))

    result = site(folder, command)

    assert 0 != result.status
    assert f"examples/1_part/plot_syntax.py:{LINE + 5}" in result.said
    assert "invalid syntax" in result.said


def test_a_wrong_snippet_is_named(tmp_path):
    home = HOME.replace("2\n```", "3\n```")
    folder = tiny_site(tmp_path / AWKWARD, {"a": LESSON}, home)

    result = site(folder, "doctest")

    line = home.split("\n").index(">>> 1 + 1") + 1
    assert 0 != result.status
    assert re.search(rf'"docs/index\.md", line {line}\b', result.said)
    assert "Expected:\n    3\nGot:\n    2" in result.said


def test_a_wrong_snippet_inside_a_box_is_named_with_its_line(tmp_path):
    box = (
        ":::{wrong-fix} this\nWords.\n\n```{doctest} b\n>>> 1\n1\n>>> 2\n3\n```\n:::\n"
    )
    home = HOME + box
    folder = tiny_site(tmp_path / AWKWARD, {"a": LESSON}, home)

    result = site(folder, "doctest")

    line = home.split("\n").index(">>> 2") + 1
    assert 0 != result.status
    assert re.search(rf'"docs/index\.md", line {line}\b', result.said)


def test_a_shortened_error_message_is_not_accepted(tmp_path):
    snippet = (
        "```{doctest}\n>>> int('x')\nTraceback (most recent call last):\n    ...\n"
    )
    folder = tiny_site(
        tmp_path / AWKWARD,
        {"a": LESSON},
        HOME + snippet + "ValueError: invalid literal for int() ...\n```\n",
    )

    result = site(folder, "doctest")

    assert 0 != result.status
    assert "invalid literal for int() with base 10: 'x'" in result.said


def test_code_that_nothing_runs_is_named(tmp_path, command):
    home = HOME + "```python\nprint(1)\n```\n"
    folder = tiny_site(tmp_path / AWKWARD, {"a": LESSON}, home)

    result = site(folder, command)

    assert 0 != result.status
    assert "docs/index.md" in result.said
    assert "code that nothing runs" in result.said


@pytest.mark.parametrize(
    ("lessons", "home"),
    [({}, HOME), ({"a": LESSON.replace("print(w.grad)\n# > tensor(1.)\n", "")}, HOME)],
    ids=["no lesson", "no promise"],
)
def test_nothing_to_prove_is_a_failure(tmp_path, command, lessons, home):
    folder = tiny_site(tmp_path / AWKWARD, lessons, home)

    result = site(folder, command)

    assert 0 != result.status
    assert re.search("nothing to prove|nothing proven|promises nothing", result.said)


def test_no_snippet_is_a_failure(tmp_path):
    home = HOME.partition("```{doctest}")[0]
    folder = tiny_site(tmp_path / AWKWARD, {"a": LESSON}, home)

    result = site(folder, "doctest")

    assert 0 != result.status
    assert "nothing proven" in result.said


def test_a_failed_build_fails_again_and_leaves_the_last_good_site(tmp_path):
    folder = tiny_site(tmp_path / AWKWARD, {"a": LESSON})
    lesson = folder / "examples" / "1_part" / "plot_a.py"
    page = folder / "_build" / "html" / "lessons" / "1_part" / "plot_a.html"

    assert 0 == site(folder, "html").status
    good = page.read_bytes()
    for broken in (
        LESSON.replace("1.)\n", "3.)\n"),
        LESSON + "\n# %%\n# T.\n\nw * 3\n",
    ):
        lesson.write_text(broken, "utf-8")
        assert 0 != site(folder, "html").status
        again = site(folder, "html")
        assert 0 != again.status
        assert "plot_a.py" in again.said
        assert good == page.read_bytes()
    lesson.write_text(LESSON, "utf-8")
    assert 0 == site(folder, "html").status
    assert good == page.read_bytes()
