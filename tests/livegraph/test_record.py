"""What a tape holds, and that the recorded code cannot tell that it is there."""

from __future__ import annotations

import gc
import json
import threading
import weakref
from collections.abc import Iterator

import pytest
import torch
from torch.overrides import _get_current_function_mode_stack
from torch.utils.checkpoint import checkpoint

from livegraph import Graph, Node, record, snapshot, text


@pytest.fixture
def leaves() -> tuple[torch.Tensor, torch.Tensor]:
    w = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
    x = torch.tensor([4.0, 5.0, 6.0], requires_grad=True)
    return w, x


@pytest.fixture
def no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def named(graph: Graph, name: str) -> Node:
    (node,) = [node for node in graph.nodes if name in node.names]
    return node


def numbers(value) -> list:
    return list(value.numbers)


def test_the_graph_of_the_first_lesson() -> None:
    w = torch.tensor(2.0, requires_grad=True)
    x = torch.tensor(3.0, requires_grad=True)
    with record() as tape:
        a = w + x
        b = w + 1
        y = a * b
        y.backward()
    graph = tape.graph(y)
    assert [(n.kind, n.name, n.fn, n.expr) for n in graph.nodes] == [
        ("leaf", "w", "AccumulateGrad", ""),
        ("leaf", "x", "AccumulateGrad", ""),
        ("op", "a", "AddBackward0", "w + x"),
        ("const", "", "", "1"),
        ("op", "b", "AddBackward0", "w + 1"),
        ("op", "y", "MulBackward0", "a * b"),
    ]
    assert [numbers(n.value) for n in graph.nodes] == [[2], [3], [5], [1], [3], [15]]
    leaf = graph.nodes[0]
    assert [[numbers(part) for part in one] for one in leaf.parts] == [[[5], [3]]]
    assert numbers(leaf.held) == [8]
    assert [numbers(e.grad) if e.grad else None for e in graph.edges] == [
        [3], [3], [5], None, [3], [5],
    ]  # fmt: skip
    assert [(s.field, s.of, s.state) for s in graph.nodes[5].saved] == [
        ("other", "b", "freed"),
        ("self", "a", "freed"),
    ]
    assert graph.roots == (5,)
    assert [graph.nodes[step.node].name for step in graph.steps] == [
        "a", "b", "y", "y", "b", "a", "w", "x",
    ]  # fmt: skip
    assert not graph.notes


def test_plain_data(leaves) -> None:
    w, x = leaves
    with record() as tape:
        y = (w * x * torch.tensor([1j, float("nan"), float("inf")])).sum().abs()
        y.backward()
    graph = tape.graph(y)
    seen, waiting = 0, [graph.to_dict()]
    while waiting:
        item = waiting.pop()
        seen += 1
        if isinstance(item, dict):
            waiting += item.values()
        elif isinstance(item, (list, tuple)):
            waiting += item
        else:
            assert isinstance(item, (str, int, float, complex, type(None)))
    assert seen > 100
    assert len(json.loads(graph.to_json())["nodes"]) == len(graph.nodes)


def test_same_tensor_twice_is_two_edges(leaves) -> None:
    w, _ = leaves
    with record() as tape:
        y = (w * w).sum()
        y.backward()
    edges = [edge for edge in tape.graph(y).edges if edge.src == 0]
    assert [edge.input_nr for edge in edges] == [0, 1]
    assert [numbers(edge.grad) for edge in edges] == [[1, 2, 3], [1, 2, 3]]


def test_passes_accumulate(leaves) -> None:
    w, _ = leaves
    with record() as tape:
        y = (w * 2).sum()
        y.backward(retain_graph=True)
        y.backward()
    leaf = named(tape.graph(y), "w")
    assert [numbers(one[0]) for one in leaf.grads] == [[2, 2, 2], [2, 2, 2]]
    assert leaf.before[0] is None
    assert numbers(leaf.before[1]) == [2, 2, 2]
    assert numbers(leaf.held) == [4, 4, 4]


def test_another_graphs_pass_is_not_told(leaves) -> None:
    w, _ = leaves
    with record() as tape:
        first = (w * 2).sum()
        first.backward()
        second = (w * 5).sum()
        second.backward()
    leaf = named(tape.graph(second), "w")
    assert [numbers(one[0]) for one in leaf.grads] == [[5, 5, 5]]
    assert [numbers(one) for one in leaf.before] == [[2, 2, 2]]
    assert numbers(leaf.held) == [7, 7, 7]


