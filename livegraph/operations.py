"""What one operation used and made, noted right before and right after it ran."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from types import CodeType, FrameType
from typing import Any, NamedTuple

import torch
from torch.autograd.graph import Node as Fn

from livegraph.expr import Call, call_of, is_arithmetic, plain_number
from livegraph.frames import modules_above
from livegraph.identity import Identity, Ref, accumulator, version_of
from livegraph.names import named_modules
from livegraph.notes import NOTHING, Constant, ModuleNote, Notes, SavedNote
from livegraph.saved import saved_tensors
from livegraph.values import Reading, pack, reading_of, summarised, unpack


class Before(NamedTuple):
    """What is known when an operation is about to run; it lives as long as that.

    ``new`` are the tensors that go into an operation for the first time, while
    the variables that hold them still do.
    """

    sequence: int
    call: Call | None
    constants: tuple[Constant, ...]
    leaves: tuple[tuple[int, Reading], ...]
    new: list[tuple[torch.Tensor, Ref]]


class Operations:
    """Writes ``notes`` about operations; ``stop`` is the code that opened the tape."""

    def __init__(self, identity: Identity, notes: Notes, stop: CodeType) -> None:
        self._identity = identity
        self._notes = notes
        self._stop = stop
        self._met: set[Ref] = set()
        self._paths: dict[int, dict[int, str]] = {}
        self._large: dict[int, tuple[int, int, Reading]] = {}
        self._exposed: set[Ref] = set()
        self._uncounted: set[int] = set()

    # What goes in, before the operation can change it.

    def before(
        self, func: Callable, name: str, args: tuple, kwargs: dict
    ) -> Before | None:
        """Note the inputs; None for a call without tensors."""
        tensors: list[torch.Tensor] = []
        for arg in (*args, *kwargs.values()) if kwargs else args:
            if isinstance(arg, torch.Tensor):
                tensors.append(arg)
            elif isinstance(arg, (list, tuple, dict)):
                tensors.extend(tensors_in((arg,)))
        if not tensors:
            return None
        sequence = torch._C._autograd._get_sequence_nr()
        for tensor in tensors:
            if tensor.requires_grad:
                break
        else:
            return Before(sequence, None, (), (), [])
        refs: dict[int, Ref] = {}
        new, constants, leaves = [], [], []
        for tensor in tensors:
            if id(tensor) in refs:
                continue
            ref = refs[id(tensor)] = self.ref(tensor)
            if ref not in self._met:
                self._met.add(ref)
                new.append((tensor, ref))
            if ref[0] == "const":
                constants.append((-1, ref, "", self._reading(ref[1], tensor)))
            elif ref[0] == "leaf":
                leaves.append((ref[1], self._reading(ref[1], tensor)))
        operands = args
        if name == "__setitem__":
            # The index says where to write; what goes in is the value alone.
            operands = args[2:]
            value = refs.get(id(args[2]))
            constants = [one for one in constants if one[1] == value]
        if is_arithmetic(name):
            numbers = [plain_number(arg) for arg in operands]
            constants += [_number(one) for one in numbers if one is not None]
        call = call_of(func, args, kwargs, lambda tensor: refs[id(tensor)])
        return Before(sequence, call, tuple(constants), tuple(leaves), new)

    def ref(self, tensor: torch.Tensor) -> Ref:
        """Return what stands for a tensor; a node unknown so far gets its value."""
        if not tensor.requires_grad:
            return ("const", self._identity.number(tensor), version_of(tensor))
        fn = tensor.grad_fn
        if fn is None:
            return ("leaf", self._identity.number(tensor), 0)
        return self.adopt(tensor, fn)

    def adopt(
        self, tensor: torch.Tensor, fn: Fn, reading: Reading | None = None
    ) -> Ref:
        """Note the value of a tensor whose making may not have been seen."""
        number = self._identity.label(fn)
        which = tensor.output_nr
        noted = self._notes.values.get((number, which))
        if noted is None:
            self._notes.values[number, which] = reading or reading_of(tensor)
        elif self._exposed and ("op", number, which) in self._exposed:
            if reading_of(tensor) != noted:
                self._notes.changed.add(("op", number, which))
        if number not in self._notes.saved:
            self._notes.saved[number] = self._saved(fn, number)
        return ("op", number, which)

    def expose(self, tensor: torch.Tensor) -> None:
        """Read ``tensor`` at each use from now on.

        Somebody can write on it without a new node (under ``no_grad``), or even
        without a new version (through ``.data`` or ``numpy()``).
        """
        if tensor.grad_fn is not None:
            self._exposed.add(self.ref(tensor))
        else:
            self._uncounted.add(self._identity.number(tensor))

    def _reading(self, number: int, tensor: torch.Tensor) -> Reading:
        """Read a leaf or constant; a large one again only when it has changed."""
        if tensor.numel() < 1024 or tensor.is_inference() or number in self._uncounted:
            return reading_of(tensor)
        now = (tensor._version, tensor.data_ptr())
        known = self._large.get(number)
        if known is None or known[:2] != now:
            known = self._large[number] = (*now, reading_of(tensor))
        return known[2]

    # What came out.

    def after(
        self, name: str, before: Before, args: tuple, result: Any, frame: FrameType
    ) -> None:
        """Note the nodes that the operation made; ``frame`` called it."""
        one = isinstance(result, torch.Tensor)
        made = [result] if one else list(tensors_in((result,)))
        changed = args[0] if args and isinstance(args[0], torch.Tensor) else None
        in_place = name == "__setitem__" or (
            changed is not None and any(tensor is changed for tensor in made)
        )
        if name == "__setitem__" and changed is not None:
            made.append(changed)
        seen = self._identity.seen
        for tensor in made:
            if not tensor.requires_grad:
                if before.call is not None:
                    ref = ("const", self._identity.number(tensor), version_of(tensor))
                    self._notes.made.setdefault(ref, before.call)
                continue
            fn = tensor.grad_fn
            if fn is None:
                continue
            if seen(fn) is not None:
                self.adopt(tensor, fn)
                continue
            fns = self._made(fn, before.sequence)
            self._note(fns, tensor, before, in_place, frame)
            # Writing on a view gives its base a new node, and a new value.
            base = tensor._base if in_place and tensor._is_view() else None
            if base is not None and base.grad_fn is not None:
                self.adopt(base, base.grad_fn)

    def _made(self, fn: Fn, sequence: int) -> list[Fn]:
        """Return the nodes the operation made, in order: no leaf, none known."""
        found: dict[Fn, int] = {}
        stack = [fn]
        while stack:
            fn = stack.pop()
            if fn in found or self._identity.seen(fn) is not None:
                continue
            number = fn._sequence_nr()
            if number < sequence or accumulator(fn) is not None:
                continue
            found[fn] = number
            for child, _ in fn.next_functions:
                if child is not None:
                    stack.append(child)
        if len(found) < 2:
            return list(found)
        return sorted(found, key=found.__getitem__)

    def _note(
        self,
        fns: list[Fn],
        tensor: torch.Tensor,
        before: Before,
        in_place: bool,
        frame: FrameType,
    ) -> None:
        """Note the nodes of one operation, of which ``tensor`` is the result.

        The last node takes the first constants: what an operation does to its
        inputs before the main step (a transposition) takes none.
        """
        module = self._module(frame)
        main = tensor.grad_fn
        if in_place:
            main = next((fn for fn in fns if fn.name().endswith("CopySlices")), main)
        left = list(before.constants)
        for fn in reversed(fns):
            taken = []
            for slot, (child, _) in enumerate(fn.next_functions):
                if child is None and left:
                    taken.append((slot, *left.pop(0)[1:]))
            note = (None, tuple(taken), before.leaves, module, ())
            if fn is main:
                mark = "in-place" if in_place else "view" if tensor._is_view() else ""
                note = (before.call, *note[1:4], (mark,) if mark else ())
            self._notes.ops[self._identity.label(fn)] = pack(note)
        left = [constant for constant in left if constant[1] is not None]
        if left:
            number = self._identity.label(main)
            note = self._notes.ops.get(number)
            call, taken, *rest = NOTHING if note is None else unpack(note)
            count = len(main.next_functions)
            more = [(count + place, *one[1:]) for place, one in enumerate(left)]
            self._notes.ops[number] = pack((call, (*taken, *more), *rest))
        self.adopt(tensor, tensor.grad_fn)
        for fn in fns:
            number = self._identity.label(fn)
            if number not in self._notes.saved:
                self._notes.saved[number] = self._saved(fn, number)

    def _saved(self, fn: Fn, number: int) -> bytes:
        """Note what a node keeps, and the values of nodes only seen through it."""
        notes: list[SavedNote] = []
        for field, state, tensor in saved_tensors(fn, fresh=True):
            if state == "hidden":
                notes.append((field, None, None, -1))
            elif tensor is not None:
                of, reading = self._owner(number, field, tensor)
                notes.append((field, of, reading, version_of(tensor)))
        return pack(tuple(notes))

    def _owner(
        self, number: int, field: str, tensor: torch.Tensor
    ) -> tuple[Ref | None, Reading]:
        """Return whose value a saved tensor is, and the value."""
        values = self._notes.values
        if not tensor.requires_grad:
            known = self._identity.known(tensor)
            if known is not None:
                ref = ("const", known, version_of(tensor))
                return ref, self._reading(known, tensor)
            if field != "result":
                return None, reading_of(tensor)
            if (number, 0) not in values:
                values[number, 0] = reading_of(tensor)
            return ("op", number, 0), values[number, 0]
        source = tensor.grad_fn
        if source is None:
            known = self._identity.number(tensor)
            return ("leaf", known, 0), self._reading(known, tensor)
        key = (self._identity.label(source), tensor.output_nr)
        if key not in values:
            values[key] = reading_of(tensor)
        return ("op", *key), values[key]

    def _module(self, frame: FrameType) -> ModuleNote | None:
        """Return the module whose forward runs the operation."""
        stack = modules_above(frame, self._stop)
        if not stack:
            return None
        outer, inner = stack[0], stack[-1]
        number = self._identity.number(outer)
        paths = self._paths.get(number)
        if paths is None or id(inner) not in paths:
            paths = {id(module): path for path, module in named_modules({"m": outer})}
            self._paths[number] = paths
        return (number, type(outer).__name__, paths.get(id(inner), "m")[2:])


def tensors_in(items: Iterable[Any], depth: int = 0) -> Iterator[torch.Tensor]:
    """Yield the tensors among arguments, also inside lists, tuples and dicts."""
    for item in items:
        if isinstance(item, torch.Tensor):
            yield item
        elif isinstance(item, (list, tuple)) and depth < 3:
            yield from tensors_in(item, depth + 1)
        elif isinstance(item, dict) and depth < 3:
            yield from tensors_in(item.values(), depth + 1)


def _number(number: complex) -> Constant:
    return _number_of(type(number), repr(number), number)


@functools.lru_cache(maxsize=256)
def _number_of(kind: type, words: str, number: complex) -> Constant:
    """Return the constant of a plain number, the same tuple each time."""
    return (-1, None, words, summarised((), kind.__name__, (number,)))
