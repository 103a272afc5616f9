"""The Chinese edition: made from what the English build has parsed, and no more."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from conftest import HOME, LESSON, Result, run, site, tiny_site

LESSON_PAGE = "lessons/1_part/plot_a"
HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def po(messages: dict[str, str]) -> str:
    """Return a catalogue with ``messages``."""
    entries = (f'msgid "{one}"\nmsgstr "{other}"\n' for one, other in messages.items())
    return HEAD + "\n".join(entries)


CATALOGUES = {
    "index": po({"Tiny": "小", "Run `w + 1` once.": "运行一次 `w + 1`。"}),
    LESSON_PAGE: po({"A sum has slope one": "和的斜率是一", "A claim.": "一个论断。"}),
    "interface": po({"Search this site": "搜索本站"}),
}
TEXT = HOME.replace("# Tiny\n", "# Tiny\n\nRun `w + 1` once.\n")
COUNTED = LESSON.replace(
    "import torch\n",
    'from pathlib import Path\n\nimport torch\n\nwith Path("{0}").open("a") as times:\n'
    '    written = times.write("x")\n',
)
SITE, CHINESE = Path("_build", "html"), Path("_build", "html", "zh_CN")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site in two languages, built once."""
    folder = tmp_path_factory.mktemp("tiny")
    times = folder / "times"
    lesson = COUNTED.replace("{0}", str(times))
    tiny_site(folder, {"a": lesson}, home=TEXT, chinese=CATALOGUES)
    result = site(folder, "html")
    assert result.status == 0, result.said
    return folder


def catalogue(folder: Path, name: str = "index") -> Path:
    """Return the catalogue ``name`` of the tiny site."""
    return folder / "locale" / "zh_CN" / "LC_MESSAGES" / f"{name}.po"


def words(path: Path) -> str:
    """Return the text of a page's article on one line."""
    article = re.search(r"<article.*?</article>", path.read_text("utf-8"), re.DOTALL)
    assert article
    return " ".join(re.sub(r"<[^>]+>", "", article[0]).split())


def test_pages_are_in_chinese_with_the_same_code_and_output(tiny: Path) -> None:
    home = (tiny / CHINESE / "index.html").read_text("utf-8")
    lesson = tiny / CHINESE / f"{LESSON_PAGE}.html"

    assert 'lang="zh-CN"' in home
    assert "小" in words(tiny / CHINESE / "index.html")
    assert "运行一次" in words(tiny / CHINESE / "index.html")
    assert 'placeholder="搜索' in home or 'aria-label="搜索' in home
    assert "和的斜率是一" in words(lesson)
    for said in ("(w + 1).backward()", "tensor(1.)"):
        assert said in words(lesson)
        assert said in words(tiny / SITE / f"{LESSON_PAGE}.html")
    assert "和的斜率" not in words(tiny / SITE / f"{LESSON_PAGE}.html")


def test_a_message_without_a_translation_stays_english(tiny: Path) -> None:
    assert "You need: nothing." in words(tiny / CHINESE / f"{LESSON_PAGE}.html")


def test_titles_in_lists_and_menus_are_chinese(tiny: Path) -> None:
    lists = (tiny / CHINESE / "lessons" / "1_part" / "index.html").read_text("utf-8")
    assert "和的斜率是一" in lists
    assert "一个论断。" in lists
    assert "A sum has slope one" not in lists


def test_nothing_ran_for_the_second_language(tiny: Path) -> None:
    assert (tiny / "times").read_text("utf-8") == "x"


def test_one_language_alone_has_no_way_to_another(tiny: Path) -> None:
    out = tiny / "_build" / "alone"
    places = ("-d", str(out / "trees"), "docs", str(out / "html"))
    command = (sys.executable, "-m", "sphinx", "-b", "html", "-D", "editions=0")
    result = run(tiny, *command, "-c", ".", *places)

    assert result.status == 0, result.said
    assert "language-switch" in (tiny / SITE / "index.html").read_text("utf-8")
    assert "language-switch" not in (out / "html" / "index.html").read_text("utf-8")


