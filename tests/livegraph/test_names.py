"""Names from variables, containers, modules and dictionaries; expressions."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from livegraph import Graph, record, snapshot
from livegraph.names import distinct


def names_of(graph: Graph) -> list[str]:
    return [node.name for node in graph.nodes if node.kind != "const"]


def expr_of(y: torch.Tensor, tape) -> str:
    graph = tape.graph(y)
    return graph.nodes[graph.roots[0]].expr


def leaf(*shape: int) -> torch.Tensor:
    return torch.ones(shape, requires_grad=True)


def test_a_name_that_is_bound_again() -> None:
    w = leaf()
    with record() as tape:
        h = w
        for _ in range(3):
            h = h * w
    graph = tape.graph(h)
    assert names_of(graph) == ["w", "h", "h₂", "h₃"]
    assert [n.expr for n in graph.nodes[1:]] == ["w * w", "h * w", "h₂ * w"]


def test_names_from_a_mapping_and_a_function() -> None:
    hidden = leaf()
    with record(names={"weight": hidden}) as tape:
        y = hidden * 2
    assert names_of(tape.graph(y)) == ["weight", ""]
    assert names_of(tape.graph(y, names={"out": y, "in": hidden})) == ["weight", "out"]
    with record(names=lambda: {"later": hidden}) as tape:
        y = hidden * 2
    assert names_of(tape.graph(y)) == ["later", ""]


def test_a_mapping_is_followed_live() -> None:
    space = {"torch": torch, "w": leaf()}
    with record(names=space) as tape:
        exec("h = w + 1\nh = h * w\ny = h.sin()\n", space)
        graph = tape.graph("y")
    assert names_of(graph) == ["w", "h", "h₂", "y"]


def test_graph_by_name_while_the_tape_is_open() -> None:
    w = leaf()
    tape = record()
    tape.__enter__()
    try:
        y = w * 2
        first = tape.graph("y", names={"w": w, "y": y})
        y.backward()
        second = tape.graph("y", names={"w": w, "y": y})
    finally:
        tape.__exit__(None, None, None)
    assert first.nodes[0].held is None
    assert second.nodes[0].held.numbers == (2.0,)


def test_two_names_for_one_tensor() -> None:
    w = leaf()
    with record() as tape:
        y = w * 2
    assert names_of(tape.graph(y, names={"a": y, "b": y, "w": w})) == ["w", "y"]
    assert names_of(snapshot(y, names={"a": y, "b": y})) == ["", "a"]


def test_one_name_for_two_tensors_is_numbered() -> None:
    assert distinct(["a", "b", "a", "", "a", ""]) == ["a", "b", "a₂", "", "a₃", ""]


def test_containers_and_buffers() -> None:
    weights = [leaf(), leaf()]
    table = {"k": leaf(), 3: leaf()}
    norm = torch.nn.BatchNorm1d(2)
    y = weights[0] * weights[1] + table["k"] * table[3]
    z = (norm(torch.ones(2, 2)) * y).sum()
    graph = snapshot(z)
    assert {"weights[0]", "weights[1]", "table['k']", "table[3]"} <= {*names_of(graph)}
    assert {"norm.weight", "norm.bias"} <= {*names_of(graph)}


def test_gradient_of_a_leaf_has_a_name() -> None:
    w = leaf()
    (w * w).backward(create_graph=True)
    y = w.grad * 2
    assert "w.grad" in names_of(snapshot(y))
    w.grad = None


def test_private_variables_are_left_out() -> None:
    _w = leaf()
    with record() as tape:
        y = _w * 2
    assert names_of(tape.graph(y)) == ["", "y"]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("w + x", "w + x"),
        ("1 - w", "1 - w"),
        ("2 / w", "2 / w"),
        ("w ** 2", "w ** 2"),
        ("-w", "-w"),
        ("w @ x", "w @ x"),
        ("(w + x) * (w + 1)", "(w + x) * (w + 1)"),
        ("torch.relu(w)", "relu(w)"),
        ("torch.relu(w + x)", "relu(w + x)"),
        ("F.relu(w)", "relu(w)"),
        ("F.mse_loss(w, x)", "mse_loss(w, x)"),
        ("F.mse_loss(w, x, reduction='sum')", "mse_loss(w, x, reduction='sum')"),
        ("w.sum()", "w.sum()"),
        ("w.sum(dim=0)", "w.sum(dim=0)"),
        ("w[0]", "w[0]"),
        ("w[0, 1:]", "w[0, 1:]"),
        ("w[..., ::2]", "w[..., ::2]"),
        ("w[:, None]", "w[:, None]"),
        ("w.T", "w.T"),
        ("torch.cat([w, x], dim=1)", "cat([w, x], dim=1)"),
        ("torch.where(w > 0, w, x)", "where(w > 0, w, x)"),
        ("w.to(torch.float64)", "w.to(torch.float64)"),
        ("w.reshape(4)", "w.reshape(4)"),
        ("torch.exp(torch.exp(torch.exp(torch.exp(w))))", "exp(exp(…))"),
    ],
)
def test_expressions(code: str, expected: str) -> None:
    space = {"torch": torch, "F": F, "w": leaf(2, 2), "x": leaf(2, 2)}
    with record(names=space) as tape:
        space["y"] = eval(code, space)
    assert expr_of(space["y"], tape) == expected


def test_in_place_expressions() -> None:
    w = leaf(3)
    with record() as tape:
        b = w * 1
        b[0] = 5.0
        b += 1
        b.mul_(w)
    nodes = [node for node in tape.graph(b).nodes if node.kind == "op"]
    assert [(node.expr, "in-place" in node.marks) for node in nodes] == [
        ("w * 1", False),
        ("b[0] = 5.0", True),
        ("b₂ += 1", True),
        ("b₃ *= w", True),
    ]


def test_constants_are_shared_and_versioned() -> None:
    w, k = leaf(2), torch.ones(2)
    with record() as tape:
        a = w * k
        b = a + k
        k.add_(1)
        c = b * k
    consts = [n for n in tape.graph(c).nodes if n.kind == "const"]
    assert [(n.name, n.value.numbers) for n in consts] == [
        ("k", (1.0, 1.0)),
        ("k₂", (2.0, 2.0)),
    ]


def test_an_argument_of_the_reader_is_never_asked_for_its_words() -> None:
    class Loud(int):
        def __repr__(self) -> str:
            raise AssertionError("repr of the reader's object ran")

    w = leaf(3)
    with record() as tape:
        y = w.sum(dim=Loud(0))
    assert expr_of(y, tape) == "w.sum(dim=0)"
