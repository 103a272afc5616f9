"""The graph in words: what each step says is true, and reads like a sentence."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from livegraph import Value, record, snapshot, text
from livegraph.text import sentence, sentences
from livegraph.wording import number_words, value_words


def test_the_whole_text() -> None:
    w = torch.tensor(2.0, requires_grad=True)
    x = torch.tensor(3.0, requires_grad=True)
    with record() as tape:
        a = w + x
        b = w + 1
        y = a * b
        y.backward(retain_graph=True)
    assert text(tape.graph(y)) == (
        "The graph of y = a * b: 2 leaves, 3 operations and 1 constant.\n"
        "w is a leaf and holds 2.\n"
        "x is a leaf and holds 3.\n"
        "Forward:\n"
        "1. a = w + x is 5.\n"
        "2. b = w + 1 is 3.\n"
        "3. y = a * b is 15; MulBackward0 saves b as other and a as self.\n"
        "Backward:\n"
        "4. MulBackward0 multiplies 1 by b = 3 and sends 3 to a; "
        "it multiplies 1 by a = 5 and sends 5 to b.\n"
        "5. AddBackward0 passes 5 on to w.\n"
        "6. AddBackward0 passes 3 on to w and x.\n"
        "7. AccumulateGrad of w receives 5 and 3; w.grad holds the sum 8.\n"
        "8. AccumulateGrad of x receives 3; x.grad holds 3.\n"
        "w.grad holds 8.\n"
        "x.grad holds 3."
    )


def last_steps(code: str, count: int, **leaves: float | list) -> list[str]:
    space = {
        name: torch.tensor(value, requires_grad=True) for name, value in leaves.items()
    }
    space["torch"] = torch
    with record(names=space) as tape:
        exec(code, space)
        space["y"].sum().backward() if space["y"].dim() else space["y"].backward()
    return sentences(tape.graph("y"))[-count:]


@pytest.mark.parametrize(
    ("code", "leaves", "expected"),
    [
        (
            "y = w - x",
            {"w": 2.0, "x": 3.0},
            "SubBackward0 passes 1 on to w; it multiplies 1 by -1 and sends -1 to x.",
        ),
        (
            "y = w * w",
            {"w": 1.0},
            "MulBackward0 multiplies 1 by w = 1 and sends 1 to w; "
            "it multiplies 1 by w = 1 and sends 1 to w.",
        ),
        (
            "y = torch.exp(w)",
            {"w": 0.0},
            "ExpBackward0 multiplies 1 by y = 1 and sends 1 to w.",
        ),
        (
            "y = torch.sin(w)",
            {"w": [0.0, 1.0]},
            "SinBackward0 receives [1, 1] and sends [1, 0.5403] to w.",
        ),
        (
            "y = w.sum()",
            {"w": [5.0, 1.0]},
            "SumBackward0 receives 1 and sends [1, 1] to w.",
        ),
        (
            "y = w * 2",
            {"w": 5.0},
            "MulBackward0 multiplies 1 by 2 and sends 2 to w.",
        ),
    ],
)
def test_what_a_node_does(code: str, leaves: dict, expected: str) -> None:
    steps = last_steps(code, 8, **leaves)
    sent = [step for step in steps if step.startswith(expected.split()[0])]
    assert sent == [expected]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("y = w.t() * c", "TBackward0 transposes [[1], [2]] and sends [[1, 2]] to w."),
        ("y = w.view(2)", "ViewBackward0 reshapes [1, 1] and sends [[1, 1]] to w."),
        (
            "y = w.unsqueeze(0)",
            "UnsqueezeBackward0 reshapes [[[1, 1]]] and sends [[1, 1]] to w.",
        ),
        (
            "y = w.permute(1, 0)",
            "PermuteBackward0 permutes the dimensions of [[1], [1]] and sends "
            "[[1, 1]] to w.",
        ),
        (
            "y = w[:, 1:]",
            "SliceBackward0 puts [[1]] among zeros and sends [[0, 1]] to w.",
        ),
        ("y = s.expand(3)", "ExpandBackward0 adds up [1, 1, 1] and sends 3 to s."),
        (
            "y = s + w",
            "AddBackward0 adds up [[1, 1]] and sends 2 to s; it passes [[1, 1]] "
            "on to w.",
        ),
    ],
)
def test_a_node_that_moves_numbers_multiplies_nothing(code: str, expected: str) -> None:
    steps = last_steps(code, 8, w=[[5.0, 6.0]], s=4.0, c=[[1.0], [2.0]])
    assert expected in steps


def test_a_hook_on_a_node_takes_the_verb_away() -> None:
    w = torch.tensor([[1.0, 2.0]], requires_grad=True)
    with record() as tape:
        h = w.view(2)
        h.grad_fn.register_hook(lambda sent, got: (3 * sent[0],))
        y = h.sum()
        y.backward()
    assert "reshapes" not in text(tape.graph(y))


def double(grad: torch.Tensor) -> torch.Tensor:
    return 2 * grad


def double_in_place(grad: torch.Tensor) -> None:
    grad.mul_(2)


@pytest.mark.parametrize("hook", [double, double_in_place])
def test_a_hook_that_changes_a_gradient_is_told(hook: Callable) -> None:
    w = torch.tensor([3.0], requires_grad=True)
    w.register_hook(hook)  # before the tape is open
    with record() as tape:
        y = w * w
        y.register_hook(hook)
        z = y + 1
        (z + y).backward()
    graph = tape.graph(z)
    assert sentences(graph)[-2:] == [
        "A hook on y changes [2] to [4]; MulBackward0 multiplies [4] by w = [3] and "
        "sends [12] to w; it multiplies [4] by w = [3] and sends [12] to w.",
        "AccumulateGrad of w receives [12] and [12]; a hook changes their sum [24] "
        "to [48]; w.grad holds [48].",
    ]
    (node,) = [node for node in graph.nodes if node.name == "y"]
    assert node.arrived[0][0].numbers == (2.0,)


def test_a_hook_that_changes_nothing_is_not_blamed() -> None:
    """What comes from outside the graph, or as a root's own, is no hook's work."""
    w = torch.tensor([3.0, float("nan")], requires_grad=True)
    with record() as tape:
        y = w * w
        y.register_hook(lambda grad: None)
        w.register_hook(lambda grad: grad.clone())
        z = y.exp()
        other = y * 5
        torch.autograd.backward((z.sum(), other.sum(), y.sum()), retain_graph=True)
        torch.autograd.backward((z.sum(), y), (None, torch.ones(2)))
    graph = tape.graph(z)
    assert "changes" not in text(graph)
    assert not any(node.arrived for node in graph.nodes)


def test_a_factor_is_never_claimed_that_is_not_one() -> None:
    """The saved tensor and the gradients agree in one element and not in another."""
    (step,) = [
        step
        for step in last_steps("y = torch.tanh(w)", 3, w=[0.0, 1.0])
        if step.startswith("Tanh")
    ]
    assert step == "TanhBackward0 receives [1, 1] and sends [1, 0.42] to w."


def test_a_leaf_that_held_something() -> None:
    w = torch.tensor(2.0, requires_grad=True)
    with record() as tape:
        for _ in range(2):
            y = w * w
            y.backward()
    assert sentences(tape.graph(y))[-1] == (
        "AccumulateGrad of w receives 2 and 2 and adds them to 4 in w.grad."
    )


def test_special_nodes_are_told() -> None:
    w = torch.tensor([1.0, 2.0], requires_grad=True)

    def keep(grad):
        return None

    with record() as tape:
        h = w * w
        h.register_hook(keep)
        h[0] = 7.0
        y = h.sum()
        y.backward(retain_graph=True)
    words = text(tape.graph(y))
    assert "Hooks on h: tensor hook: keep." in words
    assert "h[0] = 7.0 (now h₂) is [7, 4]." in words
    assert "h₂ was changed in place." in words
    with record() as tape:
        a = w * 1
        y = a * a
        a.add_(1)
    assert "overwritten since: backward will refuse it." in text(tape.graph(y))
    y = w.exp()
    y.sum().backward()
    assert "now freed." in text(snapshot(y))


def test_passes_are_counted_only_when_there_are_several() -> None:
    w = torch.tensor(2.0, requires_grad=True)
    with record() as tape:
        y = w * 3
        y.backward(retain_graph=True)
        one = text(tape.graph(y))
        y.backward()
    assert "Backward:" in one
    two = text(tape.graph(y))
    assert "Backward, pass 1:" in two and "Backward, pass 2:" in two


def test_one_sentence_for_each_step() -> None:
    w = torch.ones(2, 2, requires_grad=True)
    with record() as tape:
        y = (w @ w).relu().sum()
        y.backward()
    graph = tape.graph(y)
    assert len(sentences(graph)) == len(graph.steps) == 3 + 4
    for number, words in enumerate(sentences(graph)):
        assert words == sentence(graph, number)
        assert words.endswith(".") and "\n" not in words


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (2.0, "2"),
        (1 / 3, "0.3333"),
        (1e20, "1e+20"),
        (-0.0, "0"),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (7, "7"),
        (True, "True"),
        (1 + 2j, "1+2j"),
        (-2j, "-2j"),
    ],
)
def test_numbers(number: complex, expected: str) -> None:
    assert number_words(number) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "an unknown value"),
        (Value((), "float32", (2.0,)), "2"),
        (Value((2, 2), "float32", (1.0, 2.0, 3.0, 4.0)), "[[1, 2], [3, 4]]"),
        (Value((0, 3), "float32", ()), "0×3, no elements"),
        (Value((7,), "int64", tuple(range(7))), "7 [0, 1, 2, 3, …]"),
        (Value((9, 9), "float32", None, 3.0), "9×9 with norm 3"),
        (Value((9,), "float32"), "not seen (shape 9, float32)"),
    ],
)
def test_values(value: Value | None, expected: str) -> None:
    assert value_words(value) == expected


def test_a_node_with_several_outputs_tells_all_that_came() -> None:
    w = torch.tensor([3.0, 4.0, 5.0], requires_grad=True)
    with record() as tape:
        a, b, c = w.unbind()
        y = a * 2 + c * 7
        y.backward()
    told = [step for step in sentences(tape.graph(y)) if step.startswith("Unbind")]
    assert told == [
        "UnbindBackward0 receives 2 and 7 and sends [2, 0, 7] to w.",
    ]
    with record() as tape:
        a, b = (w * 1)[:2].unbind()
        y = a * 1 + b * 1
        y.backward()
    told = [step for step in sentences(tape.graph(y)) if step.startswith("Unbind")]
    assert told == ["UnbindBackward0 receives 1 and 1 and sends [1, 1] to (w * 1)[:2]."]


def test_of_several_gradients_none_is_said_to_be_passed_on() -> None:
    class Pair(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 1, x * 3

        @staticmethod
        def backward(ctx, grad, other):
            return grad + 3 * other

    w = torch.tensor(2.0, requires_grad=True)
    with record() as tape:
        a, b = Pair.apply(w)
        y = a * 5 + b * 0
        y.backward()
    told = [step for step in sentences(tape.graph(y)) if step.startswith("Pair")]
    assert told == ["PairBackward receives 5 and 0 and sends 5 to w."]


class Skips(torch.autograd.Function):
    """Sends nothing to its second input."""

    @staticmethod
    def forward(ctx, w, x):
        return w * 2 + x

    @staticmethod
    def backward(ctx, grad):
        return grad * 2, None


@pytest.mark.parametrize("before", [None, 7.0])
def test_a_leaf_that_gets_no_gradient(before: float | None) -> None:
    w, x = (torch.tensor(3.0, requires_grad=True) for _ in range(2))
    x.grad = None if before is None else torch.tensor(before)
    ran = []
    node = torch.autograd.graph.get_gradient_edge(x).node
    node.register_prehook(ran.append)
    with record() as tape:
        y = Skips.apply(w, x)
        y.backward()
    assert ran == [(None,)]  # the node runs, with an undefined gradient
    graph = tape.graph(y)
    assert sentences(graph)[-1] == (
        "AccumulateGrad of x gets no gradient and leaves x.grad as it was."
    )
    held = "x.grad is None." if before is None else "x.grad holds 7."
    assert held in text(graph) and "unknown" not in text(graph)


def test_a_leaf_whose_gradient_a_hook_takes_away() -> None:
    x = torch.tensor(1.0, requires_grad=True)
    node = torch.autograd.graph.get_gradient_edge(x).node
    node.register_prehook(lambda got: (None,))
    with record() as tape:
        y = x * 5
        y.backward()
    assert x.grad is None
    assert sentences(tape.graph(y))[-2:] == [
        "MulBackward0 multiplies 1 by 5 and sends 5 to x.",
        "AccumulateGrad of x gets no gradient and leaves x.grad as it was.",
    ]
