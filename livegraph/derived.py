"""Values that no variable ever held, where the node leaves no doubt about them."""

from __future__ import annotations

from torch.autograd.graph import Node as Fn

from livegraph.values import Reading, dtype_name, pack, unpack

_SAME_NUMBERS = {
    "AliasBackward0", "CloneBackward0", "ReshapeAliasBackward0", "SqueezeBackward0",
    "SqueezeBackward1", "SqueezeBackward2", "UnsafeViewBackward0",
    "UnsqueezeBackward0", "ViewBackward0",
}  # fmt: skip


def derived(fn: Fn, name: str, source: Reading | None) -> Reading | None:
    """Return what output 0 of ``fn`` was, from its only input's value.

    Copies, new shapes and the transposition of a matrix keep the numbers; of
    any other node shape and dtype are known, and None stands for not even that.
    """
    shape, dtype = _type_of(fn)
    if shape is None:
        return None
    facts = unpack(source) if source is not None else ()
    if len(facts) > 2 and facts[1] == dtype:
        if name in _SAME_NUMBERS:
            return pack((shape, *facts[1:]))
        if name == "TBackward0":
            return pack((shape, dtype, _transposed(facts[2], facts[0]), *facts[3:]))
    return pack((shape, dtype))


def _type_of(fn: Fn) -> tuple[tuple[int, ...] | None, str]:
    """Return shape and dtype that the node's gradient must have."""
    metadata = fn._input_metadata
    if not metadata:
        return None, ""
    try:
        return tuple(metadata[0].shape), dtype_name(metadata[0].dtype)
    except RuntimeError:
        return None, ""


def _transposed(numbers: tuple | None, shape: tuple[int, ...]) -> tuple | None:
    """Return a matrix's numbers column by column; of a vector as they are."""
    if numbers is None or len(shape) < 2:
        return numbers
    columns = shape[1]
    return tuple(number for at in range(columns) for number in numbers[at::columns])
