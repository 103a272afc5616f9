"""Run the doctest build on other torch releases; keep what differs as data.

Usage: python -m tools.site versions RELEASE [RELEASE ...]

One release after the other gets an environment with ``requirements.txt`` but for
torch, and a copy of the project whose requirements name that torch. Both are
removed before the next begins. ``docs/versions.json`` is written after each.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from sphinxext.differences import (
    BUILDER,
    FILE,
    RESULT,
    Example,
    Table,
    difference_of,
    load,
    merged,
    release_of,
)
from tools import environment
from tools.say import fail
from tools.workspace import BUILD, ROOT, WORK

TABLE = ROOT / "docs" / FILE
LEFT = (".*", "_build", "__pycache__", "jupyter_execute")
"""What a build does not read: environments, caches, results."""
NEEDED = 12
"""Gigabytes that the environment of one release may take while it is made."""
TORCH_CHOOSES = (
    *("filelock", "fsspec", "jinja2", "mpmath", "networkx", "setuptools", "sympy"),
    "typing-extensions",
)
"""What torch needs itself: a release may ask for another version than our pin."""
LAST_OLD_NUMPY = "1.26.4"
TAKES_NEW_NUMPY = (2, 3, 0)
"""The first torch release that is built for numpy 2."""
COLLECT = f"from tools.site import build; build({BUILDER!r})"


def requirements_for(release: str, text: str) -> str:
    """Return the requirements ``text`` with the pins that ``release`` needs."""
    kept = []
    for line in text.splitlines():
        name = line.partition("==")[0].strip().lower()
        if name == "torch":
            kept.append(f"torch=={release}")
        elif name == "numpy" and release_of(release) < TAKES_NEW_NUMPY:
            kept.append(f"numpy=={LAST_OLD_NUMPY}")
        elif name not in TORCH_CHOOSES:
            kept.append(line)
    return "\n".join(kept) + "\n"


def pinned_torch(text: str) -> str:
    """Return the torch release that the requirements ``text`` pin."""
    return next(re.finditer(r"^torch==([\d.]+)", text, re.MULTILINE))[1]


def copy_project(folder: Path, release: str) -> None:
    """Put what a build reads in ``folder``, with the requirements of ``release``."""
    ignored = shutil.ignore_patterns(*LEFT)
    shutil.copytree(ROOT, folder, ignore=ignored)
    shutil.rmtree(folder / "docs" / "lessons", ignore_errors=True)
    pins = (ROOT / "requirements.txt").read_text("utf-8")
    (folder / "requirements.txt").write_text(requirements_for(release, pins), "utf-8")


def collect(release: str, folder: Path) -> dict[str, Any]:
    """Return what the builder ``versions`` finds with ``release``, in ``folder``."""
    project, packages = folder / "project", folder / "environment"
    copy_project(project, release)
    environment.make(packages, project / "requirements.txt")
    command = [str(environment.python_of(packages)), "-c", COLLECT]
    work = project / WORK.relative_to(ROOT)
    status = subprocess.run(command, cwd=project, check=False).returncode
    if status:
        fail(
            f"The pages could not be run on torch {release} (status {status}): see "
            f"above. docs/{FILE} holds what was there before."
        )
    return json.loads((work / BUILDER / RESULT).read_text("utf-8"))


def compare(release: str, table: Table) -> Table:
    """Return ``table`` with a column for ``release``."""
    free = shutil.disk_usage(BUILD).free / 10**9
    if free < NEEDED:
        fail(
            f"torch {release} may take {NEEDED} GB while it is installed, and "
            f"{free:.1f} GB are free. Free some space; docs/{FILE} is unchanged."
        )
    with tempfile.TemporaryDirectory(prefix="versions-", dir=BUILD) as name:
        # pip would keep gigabytes in its cache, and unpack them on another disk
        os.environ.update(PIP_NO_CACHE_DIR="1", TMPDIR=name)
        result = collect(release, Path(name))
    examples = {Example(**values) for values in result["examples"]}
    found = [difference_of(values) for values in result["differences"]]
    return merged(table, release, result["facts"], found, examples)


def main(releases: list[str]) -> None:
    """Compare each release, and write the table after each."""
    # a run that is ended removes its environment too
    signal.signal(signal.SIGTERM, lambda number, frame: fail("stopped", 128 + number))
    try:
        for release in releases:
            release_of(release)
        table = load(TABLE)
    except (ValueError, KeyError) as error:
        fail(f"{error}. Nothing was installed; docs/{FILE} is unchanged.")
    if not releases:
        fail("Name the releases: nox -s versions -- 2.6.0 2.10.0")
    table.pinned = pinned_torch((ROOT / "requirements.txt").read_text("utf-8"))
    BUILD.mkdir(exist_ok=True)
    for number, release in enumerate(releases, 1):
        print(f"torch {release}, {number} of {len(releases)}", flush=True)
        table = compare(release, table)
        fresh = TABLE.with_suffix(".new")
        fresh.write_text(table.dump(), "utf-8")
        fresh.replace(TABLE)
        facts = table.checked[release]
        print(f"{facts['different']} of {facts['examples']} examples differ")
    print(f"\n{TABLE}")
