"""What a node does that only moves numbers, or only adds them up.

What is said follows from what the node is known to do, and is said only where
the numbers bear it out: a hook on the node may have sent something else.
"""

from __future__ import annotations

from livegraph.graph import Value
from livegraph.wording import close

_SHAPED = {
    "ReshapeAlias", "Squeeze", "UnsafeView", "Unsqueeze", "View",
}  # fmt: skip
_TURNED = {
    "Permute": "permutes",
    "T": "transposes",
    "Transpose": "transposes",
}
_PART = {"Select", "Slice", "Diagonal", "Unfold", "Index"}
_SPREAD = {"Add", "Expand", "Sub"}


def move(fn: str, got: Value, sent: Value) -> str:
    """Return what turns ``got`` into ``sent``, empty where that is not known.

    It is the name of a sentence in ``Words``, such as ``transposes``.
    """
    name = fn.rstrip("0123456789").removesuffix("Backward")
    if name in _SHAPED and _same(got, sent):
        return "reshapes"
    if name in _TURNED and _same(_sorted(got), _sorted(sent)):
        return _TURNED[name]
    if name in _PART and _same(_without_zeros(got), _without_zeros(sent)):
        if _count(sent) > _count(got):
            return "places"
    if name in _SPREAD and _is_sum(got, sent):
        return "adds_up"
    return ""


def _same(left: Value | list | None, right: Value | list | None) -> bool:
    """Tell whether the numbers are equal one by one; of large ones, the norms."""
    if isinstance(left, Value) and isinstance(right, Value):
        if left.numbers is None or right.numbers is None:
            if left.norm is None or right.norm is None:
                return False
            return _count(left) == _count(right) and close(left.norm, right.norm)
        return left.numbers == right.numbers
    return left is not None and left == right


def _sorted(value: Value) -> Value | list:
    """Return the numbers by size; a large value, whose numbers are gone, as it is."""
    if value.numbers is None:
        return value
    return sorted(value.numbers, key=lambda one: (abs(one), str(one)))


def _without_zeros(value: Value) -> list | None:
    if value.numbers is None:
        return None
    return [number for number in value.numbers if number]


def _is_sum(got: Value, sent: Value) -> bool:
    """Tell whether ``sent`` is one number, the sum of several in ``got``."""
    if not got.numbers or not sent.numbers or len(sent.numbers) != 1:
        return False
    return len(got.numbers) > 1 and close(sum(got.numbers), sent.numbers[0])


def _count(value: Value) -> int:
    count = 1
    for size in value.shape:
        count *= size
    return count
