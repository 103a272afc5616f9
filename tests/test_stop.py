"""A build ends with what is wrong, and with nothing else."""

from pathlib import Path

import pytest

from sphinxext.compare import Failure
from sphinxext.stop import stop


def test_without_a_failure_nothing_happens(said):
    assert stop([]) is None
    assert [] == said


def test_each_failure_is_said_and_all_are_counted(said):
    failure = Failure(Path("plot_a.py").resolve(), 3, "another output", "5", "6")

    with pytest.raises(SystemExit) as ended:
        stop([failure, "docs/index.md:1: 100% wrong"])

    assert 1 == ended.value.code
    assert [
        f"ERROR: {failure}\n",
        "ERROR: docs/index.md:1: 100% wrong\n",
        "ERROR: not proven: 2",
    ] == said