def test_autograd_grad_leaves_grad_empty(leaves) -> None:
    w, x = leaves
    with record() as tape:
        h = w * x
        k = h + h
        asked = torch.autograd.grad(k.sum(), [h, w])
    graph = tape.graph(k)
    assert torch.equal(asked[0], torch.tensor([2.0, 2.0, 2.0]))
    assert numbers(named(graph, "h").grad) == [2, 2, 2]
    assert numbers(named(graph, "w").grads[0][0]) == [8, 10, 12]
    assert named(graph, "w").held is None


def test_backward_with_inputs(leaves) -> None:
    w, x = leaves
    with record() as tape:
        h = w * x
        k = (h + h).sum()
        k.backward(inputs=[h])
    assert numbers(named(tape.graph(k), "h").grad) == [2, 2, 2]


def test_double_backward(leaves) -> None:
    w, x = leaves
    with record() as tape:
        y = (w**3).sum()
        (g,) = torch.autograd.grad(y, w, create_graph=True)
        z = (g * x).sum()
        z.backward()
    graph = tape.graph(z)
    assert numbers(named(graph, "g").value) == [3, 12, 27]
    assert numbers(named(graph, "w").held) == [24, 60, 108]


def test_gradient_edge_as_root(leaves) -> None:
    w, _ = leaves
    with record() as tape:
        y = (w * 2).sum()
        edge = torch.autograd.graph.get_gradient_edge(y)
        torch.autograd.backward(edge, torch.tensor(1.0))
    assert numbers(named(tape.graph(y), "w").held) == [2, 2, 2]


def test_leaf_shows_the_value_that_was_used(leaves) -> None:
    w, _ = leaves
    with record() as tape:
        y = (w * 2).sum()
        y.backward()
        with torch.no_grad():
            w -= w.grad
        z = (w * 2).sum()
    assert numbers(named(tape.graph(y), "w").value) == [1, 2, 3]
    assert numbers(named(tape.graph(z), "w").value) == [-1, 0, 1]


def test_in_place_view_and_custom(leaves) -> None:
    class Double(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, grad):
            return grad * 2

    w, x = leaves
    with record() as tape:
        b = Double.apply(w)
        v = b[1:]
        v.mul_(3)
        y = b.sum()
    graph = tape.graph(y)
    marks = {node.fn: node.marks for node in graph.nodes if node.kind == "op"}
    assert marks["DoubleBackward"] == ("custom",)
    assert marks["CopySlices"] == ("in-place",)
    (copy,) = [node for node in graph.nodes if node.fn == "CopySlices"]
    assert copy.expr == "v *= 3"
    assert numbers(copy.value) == [2, 12, 18]
    with record() as tape:
        part = (w * 2)[1:]
        part.mul_(3)
        y = part.sum()
    (copy,) = [node for node in tape.graph(y).nodes if node.fn == "CopySlices"]
    assert numbers(copy.value) == [2, 12, 18]
    with record() as tape:
        t = w[:2]
        y = t.sum()
    assert named(tape.graph(y), "t").marks == ("view",)


def test_saved_kept_overwritten_freed(leaves) -> None:
    w, x = leaves
    with record() as tape:
        a = w * 1
        y = (a * x).exp()
        a.add_(1)
    mul = tape.graph(y).nodes[-2]
    assert [(s.of, s.state) for s in mul.saved] == [("x", "kept"), ("a", "overwritten")]
    assert numbers(mul.saved[1].value) == [1, 2, 3]
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.sum().backward()
    with record() as tape:
        y = (w * x).sum()
        y.backward()
    assert {s.state for s in tape.graph(y).nodes[-2].saved} == {"freed"}
    assert "freed" in snapshot(y).nodes[-2].marks


