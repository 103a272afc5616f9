"""Every lesson runs under a tape as it runs without, and is recorded faithfully."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest
import torch

from livegraph import Graph, Value, record, text

# Writing through ``.data`` is noticed by nothing: the tensor no longer holds what
# the picture shows, its value when it was made.
OVERWRITTEN = {("plot_4_detach_data_clone", "a")}
LESSONS = sorted((Path(__file__).resolve().parents[2] / "examples").rglob("plot_*.py"))


@pytest.fixture(autouse=True)
def untouched_torch() -> Iterator[None]:
    """Undo what a lesson may set for the whole process."""
    torch.manual_seed(0)
    yield
    torch.set_grad_enabled(True)
    torch.set_printoptions(profile="default")


def run(lesson: Path) -> tuple[str, dict[str, Any]]:
    """Return what the lesson prints, and its variables."""
    variables: dict[str, Any] = {"__name__": "__main__", "__file__": str(lesson)}
    code = compile(lesson.read_bytes(), str(lesson), "exec")
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(code, variables)
    return printed.getvalue(), variables


def holds(value: Value | None, tensor: torch.Tensor) -> bool:
    """Compare a value with a live tensor, element by element."""
    numbers = tensor.detach().reshape(-1).tolist()
    if value is None or value.shape != tuple(tensor.shape):
        return False
    if value.numbers is None:
        return value.norm == pytest.approx(tensor.detach().norm().item())
    return list(value.numbers) == numbers


def check(graph: Graph, lesson: Path, name: str, variables: dict[str, Any]) -> int:
    """Compare the root and the leaves with the live tensors; count what was."""
    assert graph.notes == ()
    assert text(graph)
    root = graph.nodes[graph.roots[0]].values[variables[name].output_nr]
    assert holds(root, variables[name]) != ((lesson.stem, name) in OVERWRITTEN)
    leaves = [node for node in graph.nodes if node.kind == "leaf"]
    for node in leaves:
        leaf = variables.get(node.name)
        if isinstance(leaf, torch.Tensor):
            assert (node.held is None) == (leaf.grad is None)
            assert leaf.grad is None or holds(node.held, leaf.grad)
    return 1 + len(leaves)


@pytest.mark.filterwarnings("ignore:Using backward.. with create_graph")
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_a_lesson(lesson: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [str(lesson)])
    plain, _ = run(lesson)
    torch.manual_seed(0)
    variables: dict[str, Any] = {}
    with record(names=lambda: variables) as tape:
        printed, variables = run(lesson)
    assert printed == plain
    roots = [
        name
        for name, value in variables.items()
        if isinstance(value, torch.Tensor) and value.grad_fn is not None
    ]
    checked = sum(
        check(tape.graph(name, names=variables), lesson, name, variables)
        for name in roots
    )
    assert checked or not roots


def test_there_are_lessons() -> None:
    assert len(LESSONS) >= 15
