"""Tables of the environment: what is kept of each page, by the page's name.

Extensions fill theirs while pages are read. A page that is read again or gone is
forgotten, and what parallel readers found is brought together.
"""

from __future__ import annotations

from collections.abc import Iterable

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment


def keep(app: Sphinx, *tables: str) -> None:
    """Give the environment a dictionary for each of ``tables``, its attributes."""

    def start(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
        """Make what is not there; a process that merges has read no page itself."""
        for table in tables:
            if not hasattr(env, table):
                setattr(env, table, {})

    def purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        """Forget a page that is read again or gone."""
        for table in tables:
            getattr(env, table, {}).pop(docname, None)

    def merge(
        app: Sphinx,
        env: BuildEnvironment,
        docnames: Iterable[str],
        other: BuildEnvironment,
    ) -> None:
        """Take over what a parallel reader found."""
        for table in tables:
            found = getattr(other, table)
            getattr(env, table).update({n: found[n] for n in docnames if n in found})

    app.connect("env-before-read-docs", start)
    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
