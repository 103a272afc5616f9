"""Every value and gradient of a recording equals what an independent way gives."""

from __future__ import annotations

import math
from collections import defaultdict

import pytest
import torch
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from programs import STEPS, Program, programs

from livegraph import Graph, Value, record

pytestmark = pytest.mark.filterwarnings("ignore:Using backward.. with create_graph")
few = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def nodes_behind(roots: list[torch.Tensor]) -> list:
    """Return the nodes behind the roots, in order of their sequence numbers."""
    found, waiting = [], [root.grad_fn for root in roots]
    while waiting:
        fn = waiting.pop()
        if fn is None or fn in found or hasattr(fn, "variable"):
            continue
        found.append(fn)
        waiting.extend(child for child, _ in fn.next_functions)
    return sorted(found, key=lambda fn: fn._sequence_nr())


def same(value: Value | None, tensor: torch.Tensor | None) -> bool:
    """Compare bit by bit: both missing, or the same shape and numbers."""
    if value is None or tensor is None:
        return value is None and tensor is None
    numbers = tensor.detach().resolve_conj().reshape(-1).tolist()
    if value.shape != tuple(tensor.shape) or len(value.numbers) != len(numbers):
        return False
    return all(
        one == other or (math.isnan(abs(one)) and math.isnan(abs(other)))
        for one, other in zip(value.numbers, numbers, strict=True)
    )


def recorded(program: Program) -> tuple[Graph, list, list, dict]:
    """Return the graph, its live nodes, the leaves' gradients and the leaves."""
    leaves = program.leaves()
    with record(names=leaves) as tape:
        roots = program.forward(leaves)
        assume(roots and all(root.isfinite().all() for root in roots))
        grads = program.backward(roots, leaves)
    return tape.graph(*roots), nodes_behind(roots), grads, leaves


class ByHand:
    """The same program without a tape, with hooks set by hand."""

    def __init__(self, program: Program) -> None:
        self.leaves = program.leaves()
        self.made: list[tuple[torch.Tensor, object, int, torch.Tensor]] = []
        roots = program.forward(self.leaves, self.see)
        fns = nodes_behind(roots)
        self.at = {fn: place for place, fn in enumerate(fns)}
        self.grads = defaultdict(list)
        for place, fn in enumerate(fns):
            fn.register_prehook(lambda got, place=place: self.hear(place, got))
        self.leaf_grads = program.backward(roots, self.leaves)

    def see(self, tensor: torch.Tensor) -> None:
        if tensor.grad_fn is not None:
            self.made.append(
                (tensor, tensor.grad_fn, tensor.output_nr, tensor.detach().clone())
            )

    def hear(self, place: int, got: tuple) -> None:
        copies = [None if one is None else one.detach().clone() for one in got]
        self.grads[place].append(copies)


@few
@given(programs)
@example(Program((("changed_view", 2, 0), ("sum", 4, 0)), (1,), "twice"))
@example(Program((("unbind", 1, 0), ("mul", 4, 6)), (3,), "create_graph", True))
def test_values_and_gradients_of_nodes(program: Program) -> None:
    graph, fns, grads, _ = recorded(program)
    by_hand = ByHand(program)
    ops = [node for node in graph.nodes if node.kind == "op"]
    assert [node.fn for node in ops] == [fn.name().rpartition("::")[2] for fn in fns]
    checked = 0
    for _, fn, which, value in by_hand.made:
        if fn in by_hand.at:
            node = ops[by_hand.at[fn]]
            assert same(node.values[which], value), (node, value)
            checked += 1
    assert checked
    for place, node in enumerate(ops):
        ran = [one for one in node.grads if any(value is not None for value in one)]
        heard = by_hand.grads[place]
        heard = [one for one in heard if any(grad is not None for grad in one)]
        assert len(ran) == len(heard), (node, heard)
        for values, tensors in zip(ran, heard, strict=True):
            assert len(values) >= len(tensors)
            for value, tensor in zip(values, tensors, strict=False):
                assert same(value, tensor), (node, tensors)


@few
@given(programs)
def test_recording_changes_no_bit_of_a_gradient(program: Program) -> None:
    _, _, grads, _ = recorded(program)
    plain = ByHand(program).leaf_grads
    for with_tape, without in zip(grads, plain, strict=True):
        assert (with_tape is None) == (without is None)
        assert without is None or torch.equal(with_tape, without)


@few
@given(programs)
def test_what_edges_deliver_is_what_arrives(program: Program) -> None:
    """The gradients along all edges to an output add up to what its node got."""
    graph, _, _, _ = recorded(program)
    for node in graph.nodes:
        if node.kind == "const" or "root" in node.marks:
            continue
        for number, got in enumerate(node.grads):
            for which, value in enumerate(got):
                arrived = [
                    edge.grads[number]
                    for edge in graph.edges
                    if (edge.src, edge.output_nr) == (node.id, which)
                    and edge.grads[number] is not None
                ]
                if value is None:
                    assert not arrived, (node, arrived)
                    continue
                total = [
                    sum(some)
                    for some in zip(*(a.numbers for a in arrived), strict=True)
                ]
                assert len(total) == len(value.numbers)
                assert all(
                    abs(one - other) <= 1e-9 * (1 + abs(other))
                    for one, other in zip(total, value.numbers, strict=True)
                ), (node, arrived)


@few
@given(programs)
def test_leaves(program: Program) -> None:
    graph, _, grads, leaves = recorded(program)
    for node in graph.nodes:
        if node.kind != "leaf":
            continue
        leaf = leaves[node.name]
        assert same(node.value, leaf)
        assert same(node.held, leaf.grad)
        index = [name for name in leaves if name != "k"].index(node.name)
        if program.way == "grad":
            assert same(node.grads[-1][0], grads[index])
        total = [
            sum(numbers)
            for numbers in zip(
                *(part.numbers for parts in node.parts for part in parts),
                strict=True,
            )
        ]
        expected = [] if grads[index] is None else grads[index].reshape(-1).tolist()
        assert total == pytest.approx(expected)


ONE_NODE = ("add", "sub", "mul", "same", "sin", "tanh", "sum", "first", "cube")


@few
@given(st.sampled_from(ONE_NODE), st.tuples(*[st.sampled_from("wxm")] * 2))
def test_each_edge_by_finite_differences(name: str, shapes: tuple[str, str]) -> None:
    """Move one element of one use of an input: the loss moves as the edge says."""
    leaves = Program(((name, 0, 1),), (0,), "once").leaves()
    a, b = leaves[shapes[0]] * 1.0, leaves[shapes[1]] * 1.0
    with record() as tape:
        out = STEPS[name](a, b)
        torch.autograd.backward(out, torch.full_like(out, 0.5))
    graph = tape.graph(out)
    uses = [a, a] if name == "same" else [a, b]
    edges = [
        edge
        for edge in graph.edges
        if edge.dst == graph.roots[0] and graph.nodes[edge.src].kind == "op"
    ]
    assert edges

    def loss(values: list[torch.Tensor]) -> float:
        if name == "same":
            return float((values[0] * values[1]).sum() * 0.5)
        return float(STEPS[name](*values).sum() * 0.5)

    for edge in edges:
        for at in range(uses[edge.input_nr].numel()):
            ends = []
            for move in (1e-6, -1e-6):
                values = [use.detach().clone() for use in uses]
                values[edge.input_nr].view(-1)[at] += move
                ends.append(loss(values))
            slope = (ends[0] - ends[1]) / 2e-6
            assert edge.grad.numbers[at] == pytest.approx(slope, abs=1e-6)
