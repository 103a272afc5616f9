"""Whether any page changed since the last build: what all pages make is kept else."""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.typing import ExtensionMetadata


def note(
    app: Sphinx,
    env: BuildEnvironment,
    added: set[str],
    changed: set[str],
    removed: set[str],
) -> list[str]:
    """Remember whether this build reads or forgets a page; ask for none."""
    env.pages_changed = bool(added or changed or removed)
    return []


def still_holds(env: BuildEnvironment, path: Path) -> bool:
    """Tell whether ``path``, made from all pages, is as it would be made now."""
    return not env.pages_changed and path.exists()


def setup(app: Sphinx) -> ExtensionMetadata:
    """Listen when Sphinx has found out what to read."""
    app.connect("env-get-outdated", note)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
