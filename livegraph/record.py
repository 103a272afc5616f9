"""Record what a block of code computes, and what backward delivers in it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from types import CodeType, FrameType, TracebackType
from typing import Any, Self

import torch
from torch.overrides import TorchFunctionMode

from livegraph.build import build
from livegraph.frames import calls_directly, variables
from livegraph.graph import Graph
from livegraph.hooks import ACCUMULATION, TENSOR, HookNote, hook_words
from livegraph.identity import Identity, Ref, version_of
from livegraph.names import Names, named_modules, named_tensors, scope_of
from livegraph.notes import Notes
from livegraph.operations import Operations
from livegraph.passes import Listener, ends_of
from livegraph.picture import Picture
from livegraph.quiet import quietly
from livegraph.values import reading_of
from livegraph.words import ENGLISH, Words

_BACKWARD = {torch.Tensor.backward, torch.autograd.backward, torch.autograd.grad}
# Reading these attributes makes a node or a new tensor; the others make nothing.
_MAKING = {"T", "mT", "H", "mH", "real", "imag", "data", "grad"}
# What hands out a tensor's memory without its version counter.
_SHARING = {"numpy", "__array__", "__dlpack__", "untyped_storage"}
_HOOKS = {
    torch.Tensor.register_hook: TENSOR,
    torch.Tensor.register_post_accumulate_grad_hook: ACCUMULATION,
}


def record(names: Names = None) -> Tape:
    """Return a tape: what runs while it is open is recorded.

    ``names`` is a mapping from name to tensor, or a function that returns one;
    without it the names come from the variables of the code that opens the
    tape. A mapping is looked at live, so ``names=globals()`` follows a script.
    Raises TypeError for anything else.
    """
    return Tape(names)


def snapshot(*roots: torch.Tensor, names: Names = None) -> Graph:
    """Return the graph behind ``roots`` as it stands, without a recording.

    It has structure, names, the tensors that nodes saved, and ``.grad``;
    values of other intermediate tensors only where a variable holds them.
    Raises ValueError for a tensor that needs no gradient.
    """
    with quietly():
        scope = variables(sys._getframe(1)) if names is None else scope_of(names)
        return build(_resolved(roots, scope), Notes(), Identity(), scope)


class Tape(TorchFunctionMode):
    """Plain data about each operation that ran in this thread while it was open.

    It holds no tensor and no autograd node, and leaves no hook behind.
    """

    def __init__(self, names: Names = None) -> None:
        super().__init__()
        if names is not None:
            scope_of(names)
        self._names = names
        self._state = "new"
        self._code: CodeType | None = None
        self._identity = Identity()
        self._notes = Notes()
        self._operations: Operations | None = None

    def __enter__(self) -> Self:
        """Begin to record. Raises RuntimeError for a tape that was open before."""
        if self._state != "new":
            raise RuntimeError(
                f"this tape is {self._state}; a tape records once. "
                "Open another one with record()."
            )
        self._state = "open"
        self._code = sys._getframe(1).f_code
        self._operations = Operations(self._identity, self._notes, self._code)
        return super().__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop recording; an error of the recorded code goes on unchanged."""
        super().__exit__(kind, error, trace)
        self._state = "closed"
        with torch._C.DisableTorchFunction():
            self._guard(self._learn_names, sys._getframe(1))
        self._operations = None

    def graph(self, *roots: torch.Tensor | str, names: Names = None) -> Graph:
        """Return the graph behind ``roots``, tensors or names of variables.

        ``names`` works as in ``record`` and is looked up now. The tape may be
        open or closed. Raises RuntimeError for a tape that was never open, and
        ValueError for a root that needs no gradient or a name without tensor.
        """
        return self._graph(roots, names, sys._getframe(1))

    def draw(
        self, *roots: torch.Tensor | str, names: Names = None, words: Words = ENGLISH
    ) -> Picture:
        """Return the same graph as a picture: shown in a notebook, or saved.

        ``words`` is the table of words, English as a rule.
        """
        return Picture(self._graph(roots, names, sys._getframe(1)), words)

    def _graph(self, roots: tuple, names: Names, frame: FrameType) -> Graph:
        if self._state == "new":
            raise RuntimeError(
                "this tape has recorded nothing: it was never opened. "
                "Run the code inside `with record() as tape:`, or use snapshot(y)."
            )
        with quietly():
            names = self._names if names is None else names
            scope = variables(frame) if names is None else scope_of(names)
            return build(_resolved(roots, scope), self._notes, self._identity, scope)

    def __torch_function__(
        self,
        func: Callable,
        types: Iterable[type],
        args: tuple = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        """Run ``func`` as it would have run, and note what it made."""
        kwargs = kwargs or {}
        if torch.compiler.is_compiling():
            # A compiler is at work and would compile the tape, too.
            return func(*args, **kwargs)
        name = getattr(func, "__name__", "")
        if name in ("__get__", "__set__"):
            attribute = func.__self__.__name__
            if attribute == "data":
                self._guard(self._expose, args)
            if name == "__get__":
                if attribute not in _MAKING:
                    return func(*args, **kwargs)
                name = attribute
        elif name in _SHARING or (not torch.is_grad_enabled() and _writes(name)):
            self._guard(self._expose, args)
        elif func in _BACKWARD:
            return self._listen(func, args, kwargs)
        elif func in _HOOKS:
            return self._note_hook(_HOOKS[func], func, args, kwargs)
        operations = self._operations
        if operations is None or not torch.is_grad_enabled():
            return func(*args, **kwargs)
        before = None
        with torch._C.DisableTorchFunction():
            try:
                before = operations.before(func, name, args, kwargs)
                if before is not None and before.new:
                    self._ask_names(before.new, sys._getframe(1))
            except Exception as error:
                self._remark(error, name)
        result = func(*args, **kwargs)
        if before is not None:
            with torch._C.DisableTorchFunction():
                try:
                    operations.after(name, before, args, result, sys._getframe(1))
                except Exception as error:
                    self._remark(error, name)
        return result

    def _expose(self, args: tuple) -> None:
        """Keep an eye on a tensor that can change where autograd does not see it."""
        if self._operations is not None and args and isinstance(args[0], torch.Tensor):
            with torch._C.DisableTorchFunction():
                self._operations.expose(args[0])

    def _guard(self, job: Callable, *args: Any) -> Any:
        """Do the tape's own work; its failure must not stop the reader's code."""
        try:
            return job(*args)
        except Exception as error:
            self._remark(error, job.__name__)
            return None

    def _remark(self, error: Exception, where: str) -> None:
        # Names and the exception's own text alone: no language changes them.
        what = f"{where} ({type(error).__name__}: {error})"
        self._notes.remark(ENGLISH.not_recorded.format(what=what))

    # Backward and hooks.

    def _listen(self, func: Callable, args: tuple, kwargs: dict) -> Any:
        """Run a backward pass with the tape listening."""
        listener = Listener(self._identity)
        with quietly():
            self._guard(self._start, listener, func, args, kwargs)
        try:
            result = func(*args, **kwargs)
            with torch._C.DisableTorchFunction():
                self._guard(self._note_asked, listener, func, args, kwargs, result)
            return result
        finally:
            with quietly():
                self._guard(listener.stop)
            if listener.nested:
                self._notes.remark(ENGLISH.nested_pass)
            if listener.error is not None:
                self._remark(listener.error, func.__name__)
            self._notes.node_hooks.update(listener.node_hooks)
            if listener.passed.events or listener.passed.asked:
                self._notes.passes.append(listener.passed)

    def _start(
        self, listener: Listener, func: Callable, args: tuple, kwargs: dict
    ) -> None:
        roots, inputs, creates = ends_of(func, args, kwargs)
        operations = self._operations
        if operations is None:
            return
        for root in roots:
            if isinstance(root, torch.Tensor) and root.requires_grad:
                operations.ref(root)
        wanted = [
            operations.ref(one)
            for one in inputs
            if isinstance(one, torch.Tensor)
            and one.requires_grad
            and not one.is_leaf
            and not one._backward_hooks
        ]
        adopt = operations.adopt if creates else None
        listener.start(roots, wanted, adopt, self._notes.hooks)

    def _note_asked(
        self, listener: Listener, func: Callable, args: tuple, kwargs: dict, result: Any
    ) -> None:
        """Note what ``torch.autograd.grad`` returned, which no hook can see."""
        if func is not torch.autograd.grad or self._operations is None:
            return
        _, inputs, _ = ends_of(func, args, kwargs)
        grads = result.values() if isinstance(result, dict) else result
        for one, grad in zip(inputs, grads, strict=True):
            if grad is not None and isinstance(one, torch.Tensor):
                reading = reading_of(grad)
                listener.passed.asked[self._operations.ref(one)] = reading
                if grad.grad_fn is not None:
                    self._operations.adopt(grad, grad.grad_fn, reading)

    def _note_hook(self, kind: str, func: Callable, args: tuple, kwargs: dict) -> Any:
        """Set the reader's hook, and remember for how long it is set."""
        handle = func(*args, **kwargs)
        with torch._C.DisableTorchFunction():
            hook = args[1] if len(args) > 1 else kwargs.get("hook")
            hooks_of, number = handle.hooks_dict_ref, handle.id
            note = HookNote(
                hook_words(kind, hook), lambda: number in (hooks_of() or ())
            )
            operations = self._operations
            ref = self._guard(operations.ref, args[0]) if operations else None
            if ref is not None:
                self._notes.hooks.setdefault(ref, []).append(note)
        return handle

    # Names.

    def _ask_names(self, new: list[tuple[torch.Tensor, Ref]], frame: FrameType) -> None:
        """Look up the variables that hold these tensors at this moment."""
        if self._names is not None:
            scope = scope_of(self._names)
        else:
            caller = calls_directly(frame)
            if caller is None or caller.f_code is not self._code:
                return
            scope = variables(caller)
        names = self._notes.names
        for tensor, ref in new:
            for name, value in scope.items():
                if value is tensor and not name.startswith("_"):
                    names.setdefault(ref, name)
                    break

    def _learn_names(self, frame: FrameType) -> None:
        """Keep the names that hold when the tape closes."""
        if self._names is not None:
            scope = scope_of(self._names)
        elif frame.f_code is self._code:
            scope = variables(frame)
        else:
            return
        for name, tensor in named_tensors(scope):
            ref = self._known(tensor)
            if ref is not None:
                self._notes.names.setdefault(ref, name)
        for name, module in named_modules(scope):
            number = self._identity.known(module)
            if number is not None:
                self._notes.modules.setdefault(number, name)

    def _known(self, tensor: torch.Tensor) -> Ref | None:
        """Return what stands for a tensor, None for one the tape never met."""
        if tensor.grad_fn is not None:
            number = self._identity.seen(tensor.grad_fn)
            return None if number is None else ("op", number, tensor.output_nr)
        number = self._identity.known(tensor)
        if number is None:
            return None
        if tensor.requires_grad:
            return ("leaf", number, 0)
        return ("const", number, version_of(tensor))


def _writes(name: str) -> bool:
    """Tell whether a function of this name can write on its first argument."""
    if name.endswith("__"):
        return name == "__setitem__" or name.startswith("__i")
    return name.endswith("_")


def _resolved(roots: tuple, scope: dict[str, Any]) -> list[tuple[str, torch.Tensor]]:
    """Return a name (empty where unknown) and the tensor for each root.

    Raises TypeError for what is no tensor, ValueError for an unknown name or a
    tensor that needs no gradient.
    """
    if not roots:
        raise TypeError("no root: pass the tensor whose graph you want, graph(y)")
    found = []
    for root in roots:
        name = root if isinstance(root, str) else ""
        if isinstance(root, str):
            if not isinstance(scope.get(root), torch.Tensor):
                raise ValueError(
                    f"no tensor is named {root!r} here. Names that are tensors: "
                    f"{_listed(scope)}."
                )
            root = scope[root]
        if not isinstance(root, torch.Tensor):
            raise TypeError(
                f"a root is a tensor or its name; found {type(root).__name__}"
            )
        if not root.requires_grad:
            raise ValueError(
                f"{name or 'this tensor'} needs no gradient, so there is no graph "
                f"behind it (shape {tuple(root.shape)}, requires_grad=False). Draw a "
                "tensor computed from one with requires_grad=True, outside no_grad()."
            )
        found.append((name, root))
    return found


def _listed(scope: dict[str, Any]) -> str:
    names = [name for name, value in scope.items() if isinstance(value, torch.Tensor)]
    return ", ".join(names[:10]) or "none"
