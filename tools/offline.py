"""The site and the e-book, each one file of fixed bytes, to read without a network."""

from __future__ import annotations

import re
import shutil
import zipfile
from datetime import datetime
from pathlib import Path

from tools.book import Members, complete
from tools.workspace import BUILD, ROOT, SITE, WORK

FOLDER = BUILD / "offline"
CHANGELOG = ROOT / "CHANGELOG.md"
RELEASED = re.compile(r"^## \[.*\] - (\d{4}-\d\d-\d\d)$", re.MULTILINE)
NAME = "autograd-field-guide"
DATE = (1980, 1, 1, 0, 0, 0)
"""The oldest date that a zip can hold: the same in every build."""


def pack(archive: Path, members: Members) -> None:
    """Write ``members``, pairs of name and content, to ``archive`` in this order.

    The first member of an e-book is its type, which has to stand uncompressed.
    """
    with zipfile.ZipFile(archive, "w") as packed:
        for name, content in members:
            entry = zipfile.ZipInfo(name, DATE)
            entry.external_attr = 0o644 << 16
            plain = name == "mimetype"
            entry.compress_type = zipfile.ZIP_STORED if plain else zipfile.ZIP_DEFLATED
            packed.writestr(entry, content, compresslevel=9)


def site_members(site: Path) -> Members:
    """Return the files of ``site``, sorted, in a folder of their own."""
    return [
        (f"{NAME}/{path.relative_to(site).as_posix()}", path.read_bytes())
        for path in sorted(site.rglob("*"))
        if path.is_file()
    ]


def book_members(book: Path) -> Members:
    """Return what Sphinx packed into ``book``: its type first, then by name."""
    with zipfile.ZipFile(book) as packed:
        names = sorted(packed.namelist(), key=lambda name: (name != "mimetype", name))
        return complete([(name, packed.read(name)) for name in names])


def write() -> list[Path]:
    """Pack the site in place and the e-book that was built; return both files."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    site, book = FOLDER / f"{NAME}.zip", FOLDER / f"{NAME}.epub"
    pack(site, site_members(SITE))
    pack(book, book_members(WORK / "epub" / f"{NAME}.epub"))
    return [site, book]


def released() -> str:
    """Return the day of the newest release in CHANGELOG.md, in seconds since 1970.

    The e-book says when it was made; this keeps its bytes the same from day to day.
    """
    day = max(RELEASED.findall(CHANGELOG.read_text("utf-8")))
    return str(int(datetime.fromisoformat(f"{day}T00:00:00+00:00").timestamp()))
