"""How many bytes a page costs on the wire, with all that it loads."""

import gzip
import re
from urllib.parse import unquote, urlsplit

from conftest import ROOT, lessons_of, pages_of

LINKED = re.compile(r"<(?:link|script|img|source)\b[^>]*?\s(?:href|src)=\"([^\"]+)\"")
LOADED = (".css", ".js", ".svg", ".png", ".jpg", ".webp")
IN_SHEET = re.compile(r"url\((?![\"']?data:)[\"']?([^)\"']+)")
AVERAGE, HEAVIEST = 60, 150
"""Kilobytes of 1000 bytes; a lesson, and any page."""
PICTURE = re.compile(r'<figure class="lg".*?</figure>', re.DOTALL)
LARGEST = 300
"""Kilobytes of a picture with all that opens in it, not compressed."""


def parts_of(page):
    """Return ``page`` and every file of the site that a browser loads with it."""
    found = {page}
    for address in LINKED.findall(page.read_text("utf-8")):
        path = unquote(urlsplit(address).path)
        if urlsplit(address).scheme or not path.endswith(LOADED):
            continue
        part = (page.parent / path).resolve()
        found.add(part)
        if part.suffix == ".css":
            for inner in IN_SHEET.findall(part.read_text("utf-8")):
                found.add((part.parent / urlsplit(inner).path).resolve())
    return found


def weight(page):
    """Return the size of ``page`` and its parts in kilobytes, compressed."""
    sizes = [len(gzip.compress(part.read_bytes(), 9)) for part in parts_of(page)]
    return sum(sizes) / 1000


def weights(pages):
    """Return the weight of each of ``pages``."""
    return {page: weight(page) for page in pages}


def test_pages_are_light(edition, language, figures):
    names = [f"lessons/{one.parent.name}/{one.stem}.html" for one in lessons_of(ROOT)]
    lessons = weights(edition / name for name in names)
    everything = weights(p for p in pages_of(edition) if p.name != "404.html")
    average = sum(lessons.values()) / len(lessons)
    page, most = max(everything.items(), key=lambda item: item[1])

    where = "" if language == "en" else f", {language}"
    figures[f"weight of a lesson{where}"] = (
        f"average {average:.1f} KB, heaviest {max(lessons.values()):.1f} KB"
    )
    for kind in ("index", "errors/backward", "measured/recording_cost", "search"):
        size = everything[edition / f"{kind}.html"]
        figures[f"weight of {kind}{where}"] = f"{size:.1f} KB"
    heaviest = page.relative_to(edition).as_posix()
    figures[f"heaviest page{where}"] = f"{heaviest}, {most:.1f} KB"

    assert average <= AVERAGE
    assert most <= HEAVIEST


def test_a_page_loads_only_what_it_uses(edition):
    def loaded(name):
        return {part.name for part in parts_of(edition / f"{name}.html")}

    lesson = loaded("lessons/1_first_graph/plot_1_two_paths")
    empty = loaded("search")

    used = {"livegraph.js", "livegraph.css", "copybutton.js", "pygments.css"}
    assert used <= lesson
    assert not used & empty
    for name in ("doctools.js", "sg-tags.js", "sg_gallery.css", "debug.css"):
        assert name not in lesson | empty


def test_nothing_is_shipped_that_no_page_loads(edition):
    files = [path for path in (edition / "_static").rglob("*") if path.is_file()]
    names = {path.name for path in files}
    loaded = [path for path in files if path.suffix in (".css", ".js")]
    texts = [
        path.read_text("utf-8")
        for path in [*pages_of(edition), *edition.glob("*.js"), *loaded]
    ]
    everything = "\n".join(texts)

    unnamed = {name for name in names if name not in everything}

    assert {name for name in unnamed if not name.endswith("LICENSE.txt")} == set()
    assert not names & {"debug.css", "skeleton.css", "basic.css", "broken_example.png"}


def test_no_picture_is_large(edition, language, figures):
    sizes = [path.stat().st_size / 1000 for path in edition.rglob("*.svg")]
    drawn = [
        len(picture.encode()) / 1000
        for page in pages_of(edition)
        for picture in PICTURE.findall(page.read_text("utf-8"))
    ]
    where = "" if language == "en" else f", {language}"
    figures[f"largest picture{where}"] = f"{max(drawn):.1f} KB, of {len(drawn)} graphs"

    assert len(drawn) >= len(lessons_of(ROOT))
    assert max(drawn + sizes) <= LARGEST
