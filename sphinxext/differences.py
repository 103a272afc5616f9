"""What other torch releases print instead of what the pages prove: the table.

``docs/versions.json`` holds it, one line a difference, sorted, so that a release
adds lines and changes none. ``tools.versions`` writes it, ``sphinxext.versions``
shows it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

FILE = "versions.json"
BUILDER, RESULT = "versions", "result.json"
"""The builder that finds the differences of one release, and what it writes."""
KINDS = ("message", "silent", "raises", "name", "value", "crash")
"""Another text; nothing raised there; an error only there; a name that is not
there; another output; the end of the whole process."""


@dataclass(frozen=True, order=True)
class Example:
    """One example of a page: where it stands, what it runs and what it proves."""

    page: str
    section: str
    """The anchor: of the section, or of the cell in a lesson."""
    code: str
    here: str
    """What the pinned release prints, or the error that it raises."""


@dataclass(frozen=True, order=True)
class Difference:
    """What one release does instead."""

    example: Example
    release: tuple[int, ...]
    kind: str
    there: str

    def line(self) -> str:
        """Return the difference as one line of JSON."""
        values = {
            **asdict(self.example),
            "release": name_of(self.release),
            "kind": self.kind,
            "there": self.there,
        }
        return json.dumps(values, ensure_ascii=False)


@dataclass
class Table:
    """All releases that were checked, and all differences."""

    pinned: str = ""
    """The release that the pages are proven with."""
    checked: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By release: its build, the Python and numpy it ran with, and counts."""
    differences: list[Difference] = field(default_factory=list)

    def dump(self) -> str:
        """Return the whole file."""
        checked = (
            f"{json.dumps(name)}: {json.dumps(self.checked[name])}"
            for name in sorted(self.checked, key=release_of)
        )
        parts = (
            f'"pinned": {json.dumps(self.pinned)}',
            f'"checked": {{\n{lines(checked)}}}',
            f'"differences": [\n{lines(d.line() for d in sorted(self.differences))}]',
        )
        return f"{{\n{lines(parts)}}}\n"


def lines(parts: Iterable[str]) -> str:
    """Return ``parts`` one a line, with a comma between them."""
    return "".join(f"{part},\n" for part in parts).removesuffix(",\n") + "\n"


def release_of(name: str) -> tuple[int, ...]:
    """Return ``"2.6.0"`` as numbers, which sort as releases do.

    Raises ``ValueError`` where ``name`` is no release: three numbers and two dots.
    """
    numbers = name.split(".")
    if len(numbers) != 3 or not all(part.isdecimal() for part in numbers):
        raise ValueError(f"{name!r} is no torch release; write it like 2.6.0")
    return tuple(map(int, numbers))


def name_of(release: tuple[int, ...]) -> str:
    """Return a release as it is written."""
    return ".".join(map(str, release))


def parse(text: str) -> Table:
    """Return the table that ``dump`` wrote; ValueError or KeyError on other text."""
    data = json.loads(text)
    return Table(
        data["pinned"], data["checked"], [difference_of(d) for d in data["differences"]]
    )


def difference_of(values: dict[str, str]) -> Difference:
    """Return the difference that one line of the file holds."""
    if values["kind"] not in KINDS:
        raise ValueError(f"{values['kind']!r} is no kind of difference")
    release = release_of(values["release"])
    return Difference(example_of(values), release, values["kind"], values["there"])


def example_of(values: dict[str, str]) -> Example:
    """Return the example that one line of the file is about."""
    return Example(*(values[name] for name in ("page", "section", "code", "here")))


def load(path: Path) -> Table:
    """Return the table in ``path``, an empty one where there is no file."""
    return parse(path.read_text("utf-8")) if path.exists() else Table()


def merged(
    table: Table,
    release: str,
    facts: dict[str, Any],
    found: Iterable[Difference],
    examples: set[Example],
) -> Table:
    """Return ``table`` with the column of ``release`` put in the place of an old one.

    Differences of other releases stay as long as their example is one of
    ``examples``, those that the pages hold now.
    """
    mine = release_of(release)
    kept = [
        one
        for one in table.differences
        if one.release != mine and one.example in examples
    ]
    return Table(table.pinned, {**table.checked, release: facts}, [*kept, *found])
