"""Whether a build can be left out, because nothing that it reads has changed.

Two digests are kept of the last good site: of all that a build can read, taken
before it began, and of the site's files once they were in place. Where both are
what they were, a build would make the site that stands there.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tools.workspace import BUILD, LESSONS, ROOT, RUNNING, SITE

NOTE = BUILD / "site.digests"

CACHES = (".git", ".nox", ".hypothesis", "__pycache__", "jupyter_execute")
MARKS_CACHE = ("pyvenv.cfg", "CACHEDIR.TAG")
"""Files that tell an environment and the cache of a tool from what is read."""

CHATTER = ("_", "PWD", "OLDPWD", "SHLVL", "WINDOWID", "TERM_SESSION_ID", "MFLAGS")
CHATTERS = ("MAKE", "SSH_", "TMUX", "XDG_SESSION")
"""Variables that name the shell or ``make``: they differ from window to window."""


class LinkedFolder(OSError):
    """A folder stands elsewhere, where what it holds can change unseen."""


def skipped(folder: Path) -> bool:
    """Tell whether a build reads nothing in ``folder``."""
    return (
        folder in (BUILD, LESSONS)
        or folder.name in CACHES
        or any((folder / mark).exists() for mark in MARKS_CACHE)
    )


def files(root: Path) -> Iterator[Path]:
    """Yield every file below ``root`` that a build can read, sorted.

    Raises ``OSError`` where a folder cannot be read or is a link.
    """
    for entry in sorted(os.scandir(root), key=lambda entry: entry.name):
        path = Path(entry.path)
        if not entry.is_dir():
            yield path
        elif not skipped(path):
            if entry.is_symlink():
                raise LinkedFolder(f"{path} is a link to a folder")
            yield from files(path)


def packages(folders: Iterable[str]) -> Iterator[str]:
    """Yield what tells which packages, in which versions, ``folders`` hold."""
    for folder in folders:
        place = Path(folder).absolute()  # "" is the current folder
        if place.is_dir() and place != ROOT:
            for entry in sorted(os.scandir(place), key=lambda entry: entry.name):
                if entry.name.endswith((".dist-info", ".egg-info", ".pth")):
                    yield f"{entry.path} {entry.stat().st_mtime_ns}"


def variables(environment: Mapping[str, str]) -> Iterator[str]:
    """Yield those of ``environment`` that could change a page."""
    for name, value in sorted(environment.items()):
        if name not in CHATTER and not name.startswith(CHATTERS):
            yield f"{name}={value}"


def inputs(environment: Mapping[str, str]) -> str:
    """Return a digest of everything that a build reads; "" where that is unknown.

    ``environment`` is what the build will run with.
    """
    found = hashlib.sha256()
    try:
        told = [sys.version, *packages(sys.path), *variables(environment)]
        found.update("\0".join(told).encode(errors="surrogateescape"))
        for path in files(ROOT):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            found.update(f"\0{path} {content}".encode(errors="surrogateescape"))
    except OSError:
        return ""
    return found.hexdigest()


def published() -> str:
    """Return a digest of names, sizes and times of the site; "" where there is none.

    The time of the last change is set by the system alone, so that a file edited
    by hand is seen also where its time of writing was set back.
    """
    found = hashlib.sha256()
    for path in sorted(SITE.rglob("*")):
        told = path.lstat()
        times = told.st_mtime_ns, told.st_ctime_ns
        said = (
            f"\0{path} {told.st_mode} {told.st_size} {times}" if path.is_file() else ""
        )
        found.update(said.encode(errors="surrogateescape"))
    return found.hexdigest() if (SITE / "index.html").is_file() else ""


def holds(now: str) -> bool:
    """Tell whether the site in place is what a build of the inputs ``now`` makes.

    What a build that was killed has left is for the next one to clean up.
    """
    if RUNNING.exists():
        return False
    try:
        before = NOTE.read_text("utf-8").split("\n")
    except OSError:
        return False
    return bool(now) and before == [now, published()]


def note(now: str) -> None:
    """Keep that the site in place was built from the inputs ``now``."""
    NOTE.write_text(f"{now}\n{published()}", "utf-8")
