"""The editions in other languages: their words, in the index and around the pages."""

import re
from html import unescape

import pytest
from conftest import LANGUAGES, ROOT, pages_of

from sphinxext.catalogue import catalogue_of, load
from sphinxext.index_words import by_sound, letter_of
from sphinxext.sharing import LONGEST, shorten, width

OWN, *OTHERS = LANGUAGES
CODE = re.compile(r"<(pre|code|math)\b.*?</\1>", re.DOTALL)
SAID = re.compile(r'(?<=>)[^<>]+(?=<)|(?<==")[^"]+(?=")')
BLANK = re.compile(r"\\{\w+\\}")


def pattern_of(message):
    """Return what tells a message, with whatever stands in its blanks."""
    return BLANK.sub(".+", re.escape(message))


@pytest.mark.parametrize("language", OTHERS)
def test_no_words_of_the_site_itself_stay_english(built, language):
    interface = catalogue_of(ROOT / "locale", language, "interface")
    several = [message for message in load(interface).messages if " " in message[1:-1]]
    words = [message for message in several if re.match(r"[A-Z]\w+ ", message)]
    english = re.compile("|".join(map(pattern_of, words)))
    left = set()
    for page in pages_of(built / LANGUAGES[language]):
        said = set(SAID.findall(CODE.sub("", page.read_text("utf-8"))))
        left |= {(page.name, one) for one in said if english.fullmatch(unescape(one))}

    assert len(words) > 40
    assert set() == left


@pytest.mark.parametrize("language", OTHERS)
def test_each_thing_stands_in_the_index_once(built, language):
    page = (built / LANGUAGES[language] / "genindex.html").read_text("utf-8")
    index = page.partition('class="genindex-section"')[2]

    assert index.count("<li>") > 40
    assert "[1]" not in index
    assert not re.search(r"\(in module|\(class in|(method|property)\)", index)


def test_chinese_terms_are_sorted_by_their_sound():
    terms = ["钩子", "原地操作", "根节点", "graph", "叶子张量", "高阶梯度"]

    assert [letter_of(term) for term in terms] == ["G", "Y", "G", None, "Y", "G"]
    assert sorted(terms, key=by_sound) == [
        *("graph", "高阶梯度", "根节点", "钩子", "叶子张量", "原地操作")
    ]


def test_a_chinese_description_is_cut_where_a_part_of_it_ends():
    text = "张量的梯度，" * 30

    said = shorten(text)

    assert said.startswith("张量的梯度，") and said[:-2].endswith("张量的梯度")
    assert LONGEST - 12 < width(said.removesuffix(" …")) <= LONGEST
    assert text[:60] == shorten(text[:60])