def test_undefined_gradient(leaves) -> None:
    class Silent(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x + 0

        @staticmethod
        def backward(ctx, grad):
            return None

    w, x = leaves
    with record() as tape:
        y = Silent.apply(w * 2).sum() + x.sum()
        y.backward()
    graph = tape.graph(y)
    mul, silent = [node for node in graph.nodes if node.kind == "op"][:2]
    (edge,) = [e for e in graph.edges if e.src == mul.id]
    assert edge.grad is None
    assert "undefined" in mul.marks
    assert "undefined" not in silent.marks
    undefined = {n.name for n in graph.nodes if "undefined" in n.marks}
    assert "w" in undefined and "x" not in undefined


def test_hooks_are_listed_and_run_once(leaves) -> None:
    w, _ = leaves
    calls = []

    def double(grad):
        calls.append("double")
        return grad * 2

    def listen(leaf):
        calls.append("listen")

    with record() as tape:
        h = w * 2
        h.register_hook(double)
        gone = h.register_hook(lambda grad: grad * 100)
        h.retain_grad()
        w.register_post_accumulate_grad_hook(listen)
        gone.remove()
        y = h.sum()
        y.backward()
    graph = tape.graph(y)
    assert calls == ["double", "listen"]
    assert named(graph, "h").hooks == ("tensor hook: double", "retain_grad")
    assert named(graph, "w").hooks == ("hook after accumulation: listen",)
    assert numbers(named(graph, "h").grad) == [2, 2, 2]
    assert h.grad.tolist() == [2, 2, 2]


def test_gradients_are_heard_after_the_readers_own_node_hooks(leaves) -> None:
    w, _ = leaves
    order = []
    with record() as tape:
        h = w.neg()
        y = h.sum()
        h.grad_fn.register_hook(lambda sent, got: (order.append(1), (sent[0] * 3,))[1])
        h.grad_fn.register_hook(lambda sent, got: order.append(2))
        y.backward()
    assert order == [1, 2]
    graph = tape.graph(y)
    assert w.grad.tolist() == [-3, -3, -3]
    (edge,) = [edge for edge in graph.edges if graph.nodes[edge.src].name == "w"]
    assert numbers(edge.grad) == [-3, -3, -3]


def test_two_hooks_that_replace_a_gradient(leaves) -> None:
    w, _ = leaves
    with record() as tape:
        h = w * 2
        for factor in (2, 3, 5):
            h.register_hook(lambda grad, factor=factor: grad * factor)
        y = (h * 1).sum()
        y.backward()
    assert numbers(named(tape.graph(y), "h").grad) == [30, 30, 30]


def test_no_unpack_hook_runs(leaves) -> None:
    w, x = leaves
    calls = []
    with torch.autograd.graph.saved_tensors_hooks(
        lambda t: (calls.append("pack"), t.clone())[1],
        lambda t: (calls.append("unpack"), t)[1],
    ):
        plain = w * x
        expected = list(calls)
        calls.clear()
        with record() as tape:
            y = w * x
            graph = tape.graph(y)
    assert calls == expected == ["pack", "pack"]
    assert {saved.state for saved in graph.nodes[-1].saved} == {"hidden"}
    assert {saved.state for saved in snapshot(plain).nodes[-1].saved} == {"hidden"}
    assert tape.graph(y) == graph
    assert calls == expected


@pytest.mark.parametrize("reentrant", [True, False])
def test_checkpoint_runs_as_often_as_without(leaves, reentrant: bool) -> None:
    w, x = leaves
    runs = []

    def block(h):
        runs.append(1)
        return torch.sin(h) * x

    def compute():
        return checkpoint(block, w * 2, use_reentrant=reentrant).sum()

    compute().backward()
    plain, grads = len(runs), w.grad.clone()
    w.grad = None
    runs.clear()
    with record() as tape:
        y = compute()
        tape.graph(y)
        y.backward()
        tape.graph(y)
    snapshot(y)
    assert len(runs) == plain == 2
    assert torch.equal(w.grad, grads)


def test_nothing_is_kept_alive(no_collector) -> None:
    class Witness:
        pass

    def compute(tape):
        w = torch.ones(3, requires_grad=True)
        k = torch.ones(3)
        model = torch.nn.Linear(3, 3)
        h = torch.tanh(model(w * k))
        h.grad_fn.metadata["witness"] = Witness()
        node = weakref.ref(h.grad_fn.metadata["witness"])
        y = h.sum()
        y.backward()
        graph = tape.graph(y)
        things = (w, k, model, h, y, model.weight, model.weight.grad)
        return graph, [*map(weakref.ref, things), node]

    with record() as tape:
        graph, refs = compute(tape)
        assert [ref() for ref in refs] == [None] * len(refs)
    assert graph.nodes


def test_variables_of_the_caller_are_freed_when_deleted(no_collector) -> None:
    with record() as tape:
        w = torch.ones(3, requires_grad=True)
        h = w * 2
        y = h.sum()
        ref = weakref.ref(h)
        del h
        assert ref() is None
    y.backward()
    graph = tape.graph(y)
    ref = weakref.ref(y)
    del y
    assert ref() is None
    assert graph.nodes


def test_an_error_passes_through_unchanged(leaves) -> None:
    w, _ = leaves

    class Mine(Exception):
        pass

    error = Mine("own")
    with pytest.raises(Mine) as caught, record() as tape:
        y = w * 2
        raise error
    assert caught.value is error
    assert _get_current_function_mode_stack() == []
    with pytest.raises(RuntimeError) as plain:
        w @ torch.ones(7)
    with pytest.raises(RuntimeError) as seen, record():
        w @ torch.ones(7)
    assert str(seen.value) == str(plain.value)
    assert named(tape.graph(y), "w")


def test_an_error_in_backward_leaves_no_hook(leaves) -> None:
    w, _ = leaves

    def fail(grad):
        raise ValueError("in a hook")

    with record() as tape:
        h = w * 2
        handle = h.register_hook(fail)
        y = h.sum()
        with pytest.raises(ValueError, match="in a hook"):
            y.backward(retain_graph=True)
        handle.remove()
    for fn in (y.grad_fn, h.grad_fn):
        probe = fn.register_hook(lambda sent, got: None)
        assert list(probe.hooks_dict_ref()) == [probe.id]
        probe.remove()
    graph = tape.graph(y)
    assert numbers(named(graph, "y").grad) == [1]
    assert named(graph, "h").grad is None


def test_other_threads_are_left_alone(leaves) -> None:
    w, _ = leaves
    modes, started, done = [], threading.Event(), threading.Event()

    def other():
        started.wait(5)
        modes.append(_get_current_function_mode_stack())
        (w * 7).sum().backward()
        done.set()

    thread = threading.Thread(target=other)
    thread.start()
    with record() as tape:
        y = (w * 2).sum()
        y.register_hook(lambda grad: (started.set(), done.wait(5), None)[2])
        y.backward()
    thread.join()
    assert modes == [[]]
    leaf = named(tape.graph(y), "w")
    assert [numbers(part) for part in leaf.parts[0]] == [[2, 2, 2]]
    assert len(leaf.grads) == 1


def test_a_pass_of_another_thread_that_began_before(leaves) -> None:
    w, _ = leaves
    began, ours, done = (threading.Event() for _ in range(3))

    def other() -> None:
        z.register_hook(lambda grad: (began.set(), ours.wait(5), None)[2])
        z.backward(retain_graph=True)
        done.set()

    with record() as tape:
        h = w * 2
        z = (h * 7).sum()
        y = h.sum()
        thread = threading.Thread(target=other)
        thread.start()
        began.wait(5)
        y.register_hook(lambda grad: (ours.set(), done.wait(5), None)[2])
        y.backward()
        thread.join()
    assert w.grad.tolist() == [16, 16, 16]
    assert numbers(named(tape.graph(y), "h").grad) == [1, 1, 1]


def test_an_address_that_is_used_again_is_another_tensor(leaves) -> None:
    w, _ = leaves
    with record() as tape:
        total = w.sum()
        for number in range(20):
            total = total + torch.tensor(float(number))
    constants = [node for node in tape.graph(total).nodes if node.kind == "const"]
    assert [numbers(node.value) for node in constants] == [[n] for n in range(20)]


def test_a_large_leaf_that_changed_is_read_again() -> None:
    w = torch.ones(5000, requires_grad=True)
    with record() as tape:
        before = w.sum()
        with torch.no_grad():
            w.mul_(3)
        after = w.sum()
    for y, high in ((before, 1), (after, 3)):
        (leaf,) = [node for node in tape.graph(y).nodes if node.kind == "leaf"]
        assert leaf.value.high == high


def test_nodes_of_two_threads_are_not_mixed_up(leaves) -> None:
    w, _ = leaves
    made = {}

    def compute(factor: int) -> None:
        made[factor] = w * factor

    for factor in (2, 5):
        thread = threading.Thread(target=compute, args=(factor,))
        thread.start()
        thread.join()
    with record() as tape:
        y = (made[2] + made[5]).sum()
        y.backward()
    graph = tape.graph(y)
    assert [node.fn for node in graph.nodes if node.kind == "op"] == [
        "MulBackward0", "MulBackward0", "AddBackward0", "SumBackward0",
    ]  # fmt: skip
    assert numbers(named(graph, "w").held) == [7, 7, 7]


def test_a_mode_of_the_reader_sees_only_its_own_calls(leaves) -> None:
    from torch.overrides import TorchFunctionMode
    from torch.utils._python_dispatch import TorchDispatchMode

    class Functions(TorchFunctionMode):
        def __init__(self):
            super().__init__()
            self.seen = []

        def __torch_function__(self, func, types, args=(), kwargs=None):
            self.seen.append(func.__name__)
            return func(*args, **(kwargs or {}))

    class Operators(TorchDispatchMode):
        def __init__(self):
            super().__init__()
            self.seen = []

        def __torch_dispatch__(self, func, types, args=(), kwargs=None):
            self.seen.append(str(func))
            return func(*args, **(kwargs or {}))

    w, x = leaves

    def run():
        w.grad = x.grad = None
        (w * x + torch.ones(100, 100).sum()).sum().backward()

    with Functions() as functions, Operators() as operators:
        run()
        alone = (functions.seen[:], operators.seen[:])
        functions.seen.clear()
        operators.seen.clear()
        with record():
            run()
    assert (functions.seen, operators.seen) == alone


def test_several_tapes_and_an_open_one(leaves) -> None:
    w, x = leaves
    with record() as outer:
        with record() as inner:
            y = (w * x).sum()
            y.backward()
            assert numbers(named(inner.graph(y), "w").held) == [4, 5, 6]
    assert inner.graph(y) == outer.graph(y)


def test_module_paths_and_parameters() -> None:
    class Block(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = torch.nn.ModuleList([torch.nn.Linear(2, 2) for _ in "ab"])

        def forward(self, x):
            for layer in self.layers:
                x = torch.relu(layer(x))
            return x

    model = Block()
    criterion = torch.nn.MSELoss()
    with record() as tape:
        loss = criterion(model(torch.ones(1, 2)), torch.zeros(1, 2))
    graph = tape.graph(loss)
    paths = [node.module for node in graph.nodes if node.kind == "op"]
    assert paths == [
        "model.layers.0", "model.layers.0", "model",
        "model.layers.1", "model.layers.1", "model",
        "criterion",
    ]  # fmt: skip
    assert [node.name for node in graph.nodes if node.kind == "leaf"] == [
        "model.layers.0.weight", "model.layers.0.bias",
        "model.layers.1.weight", "model.layers.1.bias",
    ]  # fmt: skip


def test_inside_values_of_a_linear_layer() -> None:
    weight = torch.arange(6.0).reshape(2, 3).requires_grad_()
    with record() as tape:
        y = torch.nn.functional.linear(torch.ones(3), weight)
    (turned,) = [n for n in tape.graph(y).nodes if n.fn == "TBackward0"]
    assert turned.value.shape == (3, 2)
    assert numbers(turned.value) == weight.T.reshape(-1).tolist()


def test_snapshot_without_recording(leaves) -> None:
    w, x = leaves
    h = w * x
    h.retain_grad()
    y = h.exp().sum()
    y.backward(retain_graph=True)
    graph = snapshot(y)
    assert [n.name for n in graph.nodes] == ["w", "x", "h", "", "y"]
    assert numbers(named(graph, "h").grad) == numbers_of(h.grad)
    assert numbers(named(graph, "w").held) == numbers_of(w.grad)
    assert numbers(graph.nodes[3].value) == numbers_of(h.exp())
    assert [(s.field, s.of, s.state) for s in named(graph, "h").saved] == [
        ("other", "x", "kept"),
        ("self", "w", "kept"),
    ]


def numbers_of(tensor: torch.Tensor) -> list:
    return tensor.detach().tolist()


def test_a_custom_node_that_writes_on_its_gradient(leaves) -> None:
    class Writes(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x + 0

        @staticmethod
        def backward(ctx, grad):
            return grad.mul_(5)

    w, _ = leaves
    with record() as tape:
        h = Writes.apply(w)
        y = (h * 2).sum()
        y.backward()
    graph = tape.graph(y)
    assert numbers(named(graph, "h").grad) == [2, 2, 2]
    assert numbers(named(graph, "w").held) == [10, 10, 10]


def test_a_gradient_that_a_leaf_takes_over(leaves) -> None:
    w = torch.tensor(2.0, requires_grad=True)
    with record() as tape:
        y = w.sum()
        one = torch.tensor(0.5)
        y.backward(one, retain_graph=True)
        y.backward(one)
    assert one.item() == 1, "torch now copies, and the case is gone"
    leaf = named(tape.graph(y), "w")
    assert [numbers(one[0]) for one in leaf.grads] == [[0.5], [0.5]]


def test_a_pass_inside_a_pass_is_not_mixed_up(leaves) -> None:
    w, _ = leaves
    with record() as tape:
        h = w * 2
        other = (h * 100).sum()
        y = h.sum()
        y.register_hook(lambda grad: other.backward(retain_graph=True))
        y.backward()
    assert w.grad.tolist() == [202, 202, 202]
    graph = tape.graph(y)
    assert numbers(named(graph, "h").grad) == [1, 1, 1]
    assert [numbers(part) for part in named(graph, "w").parts[0]] == [[2, 2, 2]]
    assert graph.notes == ("A backward pass inside another one is not told.",)


def test_compiled_code_is_drawn_by_its_nodes(leaves) -> None:
    # Importing the compiler takes seconds.
    import torch._dynamo.testing

    w, _ = leaves
    counted = torch._dynamo.testing.CompileCounter()
    compiled = torch.compile(lambda w: (w * 2).sin().sum(), backend=counted)
    with record() as tape:
        y = compiled(w)
        y.backward()
    assert counted.frame_count == 1
    graph = tape.graph(y)
    assert [node.fn for node in graph.nodes if node.kind == "op"] == [
        "MulBackward0", "SinBackward0", "SumBackward0",
    ]  # fmt: skip
    assert numbers(named(graph, "w").held) == w.grad.tolist()


@pytest.mark.filterwarnings("error")
def test_nothing_is_warned_about(leaves) -> None:
    w, x = leaves
    always = torch.is_warn_always_enabled()
    torch.set_warn_always(True)
    try:
        with record() as tape:
            h = w * x
            y = (h.sum() * w[0]).abs()
            y.backward()
            tape.graph(y)
        snapshot(y)
    finally:
        torch.set_warn_always(always)


def test_long_chain_needs_no_recursion() -> None:
    w = torch.ones((), requires_grad=True)
    with record() as tape:
        y = w
        for _ in range(5000):
            y = y + w
        y.backward()
    graph = tape.graph(y)
    assert len(graph.nodes) == 5001
    assert numbers(graph.nodes[0].held) == [5001]


@pytest.mark.parametrize(
    "index", [0, slice(0, 1), torch.tensor([0]), torch.tensor([True, False])]
)
def test_an_index_is_no_input_of_a_write(index: object) -> None:
    w = torch.tensor([3.0, 4.0], requires_grad=True)
    with record() as tape:
        y = w * 2
        y[index] = 7.0
        total = y.sum()
    graph = tape.graph(total)
    written = next(node for node in graph.nodes if "in-place" in node.marks)
    inputs = [graph.nodes[edge.src] for edge in graph.edges if edge.dst == written.id]
    assert [one.value.numbers for one in inputs] == [(6.0, 8.0), (7.0,)]


def test_hooks_on_nodes_are_listed_and_not_run(leaves) -> None:
    class Silent:
        def __call__(self, *_: object) -> None:
            calls.append("silent")

        def __getattr__(self, name: str) -> None:
            raise AssertionError(f"asked for {name}")

    def after(sent, got):
        calls.append("after")

    def before(got):
        calls.append("before")

    w, x = leaves
    calls: list[str] = []
    with record() as tape:
        h = w * x
        y = h.sum()
        h.grad_fn.register_hook(after)
        h.grad_fn.register_prehook(before)
        h.grad_fn.register_hook(Silent())
        gone = h.grad_fn.register_hook(after)
        accumulator = h.grad_fn.next_functions[0][0]
        accumulator.register_hook(after)
        accumulator.register_prehook(before)
        y.backward()
    expected = ["before", "after", "silent", "after"]
    assert calls[:4] == expected and sorted(calls[4:]) == ["after", "before"]
    gone.remove()
    calls.clear()
    graph = tape.graph(y)
    assert named(graph, "h").hooks == (
        "hook before the node: before",
        "node hook: after",
        "node hook: Silent",
    )
    assert named(graph, "w").hooks == (
        "hook before the node: before",
        "node hook: after",
    )
    assert named(graph, "x").hooks == ()
    assert not calls


def test_a_write_that_autograd_does_not_see_is_marked(leaves) -> None:
    w, x = leaves
    big = torch.ones(2000, requires_grad=True)
    with record() as tape:
        h = w * 2
        k = x.detach() * 1
        first = h * k
        h.data.mul_(10)
        k.data += 1
        second = h * k
        one = big.sum()
        big.data.mul_(3)
        two = big.sum()
        u = torch.exp(w)
        with torch.no_grad():
            u.zero_()
        y = (first + second + u).sum() + one + two
    del h, k, u  # nothing is left to compare with
    graph = tape.graph(y)
    changed = {node.name for node in graph.nodes if "changed" in node.marks}
    assert changed == {"h", "k", "big", "u"}
    assert numbers(named(graph, "h").value) == [2, 4, 6]
    assert numbers(named(graph, "second").value) == [100, 240, 420]
    assert numbers(named(graph, "one").value) == [2000]
    assert numbers(named(graph, "two").value) == [6000]
    told = "h was changed later where autograd does not see it: the value here is "
    assert told + "from before." in text(graph)


def test_a_write_through_shared_memory_is_marked_when_the_graph_is_made(leaves) -> None:
    w, x = leaves
    with record() as tape:
        h = w * 2
        y = (h + x).sum()
        y.backward()
    assert not any("changed" in node.marks for node in tape.graph(y).nodes)
    h.detach().numpy()[0] = 99
    graph = tape.graph(y)
    assert [node.name for node in graph.nodes if "changed" in node.marks] == ["h"]
    assert numbers(named(graph, "h").value) == [2, 4, 6]


def test_operands_of_a_recorded_backward_have_words(leaves) -> None:
    w, x = leaves
    with record() as tape:
        y = (w * w * w).sum()
        (slope,) = torch.autograd.grad(y, w, create_graph=True)
        total = slope.sum()
        total.backward()
    graph = tape.graph(total)
    exprs = [node.expr for node in graph.nodes if node.fn == "MulBackward0"]
    assert exprs == [
        "w * w",
        "[1, 1, 1] * (w * w)",
        "[1, 1, 1] * w",
        "([1, 1, 1] * w) * w",
        "([1, 1, 1] * w) * w",
    ]
    sums = [node for node in graph.nodes if node.fn == "AddBackward0"]
    assert numbers(sums[0].value) == [2, 8, 18]
    assert numbers(named(graph, "slope").value) == [3, 12, 27]


@pytest.mark.filterwarnings("ignore:Using backward.. with create_graph")
def test_a_gradient_with_a_graph_is_told_as_a_copy(leaves) -> None:
    w, x = leaves
    with record() as tape:
        y = torch.tanh(w * x.detach()).sum()
        y.backward(create_graph=True)
        z = w.grad.sum()
    found = {node.fn: node.expr for node in tape.graph(z).nodes if node.fn}
    w.grad = None  # it holds a graph that holds w
    assert (
        found["TanhBackwardBackward0"]
        == "tanh_backward([1, 1, 1], tanh(w * x.detach()))"
    )
    assert found["CopyBackwards"].endswith(".clone()")


def test_the_value_before_a_reshape_inside_an_operation_is_known() -> None:
    w = torch.arange(8.0).reshape(2, 4).requires_grad_()
    with record() as tape:
        y = torch.ones(2, 3, 2) @ w
    product = next(n for n in tape.graph(y).nodes if n.fn == "MmBackward0")
    assert product.value.shape == (6, 4)
    assert numbers(product.value) == y.flatten().tolist()
