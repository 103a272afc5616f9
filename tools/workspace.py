"""Where a build works, what it keeps, and how a good site takes the old one's place."""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "_build"
WORK = BUILD / "work"
SITE = BUILD / "html"
LESSONS = ROOT / "docs" / "lessons"

RUNNING = WORK / "running"
STATE = WORK / "state.json"
SOURCES = (
    "requirements.txt",
    "conf.py",
    "sphinxext/*.*",
    "sphinxext/search_words/*.*",
    "livegraph/*",
)
"""A change in one of these can change any page."""
LOOKS = ("docs/_templates/*.html", "docs/_templates/*/*.html", "docs/_static/**/*.*")
"""A change in one of these writes every page again, and runs nothing."""
MEASURED = ("docs/measured/*.py", "docs/measured/*.json")
"""What measured pages draw from; MyST-NB looks at the page's own code alone."""


@contextmanager
def alone() -> Iterator[None]:
    """Hold the build lock; a second build waits for the first."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("another build is running: waiting for it", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def digest(patterns: tuple[str, ...]) -> str:
    """Return a digest of this Python and of all files that match ``patterns``."""
    found = hashlib.sha256(sys.version.encode())
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file():
                found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()


def state() -> dict[str, Any]:
    """Return what decides whether earlier results can be used again."""
    pages = [*ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.*")]
    names = sorted(path.relative_to(ROOT).as_posix() for path in pages)
    return {
        "code": digest(SOURCES),
        "looks": digest(LOOKS),
        "measured": digest(MEASURED),
        "pages": names,
    }


def prepare(builder: str) -> None:
    """Throw away what an earlier build left unfinished or what no longer holds."""
    WORK.mkdir(parents=True, exist_ok=True)
    now = state()
    before = remembered()
    if RUNNING.exists() or before.get("code") != now["code"]:
        remove(LESSONS, *filter(Path.is_dir, WORK.iterdir()))
        before = now | {"good": []}
    if before["pages"] != now["pages"]:
        remove(LESSONS, WORK / "html")
    if before["looks"] != now["looks"]:
        remove(WORK / "html")
    if before["measured"] != now["measured"]:
        remove(WORK / ".jupyter_cache")
        for page in WORK.glob("*.doctrees/measured/*.doctree"):
            page.unlink()
    if builder not in before["good"]:
        # Sphinx would not repeat a warning about a page that it has read
        remove(WORK / builder, WORK / f"{builder}.doctrees")
    good = [name for name in before["good"] if name != builder]
    STATE.write_text(json.dumps(now | {"good": good}), "utf-8")
    RUNNING.touch()


def remembered() -> dict[str, Any]:
    """Return what the last build noted, nothing where it was stopped in writing."""
    try:
        return json.loads(STATE.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}


def remove(*folders: Path) -> None:
    """Remove ``folders``, as far as they exist."""
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def finish(builder: str, *, good: bool) -> None:
    """Note how an orderly build ended, so that the next one knows what to keep."""
    if good:
        known = json.loads(STATE.read_text("utf-8"))
        known["good"].append(builder)
        STATE.write_text(json.dumps(known), "utf-8")
    RUNNING.unlink()


def publish(built: Path) -> None:
    """Put a copy of ``built`` in the place of the site, in one step.

    Raises ``OSError``, with the old site untouched, where the copy fails.
    """
    fresh = BUILD / "next"
    shutil.rmtree(fresh, ignore_errors=True)
    left_out = shutil.ignore_patterns(".buildinfo*", ".doctrees")
    shutil.copytree(built, fresh, ignore=left_out)
    if SITE.exists():
        exchange(fresh, SITE)
        shutil.rmtree(fresh)
    else:
        fresh.rename(SITE)


def exchange(one: Path, other: Path) -> None:
    """Swap two folders in one step where the system can, else in two."""
    libc = ctypes.CDLL(None, use_errno=True)
    here, swap = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of renameat2(2)
    rename = getattr(libc, "renameat2", None)
    names = os.fsencode(one), os.fsencode(other)
    if rename and rename(here, names[0], here, names[1], swap) == 0:
        return
    aside = one.with_name("old")
    shutil.rmtree(aside, ignore_errors=True)
    other.rename(aside)
    one.rename(other)
    aside.rename(one)
