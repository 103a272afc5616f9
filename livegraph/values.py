"""A tensor's elements as plain data, read without a trace in the graph.

A reading is the fields of a ``Value``, packed: an open tape holds many, and the
garbage collector has nothing to follow in bytes.
"""

from __future__ import annotations

import functools
import marshal
import math

import torch

from livegraph.graph import Number, Value

NUMBERS = 64
"""Largest count of elements that is kept number by number."""

# Looked up once: a tape asks for every tensor it reads.
_OWN_CODE = torch._C._disabled_torch_dispatch_impl
_is_wrapped = torch._C._functorch.is_functorch_wrapped_tensor
_count_modes = torch._C._len_torch_dispatch_stack

Reading = bytes


# Nested tuples of numbers, strings and bytes become bytes, and come back.
pack = marshal.dumps
unpack = marshal.loads


def value_of(tensor: torch.Tensor) -> Value:
    """Return what ``tensor`` holds now, as ``reading_of`` reads it."""
    return Value(*unpack(reading_of(tensor)))


def reading_of(tensor: torch.Tensor) -> Reading:
    """Return what ``tensor`` holds now: up to ``NUMBERS`` elements one by one.

    A tensor whose elements cannot be read (a meta tensor, a subclass that runs
    Python code of its own, a tensor inside ``torch.func``) gives shape and
    dtype alone. Nothing is recorded by autograd, and no mode sees the reading.
    """
    shape = _shape(tensor)
    dtype = dtype_name(tensor.dtype)
    if not _readable(tensor):
        return pack((shape, dtype))
    try:
        if _count_modes():
            with torch._C._DisableTorchDispatch():
                return _read(tensor, shape, dtype)
        return _read(tensor, shape, dtype)
    except (RuntimeError, TypeError, ValueError):
        # Some layouts and wrappers refuse to be read; a picture can do without.
        return pack((shape, dtype))


@functools.cache
def dtype_name(dtype: torch.dtype) -> str:
    """Return the name without the module's."""
    return str(dtype).removeprefix("torch.")


def _shape(tensor: torch.Tensor) -> tuple[int, ...]:
    """Return the shape as ints, () where the tensor refuses to tell."""
    try:
        return tuple(tensor.shape)
    except (RuntimeError, TypeError):
        return ()


def _readable(tensor: torch.Tensor) -> bool:
    """Tell whether reading the elements runs torch's own code alone."""
    kind = type(tensor)
    if kind is not torch.Tensor and kind.__torch_dispatch__ is not _OWN_CODE:
        return False
    return (
        tensor.layout is torch.strided
        and not tensor.is_meta
        and not tensor.is_quantized
        and not _is_wrapped(tensor)
    )


def _read(tensor: torch.Tensor, shape: tuple[int, ...], dtype: str) -> Reading:
    """Return the reading of a strided tensor with storage."""
    if not shape:
        return summarised(shape, dtype, (tensor.item(),))
    flat = tensor.detach().reshape(-1)
    # So few numbers Python sums up faster than torch starts a kernel.
    if tensor.numel() <= NUMBERS:
        return summarised(shape, dtype, tuple(flat.tolist()))
    if flat.is_complex():
        flat = flat.abs()
    elif not flat.is_floating_point():
        flat = flat.to(torch.float64)
    norm = _norm(flat)
    ends = _ends(flat)
    if ends and not math.isfinite(ends[0] + ends[1]):
        ends = _ends(flat[torch.isfinite(flat)])
    return pack((shape, dtype, None, norm, *ends))


def _norm(flat: torch.Tensor) -> float:
    """Return the Euclidean norm; in float64 where the dtype would overflow."""
    if flat.dtype in (torch.float32, torch.float64):
        norm = float(torch.linalg.vector_norm(flat))
        if math.isfinite(norm):
            return norm
    return float(torch.linalg.vector_norm(flat, dtype=torch.float64))


def _ends(flat: torch.Tensor) -> tuple[float, ...]:
    """Return the smallest and the largest element, () where there is none."""
    if not flat.numel():
        return ()
    return tuple(float(end) for end in torch.aminmax(flat))


def summarised(
    shape: tuple[int, ...], dtype: str, numbers: tuple[Number, ...]
) -> Reading:
    """Return a reading whose norm and extremes are computed from its numbers."""
    # The numbers of a tensor are of one kind.
    if numbers and type(numbers[0]) is float:
        norm = math.hypot(*numbers)
        if math.isfinite(norm):
            return pack((shape, dtype, numbers, norm, min(numbers), max(numbers)))
    moduli = [abs(number) for number in numbers]
    norm = math.hypot(*moduli)
    if any(isinstance(number, complex) for number in numbers):
        numbers_in_order = moduli
    else:
        numbers_in_order = numbers
    finite = [float(number) for number in numbers_in_order if math.isfinite(number)]
    if not finite:
        return pack((shape, dtype, numbers, norm))
    return pack((shape, dtype, numbers, norm, min(finite), max(finite)))
