"""Graphs written by hand, for tests that draw."""

from __future__ import annotations

import math
import random

from livegraph.graph import Edge, Graph, Node, Number, Saved, Step, Value

NAN, INF = float("nan"), float("inf")


def value(*numbers: Number, shape: tuple[int, ...] | None = None) -> Value:
    """A value that holds ``numbers``; one number alone is a scalar."""
    if shape is None:
        shape = () if len(numbers) == 1 else (len(numbers),)
    finite = [abs(x) for x in numbers if math.isfinite(abs(x))]
    return Value(
        shape,
        "float32",
        numbers,
        math.hypot(*map(abs, numbers)),
        min(finite, default=None),
        max(finite, default=None),
    )


def noise(*shape: int) -> Value:
    """A value of ``shape`` whose numbers depend on the shape alone."""
    source = random.Random(repr(shape))
    numbers = [source.gauss(0, 1) for _ in range(math.prod(shape))]
    norm = math.hypot(*numbers)
    return Value(shape, "float32", tuple(numbers), norm, min(numbers), max(numbers))


def leaf(at: int, name: str, of: Value, *parts: Value, held: Value) -> Node:
    """A leaf that one pass reached along ``len(parts)`` edges."""
    return Node(
        at,
        "leaf",
        "AccumulateGrad",
        names=(name,),
        values=(of,),
        grads=((held,),),
        parts=(parts,),
        before=(None,),
        held=held,
    )


def small() -> Graph:
    """Y = (w + x)(w + 1) at w = 2, x = 3."""
    nodes = (
        leaf(0, "w", value(2.0), value(3.0), value(5.0), held=value(8.0)),
        leaf(1, "x", value(3.0), value(3.0), held=value(3.0)),
        _op(2, "AddBackward0", "a", "w + x", value(5.0), value(3.0)),
        Node(3, "const", expr="1", values=(value(1),)),
        _op(4, "AddBackward0", "b", "w + 1", value(3.0), value(5.0)),
        _op(
            5,
            "MulBackward0",
            "y",
            "a * b",
            value(15.0),
            value(1.0),
            saved=(Saved("self", "a"), Saved("other", "b")),
            marks=("root",),
        ),
    )
    edges = (
        Edge(0, 2, 0, 0, (value(3.0),)),
        Edge(1, 2, 0, 1, (value(3.0),)),
        Edge(0, 4, 0, 0, (value(5.0),)),
        Edge(3, 4, 0, 1, (None,)),
        Edge(2, 5, 0, 0, (value(3.0),)),
        Edge(4, 5, 0, 1, (value(5.0),)),
    )
    steps = (
        Step("forward", 2, (0, 1)),
        Step("forward", 4, (2, 3)),
        Step("forward", 5, (4, 5)),
        Step("backward", 5, (4, 5)),
        Step("backward", 2, (0, 1)),
        Step("backward", 4, (2,)),
        Step("backward", 1, (1,)),
        Step("backward", 0, (0, 2)),
    )
    return Graph(nodes, edges, (5,), steps)


