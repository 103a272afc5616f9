"""Expected output is compared whole: ``...`` hides addresses and paths only."""

import doctest
import re

import pytest
from conftest import AWKWARD, HOME, LESSON, site, tiny_site

from sphinxext.whole_text import WholeText

PRINTED = {
    "an address": ("<f at 0x...>", "<f at 0x7f00aabbccdd>", True),
    "an address as a whole": ("<f at ...>", "<f at 0x7f00aabbccdd>", True),
    "a path": ('at "...":7', 'at "/pytorch/csrc/a.cpp":7', True),
    "a path with its line": ("(at ...)", "(at /pytorch/csrc/a.cpp:7)", True),
    "a path of Windows": ("(at ...)", r"(at D:\pytorch\a.cpp:7)", True),
    "the file of a snippet": ('File "...", line 2', 'File "<doctest a[3]>", line 2', 1),
    "three dots of torch": ("vmap(f, ...) at ...", "vmap(f, ...) at /a/b.py:1", True),
    "a path and an address": ("... and 0x...", "/a/b.py and 0x1f", True),
    "a word": ("a ... word", "a wrong word", False),
    "a number": ("shape (2, j...)", "shape (2, j7)", False),
    "no text": ("a ...word", "a word", False),
    "a path and a word": ("(at ...)", "(at /pytorch/a.cpp, wrong)", False),
    "a path and a full stop": ("at ...", "at /pytorch/a.cpp:7, or so.", False),
    "a line": ("first\n...\nlast", "first\nwrong\nlast", False),
    "lines": ("first\n...", "first\n/a/b.py:1\n/a/b.py:2", False),
    "a path with a space": ("at ...", "at /no such folder/b.py:1", False),
    "a changed word elsewhere": ("good 0x...", "bad 0x1f", False),
    "an empty line": ("a\n<BLANKLINE>\n0x...", "a\n\n0x1f", True),
}


@pytest.mark.parametrize("name", PRINTED)
def test_only_an_address_or_a_path_is_hidden(name):
    want, got, same = PRINTED[name]

    assert WholeText().check_output(want, got, doctest.ELLIPSIS) == same


def test_a_path_with_spaces_is_known_by_its_file(tmp_path):
    folder = tmp_path / AWKWARD
    folder.mkdir()
    (folder / "train.py").write_text("", "utf-8")
    got = f"registered at {folder / 'train.py'}:12"

    assert WholeText().check_output("registered at ...", got, doctest.ELLIPSIS)
    assert not WholeText().check_output(
        "registered at ...", f"{got} wrongly", doctest.ELLIPSIS
    )


def test_a_tab_ends_where_doctest_ends_it():
    snippet = ">>> print('...')\na\n\tb\n"
    want = doctest.DocTestParser().get_examples(snippet)[0].want

    assert WholeText().check_output(want, "a\n\tb\n", 0)
    assert not WholeText().check_output(want, "a\n\tc\n", 0)
    assert not WholeText().check_output(want, "a\n b\n", 0)
    assert not WholeText().check_output(want, "a\n", 0)


LOOSE = """
```{doctest} word
>>> print("one wrong word")  # doctest: +ELLIPSIS
one ... word
```

```{doctest} spaces
>>> 1
1
>>> print("a  b")  # doctest: +NORMALIZE_WHITESPACE
a b
```

```{doctest} skipped
>>> print("never")  # doctest: +SKIP
ever
```

```{doctest} detail
>>> int("x")  # doctest: +IGNORE_EXCEPTION_DETAIL
Traceback (most recent call last):
    ...
ValueError: another text
```

```{doctest} block
:options: +ELLIPSIS
>>> print(1)
1
```
"""


@pytest.fixture(scope="module")
def refused(tmp_path_factory):
    """What the build says about a page with snippets that compare loosely."""
    folder = tmp_path_factory.mktemp("loose") / AWKWARD
    result = site(tiny_site(folder, {"a": LESSON}, HOME + LOOSE), "doctest")
    assert 0 != result.status
    return re.sub(r"\x1b\[[0-9;]*m", "", result.said)


def line_of(start):
    return next(
        number
        for number, line in enumerate((HOME + LOOSE).split("\n"), 1)
        if line.startswith(start)
    )


def test_a_hidden_word_is_named_with_its_line(refused):
    line = line_of('>>> print("one wrong')

    assert re.search(rf'"docs/index\.md", line {line}\b', refused)
    assert "stands for an address or a path" in refused
    assert "here for 'wrong'" in refused


@pytest.mark.parametrize(
    ("option", "start"),
    [
        ("NORMALIZE_WHITESPACE", '>>> print("a  b'),
        ("SKIP", '>>> print("never'),
        ("IGNORE_EXCEPTION_DETAIL", '>>> int("x")'),
        ("ELLIPSIS", ":options:"),
    ],
)
def test_an_option_that_loosens_is_named_with_its_line(refused, option, start):
    assert f"docs/index.md:{line_of(start)}: {option} is refused" in refused
