"""What every page shows of the others: where it changes, all are written again.

Titles stand in the sidebar and in links, and parts of pages have names that others
link to. Sphinx writes a page again where its own source has changed.
"""

from __future__ import annotations

import hashlib

from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.typing import ExtensionMetadata


def shown(env: BuildEnvironment) -> str:
    """Return a digest of all titles, tables of contents and names of parts."""
    found = hashlib.sha256()
    for docname in sorted(env.found_docs):
        contents = map(str, env.tocs[docname].findall(addnodes.toctree))
        found.update(f"{docname} {env.titles[docname]}{list(contents)}".encode())
    for domain in env.domains.sorted():
        found.update(repr(sorted(domain.get_objects(), key=repr)).encode())
    return found.hexdigest()


def rewrite(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Name all pages where something that each of them shows has changed."""
    before = getattr(env, "shown_everywhere", None)
    env.shown_everywhere = shown(env)
    return sorted(env.found_docs) if before != env.shown_everywhere else []


def setup(app: Sphinx) -> ExtensionMetadata:
    """Look when all pages are read."""
    app.connect("env-updated", rewrite)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
