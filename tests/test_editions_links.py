"""The editions in other languages: links lead somewhere, parts keep their names."""

import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from conftest import LANGUAGES, pages_of

ROOT_OF_HOST = "/autograd-field-guide/"
"""Where links of the page for an address that is not there count from."""
SWITCH = "language-switch"
OWN, *OTHERS = LANGUAGES


TAG = re.compile(r"<[a-z]\w*\s([^<>]*)>")
ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
LEADING = ("href", "src", "action", "data-source")


@dataclass(frozen=True)
class Link:
    """Where a tag leads to or what it loads, and what tells such tags apart."""

    address: str
    classes: list[str]
    kind: str


class Page:
    """The ids of a page and its links, but for those to other hosts."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.ids: set[str] = set()
        self.links: list[Link] = []
        for text in TAG.findall(path.read_text("utf-8")):
            found = {name: unescape(said) for name, said in ATTRIBUTE.findall(text)}
            self.ids.update([found["id"]] if "id" in found else [])
            classes, kind = found.get("class", "").split(), found.get("type", "")
            self.links += [
                Link(found[name], classes, kind)
                for name in LEADING
                if name in found and not is_elsewhere(found[name])
            ]


def is_elsewhere(address: str) -> bool:
    """Tell whether an address names a host, or no place at all."""
    parts = urlsplit(address)
    return bool(parts.netloc) or parts.scheme in {"mailto", "data"}


@pytest.fixture(scope="module")
def pages(built):
    """Every page of every edition, by language and by the name that all have."""
    return {
        language: {
            path.relative_to(built / folder).as_posix(): Page(path)
            for path in pages_of(built / folder)
        }
        for language, folder in LANGUAGES.items()
    }


def target(built, page, address):
    """Return the file to which ``address`` leads from ``page``, and the part of it."""
    if not urlsplit(address).path:
        return page.path, unquote(urlsplit(address).fragment)
    here = ROOT_OF_HOST + page.path.relative_to(built).as_posix()
    there = urlsplit(urljoin(here, address))
    name = unquote(there.path).removeprefix(ROOT_OF_HOST)
    file = built / (name + "index.html" if name.endswith("/") or not name else name)
    return file, unquote(there.fragment)


@pytest.mark.parametrize("language", OTHERS)
def test_every_link_of_a_translated_page_has_a_target(built, pages, language):
    known = {page.path: page.ids for each in pages.values() for page in each.values()}
    wrong, checked = [], 0

    for name, page in pages[language].items():
        for link in page.links:
            file, part = target(built, page, link.address)
            checked += 1
            if not file.is_file():
                wrong.append(f"{name}: {link.address}: no such file")
            elif part and file in known and part not in known[file]:
                wrong.append(f"{name}: {link.address}: no such part")

    assert checked > 5000
    assert [] == wrong


def leaves(link):
    """Tell whether a link may lead to the site's own language: switch, and feed."""
    return SWITCH in link.classes or link.kind == "application/atom+xml"


@pytest.mark.parametrize("language", OTHERS)
def test_links_of_a_translated_page_stay_in_its_language(built, pages, language):
    edition = built / LANGUAGES[language]
    left = {
        f"{name}: {link.address}"
        for name, page in pages[language].items()
        for link in page.links
        if not leaves(link)
        and not target(built, page, link.address)[0].is_relative_to(edition)
    }

    assert set() == left


@pytest.mark.parametrize("language", OTHERS)
def test_the_switch_of_each_page_leads_to_the_same_page(built, pages, language):
    assert pages[language].keys() == pages[OWN].keys()
    for here, there in ((language, OWN), (OWN, language)):
        for name, page in pages[here].items():
            switches = [link for link in page.links if SWITCH in link.classes]
            files = {target(built, page, link.address)[0] for link in switches}

            assert files == {pages[there][name].path}, (here, name)


@pytest.mark.parametrize("language", OTHERS)
def test_a_translated_page_has_every_id_of_the_original(pages, language):
    missing = {
        name: sorted(page.ids - pages[language][name].ids)
        for name, page in pages[OWN].items()
        if name != "genindex.html"  # its parts are the letters of its words
    }

    assert {} == {name: ids for name, ids in missing.items() if ids}
