"""What cannot be drawn is one clear error, and never stops a training step."""

from __future__ import annotations

import errno
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from livegraph import operations as operations_module
from livegraph import record, snapshot, text

ROOT = Path(__file__).resolve().parents[2]


def test_a_tensor_that_needs_no_gradient() -> None:
    k = torch.ones(3)
    with record() as tape:
        y = k * 2
    with pytest.raises(ValueError, match=r"needs no gradient.*requires_grad=False"):
        tape.graph(y)
    with pytest.raises(ValueError, match="y needs no gradient"):
        tape.graph("y")
    with pytest.raises(ValueError, match="needs no gradient"):
        snapshot(y)


def test_no_root_no_tensor_no_such_name() -> None:
    w = torch.ones(3, requires_grad=True)
    with record() as tape:
        y = w * 2
    with pytest.raises(TypeError, match="no root"):
        tape.graph()
    with pytest.raises(TypeError, match="found list"):
        tape.graph([y])
    with pytest.raises(ValueError, match="no tensor is named 'z'.*w, y"):
        tape.graph("z")
    with pytest.raises(TypeError, match="names must be a mapping.*found int"):
        record(names=3)
    with pytest.raises(TypeError, match="found list"):
        tape.graph(y, names=["y"])


def test_a_tape_is_open_once() -> None:
    tape = record()
    w = torch.ones(3, requires_grad=True)
    with pytest.raises(RuntimeError, match="never opened"):
        tape.graph(w * 2)
    with tape:
        y = w * 2
        with pytest.raises(RuntimeError, match="this tape is open"), tape:
            pass
    with pytest.raises(RuntimeError, match="this tape is closed"), tape:
        pass
    assert tape.graph(y).nodes


def test_a_graph_from_before_and_after_the_tape() -> None:
    w = torch.ones(3, requires_grad=True)
    a = w * 2
    with record() as tape:
        b = a * 3
    c = b * 4
    graph = tape.graph(c)
    assert [node.name for node in graph.nodes if node.kind == "op"] == ["a", "b", "c"]
    assert [n.value.numbers[0] for n in graph.nodes if n.kind == "op"] == [2, 6, 24]


def test_a_leaf_alone() -> None:
    w = torch.ones(3, requires_grad=True)
    with record() as tape:
        w.backward(torch.tensor([1.0, 2.0, 3.0]))
    graph = tape.graph(w)
    assert [node.name for node in graph.nodes] == ["w"]
    assert graph.nodes[0].grads[0][0].numbers == (1, 2, 3)
    assert "w.grad holds [1, 2, 3]" in text(graph)


@pytest.mark.parametrize(
    "tensor",
    [
        torch.tensor([math.nan, math.inf, -math.inf]),
        torch.full((200,), math.nan),
        torch.zeros(0, 3),
        torch.zeros(()),
        torch.full((300,), 1e300, dtype=torch.float64),
        torch.full((3,), 60000.0, dtype=torch.float16),
        torch.full((3,), 2.0, dtype=torch.bfloat16),
        torch.full((100, 100), 1 + 1j),
        torch.ones(1000, 1000),
        torch.ones(1, 1, 1, 1, 1, 2),
        torch.ones(2, device="meta"),
        torch.eye(3).to_sparse(),
    ],
    ids=lambda t: f"{t.dtype}{tuple(t.shape)}".removeprefix("torch."),
)
def test_any_tensor_gives_a_graph(tensor: torch.Tensor, tmp_path: Path) -> None:
    w = tensor.clone().requires_grad_()
    with record() as tape:
        y = w * 1
        y.backward(torch.ones_like(y) if not y.is_sparse else y.detach())
    graph = tape.graph(y)
    value = graph.nodes[-1].value
    assert value.shape == tuple(tensor.shape)
    assert text(graph)
    assert graph.to_json()
    tape.draw(y).save(tmp_path / "graph.svg")
    assert graph.notes == ()


def test_a_value_is_summed_up() -> None:
    w = torch.arange(-100.0, 100.0).requires_grad_()
    value = snapshot(w * 1, names={"w": w}).nodes[0].value
    assert value.numbers is None
    assert value.norm == pytest.approx(w.norm().item())
    assert (value.low, value.high) == (-100, 99)


def test_own_failures_do_not_stop_a_training_step(monkeypatch) -> None:
    def fail(*_):
        raise KeyError("broken")

    monkeypatch.setattr(operations_module, "reading_of", fail)
    w = torch.ones(3, requires_grad=True)
    with record() as tape:
        y = (w * 2).sum()
        y.backward()
    assert w.grad.tolist() == [2, 2, 2]
    monkeypatch.undo()
    assert any("KeyError" in note and "mul" in note for note in tape.graph(y).notes)


def test_functions_of_torch_func_go_on() -> None:
    w = torch.ones(3, requires_grad=True)

    def loss(v):
        return (v * v * w).sum()

    with record() as tape:
        grad = torch.func.grad(loss)(torch.ones(3))
        rows = torch.vmap(torch.sin)(w)
        y = (grad + rows).sum()
        y.backward()
    assert w.grad.tolist() == pytest.approx([2 + math.cos(1)] * 3)
    assert tape.graph(y).nodes


