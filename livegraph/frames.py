"""Who called the operation: the reader's frame, and the modules in between."""

from __future__ import annotations

import inspect
from types import CodeType, FrameType
from typing import Any

from torch.nn import Module

_CALL = Module._call_impl.__code__


def local_variables(frame: FrameType) -> dict[str, Any]:
    """Return a copy of the frame's local variables.

    Before Python 3.13 the interpreter keeps the dictionary it hands out on the
    frame, and with it every value in it; it is emptied so that a variable the
    caller deletes is freed as if nobody had looked.
    """
    found = frame.f_locals
    copy = dict(found)
    if type(found) is dict and frame.f_code.co_flags & inspect.CO_OPTIMIZED:
        found.clear()
    return copy


def variables(frame: FrameType) -> dict[str, Any]:
    """Return the frame's locals, then those globals that no local hides."""
    if frame.f_locals is frame.f_globals:
        return dict(frame.f_globals)
    found = local_variables(frame)
    for name, value in frame.f_globals.items():
        found.setdefault(name, value)
    return found


def modules_above(frame: FrameType | None, stop: CodeType | None) -> list[Module]:
    """Return the modules whose forward is running, outermost first.

    The search goes up from ``frame`` as far as the frame that runs ``stop``.
    """
    found = []
    while frame is not None:
        code = frame.f_code
        if code is _CALL:
            found.append(local_variables(frame)["self"])
        elif code is stop:
            break
        frame = frame.f_back
    found.reverse()
    return found


def calls_directly(frame: FrameType | None) -> FrameType | None:
    """Return the first frame from ``frame`` upwards that is not torch's own."""
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if not (isinstance(name, str) and name.partition(".")[0] == "torch"):
            return frame
        frame = frame.f_back
    return None
