"""Time two tools that take turns, by the processor and by the clock on the wall."""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple


class Seconds(NamedTuple):
    """Of the processor, child processes included, and of the clock on the wall."""

    cpu: float
    wall: float


def clock(work: Callable[[], object]) -> Seconds:
    """Return how long ``work`` takes, its child processes included."""
    wall, cpu = time.perf_counter(), _processor()
    work()
    return Seconds(_processor() - cpu, time.perf_counter() - wall)


def _processor() -> float:
    """Return the processor seconds of this process and its finished children."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def rounds(works: Sequence[Callable[[], Seconds]], count: int) -> list[list[Seconds]]:
    """Run each of ``works`` once a round; return its times, a list for each.

    A round begins with another one each time, so that what else the machine does
    falls on all of them alike. A round before the first warms up, and is dropped.
    """
    times: list[list[Seconds]] = [[] for _ in works]
    for number in range(-1, count):
        for at in range(len(works)):
            which = (at + number) % len(works)
            took = works[which]()
            if number >= 0:
                times[which].append(took)
    return times


def middle(times: Sequence[Seconds]) -> Seconds:
    """Return the median of each kind of seconds."""
    return Seconds(*map(statistics.median, zip(*times, strict=True)))


def ratio(ours: Sequence[Seconds], theirs: Sequence[Seconds]) -> Seconds:
    """Return the median of the rounds' ratios, of each kind of seconds.

    The two figures of a round are neighbours in time: a busy machine slows both.
    """
    parts = [
        Seconds(mine.cpu / other.cpu, mine.wall / other.wall)
        for mine, other in zip(ours, theirs, strict=True)
    ]
    return middle(parts)
