"""What a node keeps for backward, read without running anybody's hook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import torch
from torch._C._autograd import SavedTensor
from torch.autograd.graph import Node as Fn

from livegraph.identity import version_of

_RAW = "_raw_saved_"
Told = tuple[str, str, torch.Tensor | None]


def saved_tensors(fn: Fn, fresh: bool = False) -> Iterator[Told]:
    """Yield field, state and the tensor itself for all that ``fn`` keeps.

    The state is ``kept``, ``overwritten``, ``freed`` (the tensor is None) or
    ``hidden`` (a hook packed it: the tensor is None, and is not unpacked).
    A field that never held a tensor is left out. ``fresh`` says that the node was
    made this moment, so that all is as it was.
    """
    for field in _fields(type(fn)):
        try:
            raw = getattr(fn, _RAW + field)
        except RuntimeError:
            yield field, "freed", None
            continue
        if isinstance(raw, (tuple, list)):
            yield from _several(fn, field, raw, fresh)
        elif raw.unpack_hook is not None:
            yield field, "hidden", None
        else:
            state = "kept" if fresh else _state(fn, field)
            if raw.data is not None or state == "freed":
                yield field, state, raw.data


def _several(
    fn: Fn, field: str, slots: Sequence[SavedTensor], fresh: bool
) -> Iterator[Told]:
    """Yield the same for a field that keeps a list of tensors."""
    if any(slot.unpack_hook is not None for slot in slots):
        yield field, "hidden", None
        return
    state = "kept" if fresh else _state(fn, field)
    for place, slot in enumerate(slots):
        if slot.data is not None or state == "freed":
            yield f"{field}[{place}]", state, slot.data


def state_since(fn: Fn, name: str, version: int) -> str:
    """Return the state of a tensor that was saved as ``name`` at that version.

    ``name`` is what ``saved_tensors`` called it: ``self``, ``tensors[1]``.
    """
    field, bracket, place = name.partition("[")
    try:
        raw = getattr(fn, _RAW + field)
    except RuntimeError:
        return "freed"
    if isinstance(raw, (tuple, list)):
        hidden = any(slot.unpack_hook is not None for slot in raw)
        if not bracket:
            return "hidden" if hidden else "freed"
        if hidden or int(place[:-1]) >= len(raw):
            return "freed"
        raw = raw[int(place[:-1])]
    elif raw.unpack_hook is not None:
        return "hidden"
    tensor = raw.data
    if tensor is None:
        return "freed"
    return "kept" if version_of(tensor) == version else "overwritten"


def _state(fn: Fn, field: str) -> str:
    """Ask torch itself whether backward would take the tensors as they are."""
    try:
        getattr(fn, "saved_tensors" if field == "tensors" else f"_saved_{field}")
    except RuntimeError as error:
        return "freed" if "second time" in str(error) else "overwritten"
    return "kept"


@lru_cache(maxsize=1024)
def _fields(kind: type) -> tuple[str, ...]:
    """Return the names under which nodes of this class keep tensors."""
    return tuple(name.removeprefix(_RAW) for name in dir(kind) if name.startswith(_RAW))