def change(path: Path, before: str, after: str) -> None:
    """Put ``after`` in the place of ``before``."""
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")


def test_a_changed_catalogue_changes_its_page_and_runs_nothing(tiny: Path) -> None:
    english = (tiny / SITE / "index.html").read_bytes()
    change(catalogue(tiny), "运行一次", "再运行一次")
    result = site(tiny, "html")

    assert result.status == 0, result.said
    assert "translated: 1 pages" in result.said
    assert "再运行一次" in words(tiny / CHINESE / "index.html")
    assert (tiny / SITE / "index.html").read_bytes() == english
    assert (tiny / "times").read_text("utf-8") == "x"


def test_a_changed_word_of_the_interface_changes_every_page(tiny: Path) -> None:
    change(catalogue(tiny, "interface"), "搜索本站", "站内搜索")
    assert site(tiny, "html").status == 0
    for page in ("index", LESSON_PAGE):
        assert "站内搜索" in (tiny / CHINESE / f"{page}.html").read_text("utf-8")


def test_a_changed_page_is_english_until_it_is_translated(tiny: Path) -> None:
    change(tiny / "docs" / "index.md", "Run `w + 1` once.", "Run `w + 1` now.")
    assert site(tiny, "html").status == 0
    assert "Run w + 1 now." in words(tiny / CHINESE / "index.html")
    change(catalogue(tiny), "Run `w + 1` once.", "Run `w + 1` now.")
    assert site(tiny, "html").status == 0
    assert "再运行一次" in words(tiny / CHINESE / "index.html")


def refused(tiny: Path, file: Path, line: int, told: str) -> Result:
    """Expect the build to fail at ``file``, with the last good site in place."""
    good = {p: p.read_bytes() for p in (tiny / SITE).rglob("*") if p.is_file()}
    result = site(tiny, "html")

    assert result.status == 1
    assert f"{file}:{line}:" in result.said, result.said
    assert told in result.said
    assert "the last good site is where it was" in result.said
    left = {p: p.read_bytes() for p in (tiny / SITE).rglob("*") if p.is_file()}
    assert left == good
    return result


BROKEN = (
    ('msgstr "小"', 'msgstr "小', "Correct the line"),
    ("运行一次 `w + 1`。", "运行一次。", "markup lost: code w + 1"),
    (
        "运行一次 `w + 1`。",
        "运行一次 `w + 2`。",
        "markup not asked for: code w + 2",
    ),
    ("运行一次 `w + 1`。", "`w + 1` 见 {doc}`/gone`。", "/gone"),
)


@pytest.mark.parametrize(("before", "after", "told"), BROKEN)
def test_a_broken_catalogue_is_named_with_its_line(
    tiny: Path, before: str, after: str, told: str
) -> None:
    path = catalogue(tiny)
    kept = path.read_text("utf-8")
    change(path, before, after)
    places = path.read_text("utf-8").split("\n")
    quoted = next(number for number, text in enumerate(places, 1) if after[:9] in text)
    entry = quoted if "msgstr" in before else quoted - 1
    try:
        refused(tiny, path, entry, told)
    finally:
        path.write_text(kept, "utf-8")
    assert site(tiny, "html").status == 0


def test_a_catalogue_that_is_not_utf_8_is_named(tiny: Path) -> None:
    path = catalogue(tiny)
    kept = path.read_bytes()
    path.write_bytes(kept.replace("小".encode(), b"\xff"))
    try:
        refused(tiny, path, 5, "not UTF-8")
    finally:
        path.write_bytes(kept)


def test_a_missing_language_is_named(tiny: Path) -> None:
    folder = tiny / "locale" / "zh_CN"
    aside = folder.rename(tiny / "locale" / "aside")
    try:
        result = site(tiny, "html")
    finally:
        aside.rename(folder)
    assert result.status == 1
    assert f"site_languages names zh_CN, and {folder} is not there" in result.said
    assert (tiny / CHINESE / "index.html").exists()
