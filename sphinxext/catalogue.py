"""A catalogue: what a page says, message by message, in another language.

Catalogues are gettext's ``.po`` files below ``locale``, one for each page, read as
they stand: nothing is compiled. ``interface.po`` has the words of the site itself,
``theme.po`` those of the theme that Sphinx does not translate.
"""

from __future__ import annotations

import gettext
import io
import re
from dataclasses import dataclass
from pathlib import Path

from sphinx.errors import ExtensionError

LINE = re.compile(
    r"\s*(?:#.*|(?:msg(?:id|str|ctxt|id_plural)(?:\[\d+\])?\s+)?"
    r'"(?:[^"\\]|\\.)*"\s*)?'
)
"""A comment, a keyword with its text, a text that goes on, or nothing."""

WORDS = ("theme", "interface")


@dataclass(frozen=True)
class Message:
    """A translation, and the line of its catalogue on which it begins."""

    text: str
    line: int


@dataclass(frozen=True)
class Catalogue:
    """What the file ``path`` has, by the text of the original."""

    path: Path
    messages: dict[str, Message]


def catalogue_of(folder: Path, language: str, name: str) -> Path:
    """Return the file with the messages of the page or the words ``name``."""
    return folder / language / "LC_MESSAGES" / f"{name}.po"


def broken(path: Path, line: int, wrong: str) -> ExtensionError:
    """Return the error that names what gettext can't read."""
    return ExtensionError(f"{path}:{line}: {wrong}. Correct the line")


def load(path: Path) -> Catalogue:
    """Return what ``path`` translates; one that does not exist translates nothing.

    Raises ``ExtensionError`` with the line where the file is broken.
    """
    if not path.exists():
        return Catalogue(path, {})
    from babel.messages.pofile import PoFileError, read_po  # not in every build

    content = path.read_bytes()
    try:
        for number, line in enumerate(content.decode().split("\n"), 1):
            if not LINE.fullmatch(line):
                raise broken(path, number, f"not a line of a catalogue: {line[:40]}")
        entries = read_po(io.BytesIO(content), abort_invalid=True)
    except PoFileError as error:
        raise broken(path, error.lineno, str(error)) from None
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise broken(path, line, f"not UTF-8: {error.reason}") from None
    return Catalogue(
        path,
        {
            entry.id: Message(entry.string, entry.lineno or 1)
            for entry in entries
            if entry.id and entry.string and not entry.fuzzy
        },
    )


class Words(gettext.NullTranslations):
    """The words of one catalogue; what it lacks, the one before it says."""

    def __init__(
        self, messages: dict[str, Message], before: gettext.NullTranslations
    ) -> None:
        super().__init__()
        self.messages = messages
        self.add_fallback(before)

    def gettext(self, message: str) -> str:
        """Return ``message`` translated."""
        found = self.messages.get(message)
        return found.text if found else super().gettext(message)


def words(folder: Path, language: str, sphinx: gettext.NullTranslations) -> Words:
    """Return the words of the site and the theme, and then those of ``sphinx``."""
    messages: dict[str, Message] = {}
    for name in WORDS:
        messages |= load(catalogue_of(folder, language, name)).messages
    return Words(messages, sphinx)
