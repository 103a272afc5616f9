"""What a command costs: CPU seconds of all its processes, wall seconds, memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.site import environment

MEGABYTE = 2**20 / 1024
"""In kilobytes, the unit in which Linux tells the memory of a process."""


@dataclass(frozen=True)
class Cost:
    """CPU and wall time in seconds, and the memory of the largest process in MB."""

    cpu: float
    wall: float
    peak: float

    def __add__(self, other: Cost) -> Cost:
        """Return the cost of both, one after the other."""
        peak = max(self.peak, other.peak)
        return Cost(self.cpu + other.cpu, self.wall + other.wall, peak)


def settings() -> dict[str, str]:
    """Return the environment of a build, which may keep compiled modules."""
    names = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED")
    return {name: text for name, text in environment().items() if name not in names}


def cost(arguments: Sequence[str], folder: Path) -> Cost:
    """Run Python with ``arguments`` in ``folder``; return what it cost.

    Raises ``RuntimeError`` with the end of what it said where it fails.
    """
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=folder,
            env=settings(),
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        # of this process and of all that it has waited for
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            end = said.read().decode(errors="replace")[-2000:]
            raise RuntimeError(f"{' '.join(arguments)} in {folder} failed:\n{end}")
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / MEGABYTE)


def median(costs: Sequence[Cost]) -> Cost:
    """Return the median of each figure."""
    return Cost(
        statistics.median(cost.cpu for cost in costs),
        statistics.median(cost.wall for cost in costs),
        max(cost.peak for cost in costs),
    )


def spread(costs: Sequence[Cost]) -> str:
    """Return the least and the most CPU seconds."""
    least, most = min(c.cpu for c in costs), max(c.cpu for c in costs)
    return f"{least:.2f} to {most:.2f}"
