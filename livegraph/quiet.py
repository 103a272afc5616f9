"""Work of our own that nobody else should notice."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def quietly() -> Iterator[None]:
    """Keep the modes from seeing what runs inside, and the collector from it.

    What is built inside is many small objects, none of them garbage: collecting
    while they grow took more than half of the time.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        with torch._C.DisableTorchFunction():
            yield
    finally:
        if enabled:
            gc.enable()
