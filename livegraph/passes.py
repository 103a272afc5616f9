"""What one backward pass delivered: to each node, and along each edge."""

from __future__ import annotations

import inspect
import threading
import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch.autograd.function import BackwardCFunction
from torch.autograd.graph import GradientEdge
from torch.autograd.graph import Node as Fn

from livegraph.hooks import NODE, NODE_BEFORE, HookNote, beside
from livegraph.identity import Identity, Ref, accumulator
from livegraph.values import Reading, pack, reading_of
from livegraph.walk import reach, start_of

Grads = tuple[Reading | None, ...]
Key = tuple[str, int]
"""Kind ("op" or "leaf") and number of a node."""


@dataclass
class Pass:
    """One backward pass, as plain data.

    ``events`` are in the order in which the engine ran the nodes, under
    (``op`` or ``leaf``, number): what each got, by output, and sent, by input,
    two tuples of readings, packed.
    ``arrived`` is what came to an output with a hook, before the hook saw it.
    ``parts`` and ``before`` belong to the leaves. ``asked`` is what
    ``torch.autograd.grad`` or ``inputs=`` delivered.
    """

    events: dict[Key, bytes] = field(default_factory=dict)
    parts: dict[int, list[Reading]] = field(default_factory=dict)
    before: dict[int, Reading] = field(default_factory=dict)
    asked: dict[Ref, Reading] = field(default_factory=dict)
    arrived: dict[Ref, Reading] = field(default_factory=dict)


@dataclass
class _Heard:
    """What one run of the engine delivered.

    ``totals`` and ``arrived`` are tensors, added up.
    """

    events: dict[Key, bytes] = field(default_factory=dict)
    parts: dict[int, list[Reading]] = field(default_factory=dict)
    totals: dict[Ref, torch.Tensor] = field(default_factory=dict)
    arrived: dict[Ref, torch.Tensor] = field(default_factory=dict)


class Listener:
    """Hears one backward pass through hooks that it sets and takes away.

    The hooks are set when the pass begins, so they come after the reader's own
    and hear what those have made of a gradient. ``error`` is what went wrong
    in a hook of ours, if anything; ``nested`` tells that another pass ran inside.
    """

    def __init__(self, identity: Identity) -> None:
        self.passed = Pass()
        self._identity = identity
        self._thread = threading.get_ident()
        self._tasks: dict[int, _Heard] = {}
        self.nested = False
        self._set: list[tuple[dict, int]] = []
        # A leaf that is a root has no other owner of its node.
        self._starts: list[Fn] = []
        self._early: dict[tuple[int, Key], Grads] = {}
        self.error: Exception | None = None
        self.node_hooks: dict[Key, list[HookNote]] = {}
        self._last: dict[tuple[str, int, int], tuple[weakref.ref, int, Reading]] = {}
        self._wanted: set[Ref] = set()
        self._hooked: set[Ref] = set()
        self._adopt: Callable[[torch.Tensor, Fn, Reading], Ref] | None = None

    def start(
        self,
        roots: Iterable[torch.Tensor | GradientEdge],
        wanted: Iterable[Ref] = (),
        adopt: Callable[[torch.Tensor, Fn, Reading], Ref] | None = None,
        hooked: Iterable[Ref] = (),
    ) -> None:
        """Set a hook on each node behind ``roots``.

        ``wanted`` are outputs whose summed gradient is asked for though their
        node does not run. ``adopt`` is told of each gradient that is itself
        recorded (``create_graph=True``). ``hooked`` are outputs with a hook of the
        reader's: what arrives there is noted before the hook can change it.
        """
        self._adopt = adopt
        self._wanted = set(wanted)
        begins = [
            start_of(root)
            for root in roots
            if isinstance(root, GradientEdge) or root.requires_grad
        ]
        self._starts = [fn for fn, _ in begins]
        walk = reach(self._starts)
        keys = []
        for fn in walk.fns:
            leaf = accumulator(fn)
            if leaf is None:
                keys.append(("op", self._identity.label(fn)))
                continue
            number = self._identity.number(leaf)
            keys.append(("leaf", number))
            if leaf.grad is not None:
                self.passed.before[number] = reading_of(leaf.grad)
            if leaf._backward_hooks:
                self._hooked.add(("leaf", number, 0))
        index = walk.index
        # What a root is given at the start comes along no edge.
        given = {(*keys[index[fn]], which) for fn, which in begins}
        self._hooked.update(hooked)
        self._hooked -= given
        for fn, key, following in zip(walk.fns, keys, walk.following, strict=True):
            targets = tuple(
                None if child is None else (*keys[index[child]], nr)
                for child, nr in following
            )
            # A leaf's node may add to the very tensor that arrived, and a custom
            # one may write on it: what they got is read before they run. At the
            # other nodes, who sets a hook learns what others have set.
            leaf = key[0] == "leaf"
            early = _LeafEar(self, key) if leaf else _EarlyEar(self, key)
            late = _Ear(self, key, targets)
            for kind, handle, stays in (
                (
                    NODE_BEFORE,
                    fn.register_prehook(early),
                    leaf or isinstance(fn, BackwardCFunction),
                ),
                (NODE, fn.register_hook(late), not leaf),
            ):
                hooks = handle.hooks_dict_ref()
                if len(hooks) > 1:
                    self.node_hooks.setdefault(key, []).extend(
                        beside(kind, handle, (_Ear, _LeafEar))
                    )
                if stays:
                    self._set.append((hooks, handle.id))
                else:
                    del hooks[handle.id]

    def stop(self) -> None:
        """Take away the hooks."""
        for hooks, number in self._set:
            hooks.pop(number, None)
        self._set.clear()
        self._starts.clear()
        self._early.clear()
        self._last.clear()
        self._wanted.clear()
        self._hooked.clear()
        self._adopt = None
        if not self._tasks:
            return
        # A hook can begin another pass before this one's first node has run; the
        # numbers of passes rise, so the lowest is this one.
        heard = self._tasks[min(self._tasks)]
        self.nested = len(self._tasks) > 1
        self._tasks.clear()
        self.passed.events = heard.events
        self.passed.parts = heard.parts
        for ref, total in heard.totals.items():
            self.passed.asked.setdefault(ref, reading_of(total))
        for ref, total in heard.arrived.items():
            self.passed.arrived[ref] = reading_of(total)

    def hear(self, key: Key, got: tuple, sent: tuple = (), targets: tuple = ()) -> None:
        """Note what a node got and sent.

        An error in here must not become one of the reader's backward pass.
        """
        try:
            with torch._C.DisableTorchFunction():
                if self._mine(got):
                    self._hear(key, got, sent, targets)
        except Exception as error:
            self.error = error

    def hear_early(self, key: Key, got: tuple) -> None:
        """Note what a node gets before it can change it."""
        try:
            with torch._C.DisableTorchFunction():
                if self._mine(got):
                    task = torch._C._current_graph_task_id()
                    self._early[task, key] = self._got(key, got, {})
        except Exception as error:
            self.error = error

    def _mine(self, got: tuple) -> bool:
        """Tell this thread's pass from one that another thread began meanwhile."""
        return threading.get_ident() == self._thread or any(
            grad is not None and grad.device.type != "cpu" for grad in got
        )

    def _got(self, key: Key, got: tuple, read: dict[int, Reading]) -> Grads:
        last = self._last
        return tuple(
            [
                self._value(grad, read, last.pop((*key, which), None))
                for which, grad in enumerate(got)
            ]
        )

    def _hear(self, key: Key, got: tuple, sent: tuple, targets: tuple) -> None:
        """Note what a node got and sent, reading each gradient once."""
        task = torch._C._current_graph_task_id()
        heard = self._tasks.get(task)
        if heard is None:
            heard = self._tasks[task] = _Heard()
        read: dict[int, Reading] = {}
        got_values = self._early.pop((task, key), None) or self._got(key, got, read)
        sent_values = tuple([self._value(grad, read, None) for grad in sent])
        heard.events[key] = pack((got_values, sent_values))
        for target, grad, value in zip(targets, sent, sent_values, strict=False):
            if target is None or grad is None:
                continue
            # What arrives is often this very tensor, unchanged: then it need not
            # be read again. An address alone could be another tensor's by then.
            self._last[target] = (weakref.ref(grad), grad._version, value)
            if target[0] == "leaf":
                heard.parts.setdefault(target[1], []).append(value)
            if target in self._wanted:
                total = heard.totals.get(target)
                total = grad.detach() if total is None else total + grad.detach()
                heard.totals[target] = total
            if target in self._hooked:
                total = heard.arrived.get(target)
                # The hook may write on the very tensor that was sent.
                heard.arrived[target] = (
                    grad.detach().clone() if total is None else total + grad.detach()
                )

    def _value(
        self,
        grad: torch.Tensor | None,
        read: dict[int, Reading],
        last: tuple[weakref.ref, int, Reading] | None,
    ) -> Reading | None:
        if grad is None:
            return None
        value = read.get(id(grad))
        if value is None:
            if last is not None and last[0]() is grad and last[1] == grad._version:
                value = last[2]
            else:
                value = reading_of(grad)
            read[id(grad)] = value
            if self._adopt is not None and grad.grad_fn is not None:
                self._adopt(grad, grad.grad_fn, value)
        return value


