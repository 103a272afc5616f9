"""The exact versions in a requirements file, and whether they are installed."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
from pathlib import Path


def lines_of(path: Path) -> list[str]:
    """Return the pins in ``path`` and in the files it includes with ``-r``."""
    found = []
    for line in path.read_text("utf-8").splitlines():
        line = line.partition("#")[0].strip()
        if line.startswith("-r "):
            found += lines_of(path.parent / line[3:].strip())
        elif line:
            found.append(line)
    return found


def fingerprint(path: Path) -> str:
    """Return a digest of all pins in ``path``."""
    return hashlib.sha256("\n".join(lines_of(path)).encode()).hexdigest()


@functools.cache
def installed(path: Path) -> dict[str, str]:
    """Return the version of each package in ``path``, "missing" where there is none."""
    found = {}
    for line in lines_of(path):
        name = line.partition("==")[0]
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "missing"
    return found


def mismatches(path: Path) -> list[str]:
    """Say of each pin in ``path`` that is not installed what is there instead.

    A local label (``2.13.0+cpu``) is the same release.
    """
    wrong = []
    for line in lines_of(path):
        name, _, wanted = line.partition("==")
        found = installed(path)[name].partition("+")[0]
        if found != wanted:
            wrong.append(f"{name} is {found}, {path.name} pins {wanted}")
    return wrong
