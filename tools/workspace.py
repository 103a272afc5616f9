"""Where a build works, what it keeps, and how a good site takes the old one's place."""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tools.fingerprint import ROOT, state
from tools.say import fail

BUILD = ROOT / "_build"
WORK = BUILD / "work"
SITE = BUILD / "html"
SCRIPTS = ROOT / "examples"
LESSONS = ROOT / "docs" / "lessons"
"""What sphinx-gallery makes of the scripts."""

RUNNING = WORK / "running"
STATE = WORK / "state.json"
CACHE = WORK / ".jupyter_cache"
ALLOW = "Free some space, or allow writing there."


@contextmanager
def alone() -> Iterator[None]:
    """Hold the build lock; a second build waits for the first.

    Where a build is killed but not the Sphinx that it started, that holds it on.
    """
    try:
        BUILD.mkdir(exist_ok=True)
        opened = (BUILD / "lock").open("w")
    except OSError as error:
        fail(f"Nothing was built: {error}. {ALLOW}")
    with opened as lock:
        os.set_inheritable(lock.fileno(), True)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("another build is running: waiting for it", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def prepare(builder: str) -> None:
    """Throw away what an earlier build left unfinished or what no longer holds.

    Raises ``OSError`` where a build could not write what it makes.
    """
    WORK.mkdir(parents=True, exist_ok=True)
    if not os.access(LESSONS.parent, os.W_OK):
        raise OSError(f"{LESSONS.parent} may not be written")
    now = state()
    before = remembered()
    unfinished = RUNNING.exists()
    RUNNING.touch()
    if unfinished or before.get("runs") != now["runs"]:
        remove(LESSONS, *filter(Path.is_dir, WORK.iterdir()))
        before = now | {"good": []}
    if before["code"] != now["code"]:
        remove(*(path for path in WORK.iterdir() if path.is_dir() and path != CACHE))
        before = before | {"good": [], "looks": now["looks"]}
    if before["pages"] != now["pages"]:
        forget(set(before["pages"]) - set(now["pages"]))
        remove(*editions())
    if before["looks"] != now["looks"]:
        remove(*editions())
    if before["measured"] != now["measured"]:
        remove(CACHE)
        for page in WORK.glob("*.doctrees/measured/*.doctree"):
            page.unlink()
    if builder not in before["good"]:
        # Sphinx would not repeat a warning about a page that it has read
        remove(*WORK.glob(f"{builder}*"))
    good = [name for name in before["good"] if name != builder]
    STATE.write_text(json.dumps(now | {"good": good}), "utf-8")


def editions() -> list[Path]:
    """Return the folders of finished pages, one for each language."""
    made = WORK.glob("html*")
    return [path for path in made if not path.name.startswith("html.doctrees")]


def remembered() -> dict[str, Any]:
    """Return what the last build noted, nothing where it was stopped in writing."""
    try:
        return json.loads(STATE.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}


def forget(names: Iterable[str]) -> None:
    """Remove what sphinx-gallery made from those of ``names`` that are scripts."""
    for name in names:
        script = ROOT / name
        if script.is_relative_to(SCRIPTS):
            place = LESSONS / script.relative_to(SCRIPTS)
            for made in place.parent.glob(f"{place.stem}.*"):
                made.unlink()


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


def publish(built: dict[str, Path]) -> None:
    """Put copies of ``built`` in the place of the site, in one step.

    ``built`` has the folder of each language, below the root, and what is to stand
    there. Raises ``OSError``, with the old site untouched, where the copy fails.
    """
    fresh = BUILD / "next"
    shutil.rmtree(fresh, ignore_errors=True)
    left_out = shutil.ignore_patterns(".buildinfo*", ".doctrees")
    for folder, pages in built.items():
        shutil.copytree(pages, fresh / folder, ignore=left_out, dirs_exist_ok=True)
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
