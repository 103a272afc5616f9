"""The table of differences, as the pages of a build read it."""

from __future__ import annotations

import functools
from pathlib import Path

from sphinx.environment import BuildEnvironment

from sphinxext.differences import FILE, Table, load


@functools.lru_cache(maxsize=1)
def read(path: Path, changed: int) -> Table:
    """Return the table in ``path``, read once as long as its time stays."""
    return load(path)


def table_of(env: BuildEnvironment) -> Table:
    """Return the table, and let the page that is read depend on it."""
    path = Path(env.srcdir) / FILE
    if not path.exists():
        return Table()
    env.note_dependency(str(path))
    return read(path, path.stat().st_mtime_ns)
