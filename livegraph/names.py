"""Names for tensors, from variables, containers, modules or a dictionary."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch

Names = Mapping[str, Any] | Callable[[], Mapping[str, Any]] | None


def scope_of(names: Names) -> dict[str, Any]:
    """Return the variables that ``names`` offers at this moment.

    Raises TypeError where it is neither a mapping nor a function of no
    arguments that returns one.
    """
    found = names() if callable(names) else names
    if not isinstance(found, Mapping):
        raise TypeError(
            "names must be a mapping from name to tensor, or a function that "
            f"returns one; found {type(found).__name__}. Pass names={{'w': w}} "
            "or leave names out."
        )
    return dict(found)


def named_tensors(scope: Mapping[str, Any]) -> Iterator[tuple[str, torch.Tensor]]:
    """Yield a name for every tensor that can be reached from the variables.

    Plain variables come first, then lists, tuples and dictionaries of tensors,
    then the parameters and buffers of modules (``model.0.weight``), then the
    gradients of all these (``w.grad``). A tensor can come up more than once.
    Variables that begin with an underscore are left out.
    """
    direct: list[tuple[str, torch.Tensor]] = []
    for name, value in _public(scope):
        if isinstance(value, torch.Tensor):
            direct.append((name, value))
    for name, value in _public(scope):
        direct.extend(_inside(name, value))
    for name, module in named_modules(scope):
        for key, tensor in [*module._parameters.items(), *module._buffers.items()]:
            if isinstance(tensor, torch.Tensor):
                direct.append((f"{name}.{key}", tensor))
    yield from direct
    for name, tensor in direct:
        if tensor.is_leaf and tensor.grad is not None:
            yield f"{name}.grad", tensor.grad


def _public(scope: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in scope.items():
        if isinstance(name, str) and not name.startswith("_"):
            yield name, value


def _inside(name: str, value: Any) -> Iterator[tuple[str, torch.Tensor]]:
    """Yield the tensors that are items of a list, tuple or dictionary."""
    if type(value) in (list, tuple):
        items = [(f"{name}[{place}]", item) for place, item in enumerate(value)]
    elif type(value) is dict:
        items = [(f"{name}[{key!r}]", i) for key, i in value.items() if _short(key)]
    else:
        return
    yield from ((key, item) for key, item in items if isinstance(item, torch.Tensor))


def _short(key: Any) -> bool:
    return isinstance(key, (str, int)) and len(str(key)) <= 30


def named_modules(scope: Mapping[str, Any]) -> Iterator[tuple[str, torch.nn.Module]]:
    """Yield every module once: the variables' own, then those inside, by path."""
    waiting = [
        (name, value)
        for name, value in _public(scope)
        if isinstance(value, torch.nn.Module)
    ]
    seen: set[int] = set()
    for name, module in waiting:
        if id(module) in seen:
            continue
        seen.add(id(module))
        yield name, module
        waiting.extend(
            (f"{name}.{key}", child)
            for key, child in module._modules.items()
            if child is not None
        )


def distinct(names: list[str]) -> list[str]:
    """Return the names with a subscript on each that came up before: h, h₂, h₃."""
    count: dict[str, int] = {}
    result = []
    for name in names:
        count[name] = count.get(name, 0) + bool(name)
        again = count[name] > 1
        result.append(name + str(count[name]).translate(_SUBSCRIPT) if again else name)
    return result


_SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
