"""Run something in a process of its own, which tells its parent what it finds."""

from __future__ import annotations

import gc
import json
import os
import signal
import traceback
from collections.abc import Callable
from typing import Any

Tell = Callable[[str], object]
"""Writes one line of JSON to the parent."""


def forked(
    run: Callable[[Tell], object], seconds: int, name: str
) -> tuple[list[Any], int]:
    """Let a child ``run``; return the values that it tells, and the signal, or 0.

    A child that does not end is stopped after ``seconds``. Raises
    ``ChildProcessError`` with ``name`` where the child fails in another way.
    """
    gc.freeze()  # or the child walks, and so copies, all that Sphinx holds
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            signal.alarm(seconds)
            run(lambda line: os.write(writing, f"{line}\n".encode()))
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as told:
        values = [json.loads(line) for line in told]
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and status:
        raise ChildProcessError(f"{name}: see above")
    return values, status
