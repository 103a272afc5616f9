"""End a build with what is wrong, and with nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from sphinx.util import logging

from sphinxext.compare import Failure

logger = logging.getLogger(__name__)


def stop(failures: Sequence[Failure | str]) -> None:
    """Log each of ``failures`` and exit with status 1; return where there is none.

    An exception would make Sphinx print its versions, its extensions and a
    traceback of ours around the one line that the author needs.
    """
    if not failures:
        return
    for failure in failures:
        logger.error("%s\n", failure)
    logger.error("not proven: %d", len(failures))
    raise SystemExit(1)
