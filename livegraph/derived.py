"""Values that no variable ever held, where the node leaves no doubt about them."""

from __future__ import annotations

from array import array

from torch.autograd.graph import Node as Fn

from livegraph.values import Reading, dtype_name, pack, summarised, unpack

_SAME_NUMBERS = {
    "AliasBackward0", "CloneBackward0", "ReshapeAliasBackward0", "SqueezeBackward0",
    "SqueezeBackward1", "SqueezeBackward2", "UnsafeViewBackward0",
    "UnsqueezeBackward0", "ViewBackward0",
}  # fmt: skip
_ROUNDED = ("float32", "float64", "complex128")


def added(fn: Fn, name: str, sources: list[Reading | None]) -> Reading | None:
    """Return the sum of two inputs where ``fn`` adds them as they are.

    So the engine adds up the gradients that reach a node along two edges when
    ``create_graph`` records it. None for other nodes, for inputs of which not
    every number is known, and for dtypes whose rounding Python does not have.
    """
    if name != "AddBackward0" or len(sources) != 2 or None in sources:
        return None
    left, right = (unpack(one) for one in sources if one is not None)
    if (
        min(len(left), len(right)) < 4
        or left[:2] != right[:2]
        or None in (left[2], right[2])
    ):
        return None
    shape, dtype = left[:2]
    if dtype not in _ROUNDED or fn._saved_alpha != 1:
        return None
    total = [one + other for one, other in zip(left[2], right[2], strict=True)]
    if dtype == "float32":
        total = array("f", total).tolist()
    return summarised(shape, dtype, tuple(total))


def before(fn: Fn, name: str, result: Reading | None) -> Reading | None:
    """Return output 0 of ``fn``, of which a node ``name`` made ``result``.

    Only where that node gives the same numbers a new shape; else None.
    """
    shape, dtype = _type_of(fn)
    facts = unpack(result) if result is not None else ()
    if shape is None or name not in _SAME_NUMBERS or len(facts) < 3:
        return None
    return pack((shape, dtype, *facts[2:])) if facts[1] == dtype else None


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
