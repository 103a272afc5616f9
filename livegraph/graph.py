"""The recorded graph as plain data.

Nothing here imports torch: a ``Graph`` holds numbers and words, no tensor and
no autograd node, so it can be kept, compared, pickled and written as JSON.
"""

# The classes are not frozen: that makes an instance take three times as long, and
# a graph of forty nodes has hundreds.

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

Number = float | int | bool | complex


@dataclass(slots=True)
class Value:
    """What a tensor held at one moment.

    ``numbers`` are the elements in row-major order, or None for a tensor
    larger than the recorder's limit, of which only the summary is kept.
    ``norm`` is the Euclidean norm over all elements, ``low`` and ``high`` the
    extremes of the finite ones (of the moduli, for complex dtypes); each is
    None where there is nothing to measure.
    """

    shape: tuple[int, ...]
    dtype: str
    numbers: tuple[Number, ...] | None = None
    norm: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(slots=True)
class Saved:
    """One tensor that a node keeps for backward.

    ``field`` is torch's name without the prefix (``self`` for
    ``_saved_self``); ``of`` the name of the tensor where it is known, else empty.
    ``state`` is ``kept``, ``freed`` (backward has run and released it),
    ``overwritten`` (its version moved on: backward will refuse it) or ``hidden``
    (a saved-tensor hook packed it; nothing is unpacked to look).
    """

    field: str
    of: str = ""
    value: Value | None = None
    state: str = "kept"


@dataclass(slots=True)
class Node:
    """One card: a leaf, the result of an operation, or a constant.

    ``kind`` is ``leaf``, ``op`` or ``const``; ``fn`` the name of the autograd node
    (``AccumulateGrad`` for a leaf, empty for a constant); ``expr`` how the value
    came about (``w + x``). ``names`` and ``values`` have one entry for each
    output of the node. ``grads`` has one entry for each backward pass: the
    gradient with respect to each output, None where none arrived. For a leaf,
    ``parts`` lists what each pass delivered, one entry an edge, in order of
    delivery; ``before`` what ``.grad`` held when each pass began, None where
    it held nothing; ``held`` what ``.grad`` holds at the end. ``arrived`` goes
    like ``grads`` and is empty as a rule: it tells what arrived where a hook
    changed it, None elsewhere. ``marks`` are words from: ``root``, ``in-place``,
    ``view``, ``custom``, ``freed``, ``undefined`` (a pass ran it, but no gradient
    arrived at it), ``changed`` (the tensor held something else later, and no
    operation tells why: a write through ``.data`` or under ``no_grad``). ``module``
    is the path of the ``nn.Module`` that ran it, from its variable or class:
    ``model.blocks.0.mlp``.
    """

    id: int
    kind: str
    fn: str = ""
    expr: str = ""
    names: tuple[str, ...] = ("",)
    values: tuple[Value | None, ...] = (None,)
    grads: tuple[tuple[Value | None, ...], ...] = ()
    parts: tuple[tuple[Value, ...], ...] = ()
    before: tuple[Value | None, ...] = ()
    held: Value | None = None
    saved: tuple[Saved, ...] = ()
    hooks: tuple[str, ...] = ()
    arrived: tuple[tuple[Value | None, ...], ...] = ()
    marks: tuple[str, ...] = ()
    module: str = ""

    @property
    def name(self) -> str:
        """Name of the first output, empty where the caller gave none."""
        return self.names[0]

    @property
    def value(self) -> Value | None:
        """Value of the first output."""
        return self.values[0]

    @property
    def grad(self) -> Value | None:
        """Gradient of the first output: ``.grad`` of a leaf, else the last pass."""
        if self.kind == "leaf":
            return self.held
        return self.grads[-1][0] if self.grads else None


@dataclass(slots=True)
class Edge:
    """``dst`` used output ``output_nr`` of ``src`` as its input ``input_nr``.

    ``grads`` has one entry for each backward pass: what ``dst`` sent back
    along this edge, None where the pass did not come through or sent nothing.
    """

    src: int
    dst: int
    output_nr: int = 0
    input_nr: int = 0
    grads: tuple[Value | None, ...] = ()

    @property
    def grad(self) -> Value | None:
        """What the last backward pass sent along this edge."""
        return self.grads[-1] if self.grads else None


@dataclass(slots=True)
class Step:
    """One step of the story: ``phase`` is ``forward`` or ``backward``.

    ``node`` is the id of the node that acts, ``edges`` the indices in
    ``Graph.edges`` of the edges that light up, ``backward_pass`` counts from 0.
    """

    phase: str
    node: int
    edges: tuple[int, ...] = ()
    backward_pass: int = 0


@dataclass(slots=True)
class Graph:
    """A whole graph, as far back as it goes from ``roots``, given by id.

    ``nodes`` stand in the order in which forward ran, a leaf or a constant
    right before its first use; the id of a node is its place in ``nodes``.
    ``notes`` are sentences about what could not be known or drawn.
    """

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    roots: tuple[int, ...] = ()
    steps: tuple[Step, ...] = ()
    notes: tuple[str, ...] = field(default=())

    def to_dict(self) -> dict[str, Any]:
        """Return the graph as dictionaries, lists, strings and numbers."""
        return asdict(self)

    def to_json(self) -> str:
        """Return the graph as JSON text; complex and non-finite numbers as text."""
        return json.dumps(_plain(self.to_dict()), ensure_ascii=False, allow_nan=False)


def _plain(item: Any) -> Any:
    """Turn what JSON lacks (complex, nan, inf, tuples) into what it has."""
    if isinstance(item, dict):
        return {key: _plain(value) for key, value in item.items()}
    if isinstance(item, (list, tuple)):
        return [_plain(value) for value in item]
    if isinstance(item, complex) or (
        isinstance(item, float) and not abs(item) < float("inf")
    ):
        return str(item)
    return item
