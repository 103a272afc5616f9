"""Every catalogue: complete, with the markup of the original, set as Chinese is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from tools import translations
from tools.chinese_style import faults, has_han
from tools.fingerprint import ROOT
from tools.inline_markup import differences, parts

FOLDER = ROOT / "locale" / "zh_CN" / "LC_MESSAGES"
CATALOGUES = sorted(FOLDER.rglob("*.po"))
TERMS = tomllib.loads((ROOT / "tests" / "data" / "terms.toml").read_text("utf-8"))
PIECES = {"interface", "theme"}
"""Catalogues of words that stand alone, and of pieces of sentences."""


QUOTED = re.compile(r'"[^"]*"')
"""The words of a message, which stay English."""


def entries(path: Path) -> Iterator[Message]:
    """Yield the messages of a catalogue."""
    with path.open("rb") as opened:
        yield from (entry for entry in read_po(opened) if entry.id)


def place(path: Path, entry: Message) -> str:
    """Return file and line, as editors open them."""
    return f"{path.relative_to(ROOT)}:{entry.lineno}"


def names(path: Path) -> str:
    """Name a test after its catalogue."""
    return path.relative_to(FOLDER).with_suffix("").as_posix()


def test_there_is_a_catalogue_for_every_page() -> None:
    pages = {
        path.relative_to(ROOT / "docs").with_suffix("").as_posix()
        for path in (ROOT / "docs").rglob("*.md")
    }
    scripts = (ROOT / "examples").rglob("plot_*.py")
    pages |= {
        f"lessons/{path.relative_to(ROOT / 'examples').with_suffix('').as_posix()}"
        for path in scripts
    }
    assert len(pages) > 35
    assert pages - set(map(names, CATALOGUES)) == set()


def test_nothing_waits_for_a_translator() -> None:
    waiting = [str(message) for message in translations.open_messages()]
    assert not waiting, "\n".join(waiting)


@pytest.mark.parametrize("path", CATALOGUES, ids=names)
def test_markup_is_that_of_the_original(path: Path) -> None:
    wrong = [
        f"{place(path, entry)}: {difference}"
        for entry in entries(path)
        for difference in differences(str(entry.id), str(entry.string))
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path", CATALOGUES, ids=names)
def test_chinese_is_set_as_it_should_be(path: Path) -> None:
    found = list(entries(path))
    assert any(has_han(str(entry.string)) for entry in found)
    wrong = [
        f"{place(path, entry)}: {fault}"
        for entry in found
        for fault in faults(str(entry.string))
    ]
    assert not wrong, "\n".join(wrong)


def in_chinese(term: str) -> str:
    """Return what the glossary calls ``term``, without the English behind it."""
    found = {
        str(entry.id): str(entry.string) for entry in entries(FOLDER / "glossary.po")
    }
    return found[term].partition("（")[0]


def says(term: str) -> re.Pattern[str]:
    """Return what finds ``term`` in the words of an English message."""
    # "leaves" is as often a verb
    plural = {"leaf": "leaf", "non-leaf": "non-leaf"}.get(term, f"{term}s?")
    return re.compile(rf"(?<![\w./-])(?:{plural})(?![\w-])")


def two_ways(path: Path, term: str, rules: dict[str, list[str]]) -> Iterator[str]:
    """Yield where ``path`` has another word for ``term`` than the glossary."""
    allowed = [in_chinese(term), *rules.get("short", [])]
    pattern = says(term)
    for entry in entries(path):
        said, words = str(entry.string), QUOTED.sub("", parts(str(entry.id))[1])
        wrong = [word for word in rules.get("not", []) if word in said]
        if wrong:
            yield f"{place(path, entry)}: {wrong[0]} for {term}: {allowed[0]}"
        elif pattern.search(words) and not any(word in said for word in allowed):
            yield f"{place(path, entry)}: {term} is not {' or '.join(allowed)}"


@pytest.mark.parametrize("term", TERMS)
def test_a_term_of_the_glossary_is_called_one_thing(term: str) -> None:
    pages = [path for path in CATALOGUES if path.stem not in PIECES]
    told = sum(
        says(term).search(parts(str(entry.id))[1]) is not None
        for path in pages
        for entry in entries(path)
    )
    assert told, f"no page says {term}: look for another"
    wrong = [fault for path in pages for fault in two_ways(path, term, TERMS[term])]
    assert not wrong, "\n".join(wrong)


BREAKS = (
    ("张量 `w` 是叶子。", "张量 w 是叶子。", "lost: code w"),
    ("见 {doc}`/index`。", "见 {doc}`/setup`。", "lost: doc /index"),
    ("**原因。** 没有。", "原因。没有。", "lost: strong"),
    ("公式 $x^2$。", "公式 $x$。", "lost: formula x^2"),
    ("见 [这里](https://a.org)。", "见这里。", "lost: link https://a.org"),
    ("见 :doc:`图 </a>`。", "见 :doc:`图 </b>`。", "lost: doc /a"),
)


@pytest.mark.parametrize(("before", "after", "told"), BREAKS)
def test_lost_markup_is_named(before: str, after: str, told: str) -> None:
    assert differences(before, before) == []
    assert told in differences(before, after)


FAULTS = (
    ("把`w`传入。", "no space beside markup"),
    ("用torch计算。", "no space between Chinese and Latin"),
    ("得到3个梯度。", "no space between Chinese and Latin"),
    ("梯度,然后清零。", "half-width punctuation"),
    ("梯度 。", "a space beside punctuation"),
    ("梯度， 然后。", "a space after punctuation"),
    ("**原因。**求和。", "no space after a label"),
    ("梯度(见下)。", "half-width brackets"),
    ('所谓"叶子"。', "straight quotation marks"),
    ("梯度 清零。", "a space between Chinese"),
    ("梯度。。", "two punctuation marks"),
)


@pytest.mark.parametrize(("text", "told"), FAULTS)
def test_what_is_set_wrongly_is_named(text: str, told: str) -> None:
    assert any(fault.startswith(told) for fault in faults(text))


GOOD = (
    "**原因。** 求和没有保存 `x`，得到 3 个梯度（见 {doc}`课程 </lessons/index>`）。",
    "“element 0 of tensors” 指的是损失本身：``backward()`` 接收一个列表。",
    "见 [文字](https://a.org/b) 与 :math:`y = 2`，*重点* 在后。",
)


@pytest.mark.parametrize("text", GOOD)
def test_what_is_set_well_is_left_alone(text: str) -> None:
    assert faults(text) == []
