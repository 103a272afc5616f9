"""Hooks that others have set, in words; none of them is run."""

from __future__ import annotations

from collections.abc import Callable
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any, NamedTuple

import torch

TENSOR, ACCUMULATION = "tensor hook", "hook after accumulation"
NODE, NODE_BEFORE = "node hook", "hook before the node"

_NAMED = (FunctionType, BuiltinFunctionType, MethodType)


class HookNote(NamedTuple):
    """A hook seen while the tape ran; ``alive`` tells whether it is still set."""

    words: str
    alive: Callable[[], bool]


def hook_words(kind: str, hook: Any) -> str:
    """Return ``kind: name``; an object is called by its class, and not asked."""
    name = hook.__name__ if isinstance(hook, _NAMED) else type(hook).__name__
    return f"{kind}: {name}"


def hooks_on(tensor: torch.Tensor) -> list[str]:
    """Return in words the hooks that are set on a tensor."""
    words = []
    for kind, hooks in (
        (TENSOR, tensor._backward_hooks),
        (ACCUMULATION, getattr(tensor, "_post_accumulate_grad_hooks", None)),
    ):
        words += [hook_words(kind, hook) for hook in (hooks or {}).values()]
    if tensor.retains_grad:
        words.append("retain_grad")
    return words


def beside(kind: str, handle: Any, own: type | tuple[type, ...]) -> list[HookNote]:
    """Return the hooks that a node had before ``handle``'s was set.

    A node tells nobody what hooks it has. Who sets one is handed the dictionary
    of all of them. ``own`` are the classes of hooks that are no reader's.
    """
    hooks_of = handle.hooks_dict_ref
    return [
        HookNote(
            hook_words(kind, hook), lambda number=number: number in (hooks_of() or ())
        )
        for number, hook in hooks_of().items()
        if not isinstance(hook, own)
    ]
