"""What search engines, feed readers and other sites find."""

import struct
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from conftest import LANGUAGES, ROOT, lessons_of, pages_of

from sphinxext.feed import releases
from sphinxext.not_found import from_root
from sphinxext.sharing import LONGEST, shorten

BASE = "https://autograd-field-guide.github.io/autograd-field-guide/"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
ATOM = "{http://www.w3.org/2005/Atom}"
MADE = {"404.html", "search.html", "genindex.html"}
"""Pages that nobody is to find by a search engine."""


class Head(HTMLParser):
    """Collects title, meta and link elements."""

    def __init__(self, page):
        super().__init__()
        self.meta, self.links, self.title = {}, [], ""
        self.feed(page.read_text("utf-8").partition("<body")[0])

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "meta":
            name = values.get("property") or values.get("name")
            assert name not in self.meta, name
            if name:
                self.meta[name] = values["content"]
        elif tag == "link":
            self.links.append(values)

    def handle_data(self, data):
        if self.get_starttag_text() == "<title>":
            self.title += data.strip()


def heads_of(edition):
    """Return the head of each page of one language, by its name there."""
    return {
        page.relative_to(edition).as_posix(): Head(page) for page in pages_of(edition)
    }


@pytest.fixture(scope="module")
def heads(edition):
    return heads_of(edition)


def address_of(name, language="en"):
    """Return the public address of the page ``name``."""
    return BASE + LANGUAGES[language] + ("" if name == "index.html" else name)


def versions_of(name):
    """Return the public address of each version of a page, as links name them."""
    versions = {one.replace("_", "-"): address_of(name, one) for one in LANGUAGES}
    return versions | {"x-default": address_of(name)}


SHORTEST = {"en": 20, "zh_CN": 8}
"""Characters of a description; a Chinese one says as much in a third of them."""


def test_every_page_has_its_own_title_and_description(heads, language):
    found = [(head.title, head.meta["description"]) for head in heads.values()]

    assert len(found) > 30
    assert len({title for title, _ in found}) == len(found)
    for name, head in heads.items():
        text = head.meta["description"]
        assert SHORTEST[language] < len(text) <= LONGEST + 2, name
        assert "\n" not in text and "  " not in text


def test_a_lesson_is_described_by_its_claim(heads, edition):
    for lesson in lessons_of(ROOT):
        name = f"lessons/{lesson.parent.name}/{lesson.stem}.html"
        page = BeautifulSoup((edition / name).read_text("utf-8"), "html.parser")
        place = page.select_one("article .lesson-place")
        claim = " ".join(place.find_next_sibling("p").text.split())
        head = heads[name]

        assert head.meta["og:title"] in head.title
        assert head.meta["og:type"] == "article"
        assert claim.startswith(head.meta["description"].removesuffix(" …")), lesson


def test_addresses_are_those_of_the_public_site(heads, language):
    for name, head in heads.items():
        canonical = [one["href"] for one in head.links if one["rel"] == "canonical"]
        languages = {
            one["hreflang"]: one["href"] for one in head.links if "hreflang" in one
        }
        if name in MADE:
            assert canonical == [] and languages == {}
            assert head.meta.get("robots", "noindex") == "noindex"
            continue
        assert canonical == [address_of(name, language)]
        assert languages == versions_of(name)
        assert head.meta["og:url"] == address_of(name, language)


def test_every_lesson_is_shared_with_a_picture_of_its_own_graph(heads, built):
    for lesson in lessons_of(ROOT):
        head = heads[f"lessons/{lesson.parent.name}/{lesson.stem}.html"]
        picture = built / head.meta["og:image"].removeprefix(BASE)
        data = picture.read_bytes()

        assert lesson.stem in picture.name
        assert data[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">II", data[16:24]) == (1200, 630)
        assert 10_000 < len(data) < 200_000
    others = {
        head.meta["og:image"] for name, head in heads.items() if "plot_" not in name
    }
    assert len(others) == 1
    assert (built / others.pop().removeprefix(BASE)).is_file()


def test_the_sitemap_lists_every_page_once_with_its_versions(built):
    tree = ElementTree.parse(built / "sitemap.xml")
    listed = {
        one.findtext(f"{SITEMAP}loc"): {
            link.get("hreflang"): link.get("href") for link in one.iter(f"{XHTML}link")
        }
        for one in tree.iter(f"{SITEMAP}url")
    }
    expected = {
        address_of(name, language): versions_of(name)
        for language, folder in LANGUAGES.items()
        for name in heads_of(built / folder).keys() - MADE
    }

    assert len(list(tree.iter(f"{SITEMAP}loc"))) == len(listed)
    assert listed == expected
    robots = (built / "robots.txt").read_text("utf-8")
    assert f"Sitemap: {BASE}sitemap.xml\n" in robots


def test_the_feed_has_every_release(built):
    expected = list(releases((ROOT / "CHANGELOG.md").read_text("utf-8")))
    tree = ElementTree.parse(built / "feed.xml")
    entries = tree.findall(f"{ATOM}entry")
    changelog = (built / "changelog.html").read_text("utf-8")

    assert len(entries) == len(expected) > 0
    for entry, release in zip(entries, expected, strict=True):
        anchor = entry.find(f"{ATOM}link").get("href").partition("#")[2]
        assert entry.find(f"{ATOM}updated").text.startswith(release.date)
        assert release.version in entry.find(f"{ATOM}title").text
        assert f'id="{anchor}"' in changelog
        assert "<li>" in entry.find(f"{ATOM}content").text


def test_releases_end_where_the_next_begins():
    new, old = "## [2.0] - 2026-02-03\n\n- b\n", "## [1.0] - 2026-01-02\n\n- a\n"
    text = f"# Changelog\n\n## [Unreleased]\n\n- c\n\n{new}\n{old}"

    found = [(one.version, one.date, one.text) for one in releases(text)]

    assert found == [("2.0", "2026-02-03", "- b"), ("1.0", "2026-01-02", "- a")]


def test_a_long_description_ends_after_a_word():
    text = "word, " * 100

    short = shorten(text)

    assert short.endswith("word …")
    assert len(short) <= LONGEST + 2
    assert shorten("one\n  two") == "one two"


def test_relative_addresses_alone_count_from_the_root():
    page = '<a href="a/b.html"><a href="#x"><a href="https://h/"><img src="./i.svg">'
    there = page.replace("a/b", "/r/a/b").replace("./i", "/r/i")

    assert from_root(page, "/r/") == there
