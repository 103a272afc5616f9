"""How a value came about, in the words of the code: ``w + x``, ``relu(h)``."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from types import MethodDescriptorType, WrapperDescriptorType
from typing import Any

import torch

from livegraph.identity import Ref

_INFIX = {
    "add": "+", "__add__": "+", "__radd__": "+", "sub": "-", "__sub__": "-",
    "rsub": "-", "__rsub__": "-", "subtract": "-", "mul": "*", "__mul__": "*",
    "__rmul__": "*", "multiply": "*", "div": "/", "__truediv__": "/",
    "true_divide": "/", "divide": "/", "__rdiv__": "/", "__rtruediv__": "/",
    "pow": "**", "__pow__": "**", "__rpow__": "**", "matmul": "@",
    "__matmul__": "@", "__rmatmul__": "@", "floor_divide": "//",
    "__floordiv__": "//", "remainder": "%", "__mod__": "%",
    "gt": ">", "__gt__": ">", "ge": ">=", "__ge__": ">=", "lt": "<", "__lt__": "<",
    "le": "<=", "__le__": "<=", "eq": "==", "__eq__": "==", "ne": "!=",
    "__ne__": "!=",
}  # fmt: skip
_SWAPPED = {"__rdiv__", "__rtruediv__", "__rpow__", "__rmatmul__", "__rmod__"}
_SWAPPED |= {"__radd__", "__rmul__", "__rsub__", "rsub"}
_IN_PLACE = {
    "add_": "+=", "__iadd__": "+=", "sub_": "-=", "__isub__": "-=", "mul_": "*=",
    "__imul__": "*=", "div_": "/=", "__idiv__": "/=", "__itruediv__": "/=",
    "pow_": "**=", "__ipow__": "**=",
}  # fmt: skip
# Under which names a node saves its inputs, by the function it runs.
_SAVED_AS = {
    "Mul": ("self", "other"), "Div": ("self", "other"), "Mm": ("self", "mat2"),
    "Bmm": ("self", "mat2"), "TanhBackward": ("grad_output", "output"),
    "SigmoidBackward": ("grad_output", "output"),
}  # fmt: skip
_LONG = 44
# What a method of ``torch.Tensor`` is when it is written in C.
_METHODS = (MethodDescriptorType, WrapperDescriptorType)
_LITERALS = (bool, int, float, complex, str, type(None))


def is_arithmetic(name: str) -> bool:
    """Tell whether a plain number among the arguments is an operand."""
    return name in _INFIX or name in _IN_PLACE or name == "__setitem__"


def plain_number(arg: Any) -> complex | None:
    """Return a Python number as int, float or complex; None for all else."""
    if isinstance(arg, bool):
        return None
    kind = next((k for k in (int, float, complex) if isinstance(arg, k)), None)
    # A subclass may do anything when it is asked; its base class will not.
    return None if kind is None else kind.__pos__(arg)


Call = tuple[str, str, tuple, tuple]
"""One call as plain data: name, style, arguments, named arguments.

A tensor is a ``Ref``; a list, tuple or slice a tuple that begins with that
word; all else is text.
"""
_REFS = ("op", "leaf", "const")


def call_of(
    func: Callable, args: tuple, kwargs: dict, ref_of: Callable[[torch.Tensor], Ref]
) -> Call:
    """Return the plain form of ``func(*args, **kwargs)``.

    ``style`` is ``attribute`` (``w.T``), ``method`` (``w.sum()``) or ``function``.
    Arguments that a torch function passes on at their defaults are left out.
    """
    name = getattr(func, "__name__", type(func).__name__)
    style = "function"
    if name == "__get__":
        name, style = func.__self__.__name__, "attribute"
    elif isinstance(func, _METHODS) or _is_method(func):
        style = "method"
    plain = tuple([_plain(arg, ref_of) for arg in args])
    if not kwargs:
        return name, style, plain, ()
    defaults = _defaults(func)
    told = [
        (key, _plain(value, ref_of))
        for key, value in kwargs.items()
        if value is not None and not _is_default(value, defaults.get(key, _NONE))
    ]
    return name, style, plain, tuple(told)


def _is_method(func: Callable) -> bool:
    """Tell whether a Python function is a method of ``torch.Tensor``."""
    return getattr(func, "__qualname__", "").startswith("Tensor")


_NONE = object()


def _is_default(value: Any, default: Any) -> bool:
    """Compare plain values only: a tensor's ``==`` is no yes or no."""
    return (
        type(value) in _LITERALS and type(value) is type(default) and (value == default)
    )


def _defaults(func: Callable) -> dict[str, Any]:
    """Return the defaults of one of torch's Python functions, {} for any other.

    A function of the reader's own is not kept, so that it can be freed.
    """
    module = getattr(func, "__module__", None) or ""
    return _defaults_of(func) if module.startswith("torch.") else {}


@functools.lru_cache(maxsize=512)
def _defaults_of(func: Callable) -> dict[str, Any]:
    try:
        parameters = inspect.signature(func).parameters.values()
    except (TypeError, ValueError):
        return {}
    return {p.name: p.default for p in parameters if p.default is not p.empty}


