"""The state in which every lesson and every snippet starts.

Lessons share one process, and torch keeps print options, the default dtype,
the seed, the grad mode and more for the whole process. Without a reset, a page
would depend on which pages ran before it.
"""

from __future__ import annotations

import functools
import gc
import os
import random
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from sphinxext import forward_mode

THREADS = 1
"""One thread adds up floats in one order, on every machine."""


@functools.cache
def load_torch() -> None:
    """Import torch once, and take its objects out of the garbage collector.

    sphinx-gallery collects before each script; on torch's heap that costs
    0.15 s a script, and nothing there is garbage.
    """
    import torch

    forward_mode.silence()
    torch.set_num_interop_threads(THREADS)
    gc.freeze()


def fresh() -> None:
    """Set everything that a script can leave behind back to how torch starts.

    Warnings are errors from here on: a warning that nobody catches would stand
    on a page with a path of the machine that built it.
    """
    load_torch()
    import numpy
    import torch
    from torch.nn.modules import module

    torch.set_warn_always(True)
    torch.set_printoptions(profile="default")
    torch.set_default_dtype(torch.float32)
    torch.set_default_device(None)
    torch.set_grad_enabled(True)
    torch.set_num_threads(THREADS)
    torch.manual_seed(0)
    if torch.are_deterministic_algorithms_enabled():  # to set it imports a compiler
        torch.use_deterministic_algorithms(False)
    torch.autograd.set_detect_anomaly(False)
    torch.autograd.set_multithreading_enabled(True)
    for name, hooks in vars(module).items():
        if name.startswith("_global_") and isinstance(hooks, dict):
            hooks.clear()
    module._global_is_full_backward_hook = None
    numpy.set_printoptions(edgeitems=3, linewidth=75, precision=8, suppress=False)
    numpy.seterr(all="warn")
    numpy.random.seed(0)
    random.seed(0)
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
        sys.modules["matplotlib"].rcdefaults()
    warnings.resetwarnings()
    warnings.simplefilter("error")
    # raised where an object is collected, which may be in somebody else's cell
    warnings.simplefilter("ignore", ResourceWarning)


@contextmanager
def isolated() -> Iterator[None]:
    """Run one script from a fresh state, and put the process back afterwards."""
    directory = os.getcwd()
    environment = dict(os.environ)
    path = sys.path[:]
    with warnings.catch_warnings():
        fresh()
        try:
            yield
        finally:
            fresh()
            os.chdir(directory)
            sys.path[:] = path
            os.environ.clear()
            os.environ.update(environment)
