"""``make translations``: bring the catalogues up to date, and say what is left."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.fingerprint import ROOT

LOCALES = ROOT / "locale"
WIDTH = 0
"""Lines of a catalogue are not wrapped: a changed word changes one line."""


@dataclass(frozen=True)
class Open:
    """A message that waits for its translator."""

    path: Path
    line: int
    what: str
    message: str

    def __str__(self) -> str:
        """Return one line that editors open."""
        place = f"{self.path.relative_to(ROOT)}:{self.line}"
        return f"{place}: {self.what}: {self.message[:60]!r}"


def refresh(templates: Path) -> None:
    """Let every catalogue have the messages of ``templates``, a folder of them.

    What is no longer said is dropped; what is said in other words is kept as fuzzy.
    """
    from sphinx_intl.basic import update

    languages = [path.name for path in sorted(LOCALES.iterdir()) if path.is_dir()]
    update(str(LOCALES), str(templates), languages, WIDTH, ignore_obsolete=True)
    known = {path.relative_to(templates).with_suffix("") for path in found(templates)}
    for language in languages:
        folder = LOCALES / language / "LC_MESSAGES"
        for path in list(folder.rglob("*.po")):
            if path.relative_to(folder).with_suffix("") not in known:
                path.unlink()


def found(templates: Path) -> list[Path]:
    """Return all templates below the folder, sorted."""
    return sorted(templates.rglob("*.pot"))


def open_messages() -> Iterator[Open]:
    """Yield what is untranslated or fuzzy, file by file."""
    from babel.messages.pofile import read_po

    for path in sorted(LOCALES.rglob("*.po")):
        with path.open("rb") as opened:
            for entry in read_po(opened):
                if entry.id and not entry.string:
                    yield Open(path, entry.lineno or 1, "untranslated", str(entry.id))
                elif entry.id and entry.fuzzy:
                    yield Open(path, entry.lineno or 1, "fuzzy", str(entry.id))


def extract(pages: Path, into: Path) -> None:
    """Collect the templates: those of ``pages`` that Sphinx wrote, and the words."""
    from tools import interface

    shutil.rmtree(into, ignore_errors=True)
    shutil.copytree(pages, into, ignore=lambda folder, names: kept_out(names))
    interface.write(into)


def kept_out(names: list[str]) -> list[str]:
    """Return those of ``names`` that are files and no templates."""
    return [name for name in names if "." in name and not name.endswith(".pot")]
