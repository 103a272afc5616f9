"""What decides whether the results of an earlier build can be used again."""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tools.pins import installed

ROOT = Path(__file__).resolve().parent.parent

AT_RUN = (
    *("gallery", "recorder", "downloads"),
    *("compare", "promise", "run", "state", "stop"),  # which the first three import
)
"""The extensions that work while lessons run, or on what that leaves behind."""
RUNS = ("livegraph/*.py", *(f"sphinxext/{name}.py" for name in AT_RUN))
"""A change in one of these can change what a lesson prints, or its downloads."""
SET_RUNS = ("extensions", "sphinx_gallery_conf", "nb_")
"""How the names of settings begin that can do the same."""
AFTER_RUN = {
    *("furo", "sphinx-basic-ng", "accessible-pygments", "sphinx-copybutton"),
    *("sphinx-intl",),
    *("resvg-py", "snowballstemmer", "beautifulsoup4", "soupsieve"),
    *("sphinx-autobuild", "uvicorn", "starlette", "watchfiles", "websockets"),
}
"""Packages that see nothing of a lesson before it has run."""
SOURCES = ("conf.py", "sphinxext/*.*", "sphinxext/search_words/*.*", "livegraph/*")
"""A change in one of these can change any page."""
LOOKS = ("docs/_templates/*.html", "docs/_templates/*/*.html", "docs/_static/**/*.*")
"""A change in one of these writes every page again, and reads and runs nothing."""
MEASURED = ("docs/measured/*.py", "docs/measured/*.json")
"""What measured pages draw from; MyST-NB looks at the page's own code alone."""


def digest(patterns: Iterable[str], *more: object) -> str:
    """Return a digest of all files that match ``patterns``, and of ``more``."""
    found = hashlib.sha256(repr(more).encode())
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file():
                found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()


def settings(source: str) -> str:
    """Return ``source``, a conf.py, without what concerns finished pages alone.

    What is not Python is returned whole: Sphinx says what is wrong with it.
    """
    try:
        statements = ast.parse(source).body
    except SyntaxError:
        return source
    kept = [
        statement
        for statement in statements
        if not isinstance(statement, ast.Assign)
        or any(ast.unparse(name).startswith(SET_RUNS) for name in statement.targets)
    ]
    return "\n".join(map(ast.unparse, kept))


def state() -> dict[str, Any]:
    """Return what to compare: texts for each kind of change, names for the pages."""
    packages = installed(ROOT / "requirements.txt")
    at_run = sorted(packages.items() - {(n, packages.get(n)) for n in AFTER_RUN})
    conf = settings((ROOT / "conf.py").read_text("utf-8"))
    pages = [*ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.*")]
    return {
        "runs": digest(RUNS, sys.version, at_run, conf),
        "code": digest(SOURCES, sys.version, sorted(packages.items())),
        "looks": digest(LOOKS),
        "measured": digest(MEASURED),
        "pages": sorted(path.relative_to(ROOT).as_posix() for path in pages),
    }
