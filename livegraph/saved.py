"""What a node keeps for backward, read without running anybody's hook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import torch
from torch._C._autograd import SavedTensor
from torch.autograd.graph import Node as Fn

from livegraph.identity import version_of

_RAW = "_raw_saved_"
Versions = Mapping[str, int] | None
Told = tuple[str, str, torch.Tensor | None]


def saved_tensors(fn: Fn, versions: Versions = None) -> Iterator[Told]:
    """Yield field, state and the tensor itself for all that ``fn`` keeps.

    The state is ``kept``, ``overwritten``, ``freed`` (the tensor is None) or
    ``hidden`` (a hook packed it: the tensor is None, and is not unpacked).
    A field that never held a tensor is left out. ``versions`` tells the version
    of each field's tensor when it was saved, where that is known; a node made
    this moment has none to tell, and {} says that all is as it was.
    """
    for field in _fields(type(fn)):
        try:
            raw = getattr(fn, _RAW + field)
        except RuntimeError:
            yield field, "freed", None
            continue
        if isinstance(raw, (tuple, list)):
            yield from _several(fn, field, raw, versions)
        elif raw.unpack_hook is not None:
            yield field, "hidden", None
        else:
            state = _state(fn, field) if versions is None else "kept"
            found = _told(field, state, raw.data, versions)
            if found is not None:
                yield found


def _several(
    fn: Fn, field: str, slots: Sequence[SavedTensor], versions: Versions
) -> Iterator[Told]:
    """Yield the same for a field that keeps a list of tensors."""
    if any(slot.unpack_hook is not None for slot in slots):
        yield field, "hidden", None
        return
    state = _state(fn, field) if versions is None else "kept"
    for place, slot in enumerate(slots):
        found = _told(f"{field}[{place}]", state, slot.data, versions)
        if found is not None:
            yield found


def _told(
    name: str, state: str, tensor: torch.Tensor | None, versions: Versions
) -> Told | None:
    """Return what is to be told of one tensor, None for a field never filled."""
    if tensor is None:
        freed = state == "freed" or (versions and name in versions)
        return (name, "freed", None) if freed else None
    if versions:
        before = versions.get(name)
        if before is not None and before != version_of(tensor):
            return name, "overwritten", tensor
    return name, state, tensor


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
