"""Where two built sites begin to differ, in words that lead to the cause."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

Files = dict[str, bytes]

AROUND = 60
"""How many bytes are shown before and after the first that differs."""


def contents(folder: Path) -> Files:
    """Return what is in each file below ``folder``, by its path from there."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def members(archive: bytes) -> Files:
    """Return what is in each member of a zip, with all that the zip says about it."""
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        return {
            entry.filename: repr((entry.date_time, entry.external_attr)).encode()
            + packed.read(entry)
            for entry in packed.infolist()
        }


def place(one: bytes, other: bytes) -> str:
    """Return the first place where two texts differ, with what stands around it."""
    pairs = enumerate(zip(one, other, strict=False))
    at = next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))
    begin, end = max(at - AROUND, 0), at + AROUND
    here, there = (text[begin:end].decode("utf-8", "replace") for text in (one, other))
    return f"byte {at}:\n  {here!r}\n  {there!r}"


def first_difference(one: Files, other: Files) -> str:
    """Name the first file in which two sites differ, and where; "" for the same."""
    for name in sorted(one.keys() | other.keys()):
        if name not in one or name not in other:
            return f"{name} stands only in the {'second' if name in other else 'first'}"
        if one[name] == other[name]:
            continue
        if name.endswith(".zip"):
            inside = first_difference(members(one[name]), members(other[name]))
            return f"{name}: {inside or 'packed in another order or way'}"
        return f"{name}, {place(one[name], other[name])}"
    return ""