def _plain(item: Any, ref_of: Callable[[torch.Tensor], Ref], depth: int = 0) -> Any:
    """Return an argument without tensors and without the reader's objects."""
    if isinstance(item, torch.Tensor):
        return ref_of(item)
    for kind in _LITERALS:
        if isinstance(item, kind):
            return kind.__repr__(item)[:_LONG]
    if item is Ellipsis:
        return "..."
    if isinstance(item, slice):
        ends = [_plain(end, ref_of, depth + 1) for end in (item.start, item.stop)]
        step = [] if item.step is None else [_plain(item.step, ref_of, depth + 1)]
        return ("slice", *("" if end == "None" else end for end in ends), *step)
    if isinstance(item, (list, tuple)) and depth < 3:
        kind = "list" if isinstance(item, list) else "tuple"
        return (kind, *(_plain(part, ref_of, depth + 1) for part in item[:8]))
    if isinstance(item, (torch.dtype, torch.device)):
        return str(item)
    return f"<{type(item).__name__}>"


def _word(item: Any, word_of: Callable[[Ref], str]) -> str:
    """Return one argument as code."""
    if isinstance(item, str):
        return item
    if item[0] in _REFS:
        return word_of(item)
    parts = [_word(part, word_of) for part in item[1:]]
    if item[0] == "slice":
        return ":".join(parts)
    if item[0] == "list":
        return f"[{', '.join(parts)}]"
    return f"({', '.join(parts)}{',' * (len(parts) == 1)})"


def _index(item: Any, word_of: Callable[[Ref], str]) -> str:
    """Return what stands between square brackets."""
    if item[0] == "tuple":
        return ", ".join(_word(part, word_of) for part in item[1:])
    return _word(item, word_of)


def words_of(call: Call, word_of: Callable[[Ref], str]) -> str:
    """Return the call as code, with ``word_of`` naming each tensor."""
    name, style, args, kwargs = call
    if len(args) == 2 and not kwargs and (name in _INFIX or name in _IN_PLACE):
        left, right = args[::-1] if name in _SWAPPED else args
        sign = _INFIX.get(name) or _IN_PLACE[name]
        return f"{_word(left, word_of)} {sign} {_word(right, word_of)}"
    first = _word(args[0], word_of) if args else ""
    if name == "__getitem__":
        return f"{first}[{_index(args[1], word_of)}]"
    if name == "__setitem__":
        return f"{first}[{_index(args[1], word_of)}] = {_word(args[2], word_of)}"
    if style == "attribute":
        return f"{first}.{name}"
    if name in ("neg", "__neg__") and not kwargs:
        return f"-{first}"
    told = [_bare(arg, word_of) for arg in args]
    told += [f"{key}={_bare(value, word_of)}" for key, value in kwargs]
    if style == "method" and args:
        return f"{first}.{name}({', '.join(told[1:])})"
    return f"{name}({', '.join(told)})"


def _bare(item: Any, word_of: Callable[[Ref], str]) -> str:
    """Return an argument that stands between commas: a sum needs no brackets."""
    words = _word(item, word_of)
    return unwrapped(words) if item[0] in _REFS else words


def unwrapped(words: str) -> str:
    """Take off brackets that stand around the whole."""
    inside = words[1:-1]
    return inside if words == f"({inside})" and is_infix(inside) else words


def is_infix(words: str) -> bool:
    """Tell whether an expression needs brackets inside another one."""
    if " " not in words:
        return words.startswith("-")
    depth = 0
    for place, letter in enumerate(words):
        depth += (letter in "([") - (letter in ")]")
        if depth == 0 and letter == " " and words[place - 1] != ",":
            return True
    return words.startswith("-")


def saved_as(fn: str, slot: int) -> str:
    """Return the field under which a node saves an input, empty where unknown.

    A product saves each factor that the gradient of the other one needs.
    """
    fields = _SAVED_AS.get(_function(fn), ())
    return fields[slot] if slot < len(fields) else ""


def _function(fn: str) -> str:
    return fn.rstrip("0123456789").removesuffix("Backward")


def words_of_fn(fn: str, inputs: list[str], exponent: float | None = None) -> str:
    """Return an expression from the node alone: ``a * b`` for MulBackward0."""
    if fn == "CopyBackwards" and inputs:
        return f"{inputs[-1]}.clone()"
    name = _function(fn)
    name = "".join(
        "_" + letter.lower()
        if letter.isupper() and place and not name[place - 1].isupper()
        else letter.lower()
        for place, letter in enumerate(name)
    )
    name = {"mm": "matmul", "bmm": "matmul", "mv": "matmul", "dot": "matmul"}.get(
        name, name
    )
    if name == "t" and len(inputs) == 1:
        return f"{inputs[0]}.T"
    if name == "neg" and len(inputs) == 1:
        return f"-{inputs[0]}"
    if exponent is not None and len(inputs) == 1:
        return f"{inputs[0]} ** {exponent}"
    if name in _INFIX and len(inputs) == 2 and name != "rsub":
        return f"{inputs[0]} {_INFIX[name]} {inputs[1]}"
    return f"{name}({', '.join(map(unwrapped, inputs))})"


def shortened(words: str) -> str:
    """Return a long expression as ``linear(…)`` or ``….tanh(…)``.

    Dots stand for one that is no call.
    """
    head, bracket, rest = words.partition("(")
    if bracket and head.isidentifier():
        return f"{head}(…)"
    if is_infix(words) or not words.endswith(")"):
        return "…"
    depth = 0
    for place in range(len(words) - 1, -1, -1):
        depth += (words[place] == ")") - (words[place] == "(")
        if not depth:
            break
    _, dot, name = words[:place].rpartition(".")
    if not dot or not name.isidentifier():
        return "…"
    return f"….{name}({'…' if words[place + 1 : -1] else ''})"
