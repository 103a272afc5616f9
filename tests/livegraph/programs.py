"""Random programs for the recorder: a list of steps over a pool of tensors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from hypothesis import strategies as st


class Cube(torch.autograd.Function):
    """A custom Function that saves its input."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x * x

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return 3 * grad * (x * x).conj()


def _joined(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    try:
        torch.broadcast_shapes(a.shape, b.shape)
    except RuntimeError:
        return a
    return b


def _changed(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    copy = a.clone()
    other = b.sum() if b.numel() > 1 else b.reshape(())
    return copy.mul_(other)


def _written(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    copy = a.clone()
    if copy.dim():
        copy[..., :1] = b.sum()
    return copy


def _changed_view(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    copy = a * 1
    if copy.dim():
        copy[..., 1:].add_(b.sum())
    return copy


STEPS: dict[str, Callable] = {
    "add": lambda a, b: a + _joined(a, b),
    "sub": lambda a, b: a - _joined(a, b),
    "mul": lambda a, b: a * _joined(a, b),
    "same": lambda a, b: a * a,
    "sin": lambda a, b: torch.sin(a),
    "tanh": lambda a, b: torch.tanh(a),
    "sum": lambda a, b: a.sum(),
    "rows": lambda a, b: a.sum(0) if a.dim() else -a,
    "first": lambda a, b: a[0] if a.dim() else a * 2,
    "slice": lambda a, b: a[..., 1:] if a.dim() else 3 - a,
    "turn": lambda a, b: a.mT if a.dim() > 1 else a.reshape(-1),
    "stack": lambda a, b: torch.stack([a, a, torch.ones_like(a)]),
    "unbind": lambda a, b: a.unbind() if a.dim() else (a + 1,),
    "constant": lambda a, b: a * torch.arange(1.0, 4.0).sum(),
    "detached": lambda a, b: a * b.detach().sum(),
    "cube": lambda a, b: Cube.apply(a),
    "changed": _changed,
    "written": _written,
    "changed_view": _changed_view,
}


@dataclass(frozen=True)
class Program:
    """``steps`` name an entry of ``STEPS`` and two tensors of the pool so far."""

    steps: tuple[tuple[str, int, int], ...]
    roots: tuple[int, ...]
    way: str
    complex: bool = False

    def leaves(self) -> dict[str, torch.Tensor]:
        """Return new leaves, the same each time; one of them needs no gradient."""
        make = torch.Generator().manual_seed(len(self.steps))
        dtype = torch.complex128 if self.complex else torch.float64
        shapes = {"w": (), "x": (3,), "m": (2, 3)}
        leaves = {
            name: torch.randn(shape, dtype=dtype, generator=make)
            for name, shape in shapes.items()
        }
        constant = torch.randn(3, dtype=dtype, generator=make)
        for leaf in leaves.values():
            leaf.mul_(0.5).requires_grad_()
        return {**leaves, "k": constant}

    def forward(
        self,
        leaves: dict[str, torch.Tensor],
        seen: Callable[[torch.Tensor], None] = lambda _: None,
    ) -> list[torch.Tensor]:
        """Run the steps; ``seen`` is told of each tensor right after its step."""
        pool = list(leaves.values())
        for name, first, second in self.steps:
            made = STEPS[name](pool[first % len(pool)], pool[second % len(pool)])
            for tensor in made if isinstance(made, tuple) else (made,):
                seen(tensor)
                pool.append(tensor)
        live = [tensor for tensor in pool[4:] if tensor.requires_grad]
        return [live[at % len(live)] for at in self.roots] if live else []

    def backward(
        self, roots: list[torch.Tensor], leaves: dict[str, torch.Tensor]
    ) -> list[torch.Tensor | None]:
        """Run the backward passes; return the gradients of the leaves."""
        grads = [torch.full_like(root, 0.5 + at) for at, root in enumerate(roots)]
        inputs = [leaf for leaf in leaves.values() if leaf.requires_grad]
        if self.way == "grad":
            return list(torch.autograd.grad(roots, inputs, grads, allow_unused=True))
        if self.way == "twice":
            torch.autograd.backward(roots, grads, retain_graph=True)
            torch.autograd.backward(roots, grads)
        elif self.way == "create_graph":
            torch.autograd.backward(roots, grads, create_graph=True)
        elif self.way == "each":
            for root, grad in zip(roots, grads, strict=True):
                root.backward(gradient=grad, retain_graph=True)
        else:
            torch.autograd.backward(roots, grads)
        return [leaf.grad for leaf in inputs]


programs = st.builds(
    Program,
    steps=st.lists(
        st.tuples(st.sampled_from(sorted(STEPS)), *[st.integers(0, 12)] * 2),
        min_size=1,
        max_size=8,
    ).map(tuple),
    roots=st.lists(st.integers(0, 30), min_size=1, max_size=2).map(tuple),
    way=st.sampled_from(["once", "grad", "twice", "create_graph", "each"]),
    complex=st.booleans(),
)
