"""What a node keeps for backward, read without running anybody's hook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

import torch
from torch.autograd.graph import Node as Fn

from livegraph.identity import version_of

_RAW = "_raw_saved_"


def saved_tensors(
    fn: Fn, versions: Mapping[str, int] | None = None
) -> Iterator[tuple[str, str, torch.Tensor | None]]:
    """Yield field, state and the tensor itself for all that ``fn`` keeps.

    The state is "kept", "overwritten", "freed" (the tensor is None) or
    "hidden" (a hook packed it: the tensor is None, and is not unpacked).
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
        several = isinstance(raw, (tuple, list))
        slots = raw if several else (raw,)
        if any(slot.unpack_hook is not None for slot in slots):
            yield field, "hidden", None
            continue
        state = _state(fn, field) if versions is None else "kept"
        for place, slot in enumerate(slots):
            tensor = slot.data
            name = f"{field}[{place}]" if several else field
            if tensor is None:
                if state == "freed" or (versions and name in versions):
                    yield name, "freed", None
                continue
            before = versions.get(name) if versions else None
            moved = before is not None and before != version_of(tensor)
            yield name, "overwritten" if moved else state, tensor


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
    return tuple(
        name.removeprefix(_RAW) for name in dir(kind) if name.startswith(_RAW)
    )
