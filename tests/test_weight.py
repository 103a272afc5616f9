"""How many bytes a page costs on the wire, with all that it loads."""

import gzip
import re
from urllib.parse import unquote, urlsplit

from conftest import ROOT, lessons_of

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


def test_pages_are_light(built, figures):
    names = [f"lessons/{one.parent.name}/{one.stem}.html" for one in lessons_of(ROOT)]
    lessons = weights(built / name for name in names)
    everything = weights(p for p in built.rglob("*.html") if p.name != "404.html")
    average = sum(lessons.values()) / len(lessons)
    page, most = max(everything.items(), key=lambda item: item[1])

    figures["weight of a lesson"] = (
        f"average {average:.1f} KB, heaviest {max(lessons.values()):.1f} KB"
    )
    for kind in ("index", "errors/backward", "measured/recording_cost", "search"):
        figures[f"weight of {kind}"] = f"{everything[built / f'{kind}.html']:.1f} KB"
    heaviest = page.relative_to(built).as_posix()
    figures["heaviest page"] = f"{heaviest}, {most:.1f} KB"

    assert average <= AVERAGE
    assert most <= HEAVIEST


def test_a_page_loads_only_what_it_uses(built):
    def loaded(name):
        return {part.name for part in parts_of(built / f"{name}.html")}

    lesson = loaded("lessons/1_first_graph/plot_1_two_paths")
    empty = loaded("search")

    used = {"livegraph.js", "livegraph.css", "copybutton.js", "pygments.css"}
    assert used <= lesson
    assert not used & empty
    for name in ("doctools.js", "sg-tags.js", "sg_gallery.css", "debug.css"):
        assert name not in lesson | empty


def test_nothing_is_shipped_that_no_page_loads(built):
    names = {path.name for path in (built / "_static").rglob("*") if path.is_file()}
    texts = [
        path.read_text("utf-8")
        for ending in ("html", "css", "js")
        for path in built.rglob(f"*.{ending}")
    ]
    everything = "\n".join(texts)

    unnamed = {name for name in names if name not in everything}

    assert {name for name in unnamed if not name.endswith("LICENSE.txt")} == set()
    assert not names & {"debug.css", "skeleton.css", "basic.css", "broken_example.png"}


def test_no_picture_is_large(built, figures):
    sizes = [path.stat().st_size / 1000 for path in built.rglob("*.svg")]
    drawn = [
        len(picture.encode()) / 1000
        for page in built.rglob("*.html")
        for picture in PICTURE.findall(page.read_text("utf-8"))
    ]
    figures["largest picture"] = f"{max(drawn):.1f} KB, of {len(drawn)} graphs"

    assert len(drawn) >= len(lessons_of(ROOT))
    assert max(drawn + sizes) <= LARGEST