def test_a_subclass_with_its_own_dispatch_is_not_read() -> None:
    class Counting(torch.Tensor):
        calls = 0

        @classmethod
        def __torch_dispatch__(cls, func, types, args=(), kwargs=None):
            cls.calls += 1
            with torch._C._DisableTorchDispatch():
                return func(*args, **(kwargs or {}))

    def run() -> int:
        Counting.calls = 0
        w = torch.ones(3).as_subclass(Counting).requires_grad_()
        (w * 2).sum().backward()
        return Counting.calls

    alone = run()
    with record():
        assert run() == alone > 0


def test_a_path_that_cannot_be_written(tmp_path: Path) -> None:
    w = torch.ones(3, requires_grad=True)
    picture = record_of(w)
    with pytest.raises(FileNotFoundError, match="choose a folder that exists") as error:
        picture.save(tmp_path / "no" / "graph.svg")
    assert error.value.errno == errno.ENOENT
    with pytest.raises(ValueError, match=r"'graph.png'.*\.html, \.svg, \.txt, \.json"):
        picture.save(tmp_path / "graph.png")


def record_of(w: torch.Tensor):
    with record() as tape:
        y = (w * 2).sum()
        y.backward()
    return tape.draw(y)


def test_a_picture_in_every_form(tmp_path: Path) -> None:
    picture = record_of(torch.ones(3, requires_grad=True))
    starts = {".html": "<", ".svg": "<svg", ".txt": "The graph of y", ".json": "{"}
    for ending, start in starts.items():
        path = picture.save(tmp_path / f"graph{ending}")
        assert path.read_text(encoding="utf-8").lstrip().startswith(start)
    assert "<svg" in picture._repr_html_()
    assert repr(picture).startswith("The graph of y")


def command(*arguments: str, cwd: Path) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "livegraph", *arguments],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


SCRIPT = """\
import sys
import torch

w = torch.tensor([1.0, 2.0], requires_grad=True)
h = w * 3
h = h.sin()
loss = h.sum()
loss.backward()
assert __name__ == "__main__"
print(sys.argv[1:])
"""


def test_the_command(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(SCRIPT)
    ran = command("mine.py", "an argument", "-o", "graph.txt", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == "['an argument']\ngraph.txt: the graph of loss, 5 cards\n"
    words = (tmp_path / "graph.txt").read_text()
    assert "h₂ = h.sin()" in words
    ran = command("mine.py", "-r", "h", "-o", "graph.html", cwd=tmp_path)
    assert ran.stdout.endswith("graph.html: the graph of h, 4 cards\n")
    assert "<svg" in (tmp_path / "graph.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "got"),
    [
        (("-o", "g.txt", "--", "--lr", "1"), ["--lr", "1"]),
        (("-o", "g.txt", "a", "b"), ["a", "b"]),
        (("a", "-o", "g.txt", "b", "--", "-o", "--", "c"), ["a", "b", "-o", "--", "c"]),
    ],
)
def test_options_stand_on_either_side_of_the_script(
    tmp_path: Path, arguments: tuple[str, ...], got: list[str]
) -> None:
    (tmp_path / "mine.py").write_text(SCRIPT)
    ran = command("mine.py", *arguments, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == f"{got}\ng.txt: the graph of loss, 5 cards\n"


@pytest.mark.parametrize(
    ("script", "arguments", "found"),
    [
        (SCRIPT, ("--lr", "1"), "options of the script stand after --"),
        (SCRIPT, ("-r", "nothing"), "no tensor is named 'nothing'"),
        (SCRIPT, ("-o", "no/graph.svg"), "choose a folder that exists"),
        (SCRIPT, ("-o", "graph.png"), "must end in one of .html"),
        ("import torch\n", (), "left no variable with a tensor"),
        ("raise KeyError('own')\n", (), "KeyError: 'own'"),
    ],
)
def test_the_command_names_what_is_wrong(
    tmp_path: Path, script: str, arguments: tuple[str, ...], found: str
) -> None:
    (tmp_path / "mine.py").write_text(script)
    ran = command("mine.py", *arguments, cwd=tmp_path)
    assert ran.returncode != 0
    assert found in ran.stderr
    ran = command("absent.py", cwd=tmp_path)
    assert "no file 'absent.py'" in ran.stderr


def test_the_command_ends_as_the_script_ends(tmp_path: Path) -> None:
    ending = (
        "import sys, torch\ny = torch.ones(1, requires_grad=True) * 2\nsys.exit(3)\n"
    )
    (tmp_path / "step.py").write_text(ending)
    answer = command("step.py", "-o", "graph.txt", cwd=tmp_path)
    assert answer.returncode == 3
    assert "graph.txt: the graph of y" in answer.stdout


def test_our_own_failure_while_listening_is_none_of_the_readers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_: torch.Tensor) -> bytes:
        raise ValueError("own")

    w = torch.ones(2, requires_grad=True)
    with record() as tape:
        y = (w * 3).sum()
        with monkeypatch.context() as patched:
            patched.setattr("livegraph.passes.reading_of", fail)
            y.backward()
    assert w.grad.tolist() == [3, 3]
    assert tape.graph(y).notes == ("Not recorded: backward (ValueError: own)",)