def unusual() -> Graph:
    """One of everything that has to be recognisable."""
    nodes = (
        Node(
            0,
            "leaf",
            "AccumulateGrad",
            names=("w<1>",),
            values=(value(1.0, 2.0, 3.0),),
            grads=((value(1.0, 1.0, 1.0),),),
            parts=((value(1.0, 1.0, 1.0),),),
            held=value(1.0, 1.0, 1.0),
            hooks=("tensor", "post"),
        ),
        Node(
            1,
            "op",
            "CopySlices",
            "v[0] = 3",
            ("v",),
            (value(3.0, 2.0, 3.0),),
            ((value(0.0, 1.0, 1.0),),),
            saved=(Saved("self", "w<1>", None, "overwritten"), Saved("other", "x")),
            marks=("in-place",),
        ),
        Node(
            2,
            "op",
            "UnbindBackward0",
            "v.unbind()",
            ("a", "b", "c", "d", "e"),
            tuple(map(value, (3.0, 2.0, 3.0, 1.0, 7.0))),
            ((value(1.0), None, value(2.0), None, None),),
            marks=("view",),
        ),
        Node(
            3,
            "op",
            "MyExpBackward",
            "MyExp.apply(a)",
            ("z",),
            (value(NAN),),
            ((value(1.0),),),
            saved=(Saved("result", "z", None, "hidden"),),
            marks=("custom",),
        ),
        Node(
            4,
            "op",
            "MulBackward0",
            "z * b",
            ("q",),
            (value(1.0, NAN, -2.0, INF, 0.5, 0.2, 3.0, -1.0, shape=(2, 4)),),
            ((value(INF),),),
            saved=(Saved("self", "z", None, "freed"),),
        ),
        Node(
            5,
            "op",
            "AddBackward0",
            "q + c",
            ("big",),
            (Value((1024, 4096), "float32", None, 321.123, -3.2, 3.9),),
            ((Value((1024, 4096), "float32", None, 3e-5, -3e-6, 4e-6),),),
            marks=("root",),
        ),
        Node(6, "const", names=("X",), values=(noise(4, 3),)),
        Node(
            7, "op", "SumBackward0", "X.sum()", values=(Value((0, 3), "float32", ()),)
        ),
    )
    edges = (
        Edge(0, 1, 0, 0, (value(0.0, 1.0, 1.0),)),
        Edge(1, 2, 0, 0, (value(1.0, 1.0, 1.0),)),
        Edge(2, 3, 0, 0, (value(1.0),)),
        Edge(2, 4, 1, 1, (None,)),
        Edge(3, 4, 0, 0, (value(INF),)),
        Edge(4, 5, 0, 0, (Value((9, 9), "float32", None, 3.2),)),
        Edge(2, 5, 2, 1, (value(2.0),)),
        Edge(6, 7),
    )
    steps = tuple(Step("forward", at) for at in (1, 2, 3, 4, 5, 7))
    return Graph(nodes, edges, (5,), steps)


def network(blocks: int, layers: int = 6) -> Graph:
    """``blocks`` modules of ``layers`` operations with a skip connection each."""
    nodes: list[Node] = []
    edges: list[Edge] = []

    def add(kind: str, name: str, fn: str, module: str, *inputs: int) -> int:
        at = len(nodes)
        nodes.append(
            Node(at, kind, fn, fn.lower(), (name,), (value(1.5),), module=module)
        )
        edges.extend(Edge(src, at, 0, k) for k, src in enumerate(inputs))
        return at

    x = add("const", "x", "", "")
    for block in range(blocks):
        skip = x
        for layer in range(layers):
            path = f"net.blocks.{block}.{'ab'[layer % 2]}"
            weight = add("leaf", f"{path}.{layer}", "AccumulateGrad", "")
            x = add("op", "", "MulBackward0", path, x, weight)
        x = add("op", "", "AddBackward0", f"net.blocks.{block}", skip, x)
    steps = [Step("forward", node.id) for node in nodes if node.kind == "op"]
    return Graph(tuple(nodes), tuple(edges), (x,), tuple(steps))


def chain(length: int) -> Graph:
    """A leaf and ``length`` operations in a row, without a module."""
    nodes = [Node(0, "leaf", "AccumulateGrad", names=("w",), values=(value(2.0),))]
    nodes += [
        Node(k, "op", "MulBackward0", "… * 2", values=(value(2.0),))
        for k in range(1, length + 1)
    ]
    edges = tuple(Edge(k, k + 1) for k in range(length))
    steps = tuple(Step("forward", k) for k in range(1, length + 1))
    return Graph(tuple(nodes), edges, (length,), steps)


def _op(
    at: int,
    fn: str,
    name: str,
    expr: str,
    of: Value,
    grad: Value,
    saved: tuple[Saved, ...] = (),
    marks: tuple[str, ...] = (),
) -> Node:
    return Node(
        at, "op", fn, expr, (name,), (of,), ((grad,),), saved=saved, marks=marks
    )