class _LeafEar:
    """The hook before a leaf's node adds to ``.grad``."""

    __slots__ = ("_key", "_listener")

    def __init__(self, listener: Listener, key: Key) -> None:
        self._listener = listener
        self._key = key

    def __call__(self, got: tuple) -> None:
        self._listener.hear(self._key, got)


class _EarlyEar(_LeafEar):
    """The hook before a custom node runs."""

    __slots__ = ()

    def __call__(self, got: tuple) -> None:
        self._listener.hear_early(self._key, got)


class _Ear:
    """The hook after a node has run."""

    __slots__ = ("_key", "_listener", "_targets")

    def __init__(self, listener: Listener, key: Key, targets: tuple) -> None:
        self._listener = listener
        self._key = key
        self._targets = targets

    def __call__(self, sent: tuple, got: tuple) -> None:
        self._listener.hear(self._key, got, sent, self._targets)


def ends_of(
    func: Callable, args: tuple, kwargs: dict[str, Any]
) -> tuple[tuple, tuple, bool]:
    """Return roots, asked inputs and ``create_graph`` of a call that runs backward.

    Raises TypeError for arguments that ``func`` does not take.
    """
    given = _SIGNATURES[func].bind(*args, **kwargs).arguments
    roots = given.get("self", given.get("tensors", given.get("outputs")))
    return (
        _several(roots),
        _several(given.get("inputs")),
        bool(given.get("create_graph")),
    )


def _several(given: Any) -> tuple:
    """Return one tensor or edge, or a collection of them, as a tuple."""
    if given is None:
        return ()
    if isinstance(given, (torch.Tensor, GradientEdge)):
        return (given,)
    if isinstance(given, dict):
        return tuple(given.values())
    # An iterator would be used up before torch sees it.
    return tuple(given) if isinstance(given, (list, tuple)) else ()


_SIGNATURES = {
    func: inspect.signature(func)
    for func in (torch.Tensor.backward, torch.autograd.backward, torch.autograd.grad)
}
