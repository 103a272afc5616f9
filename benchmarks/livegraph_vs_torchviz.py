"""Time and crossings of livegraph beside torchviz and Graphviz, in one table.

    python benchmarks/livegraph_vs_torchviz.py

Needs, beside the site's requirements, Graphviz's ``dot`` on the PATH and
``pip install torchviz graphviz``, best in an environment of its own.

"theirs" is ``torchviz.make_dot``, with attributes and saved tensors, which is
the nearest it comes to ours, and ``dot -Tsvg``; "ours" is what recording
adds to the step, building the graph, and drawing the SVG; "snapshot" is the
same picture without recording, which is what torchviz answers. Each is the
best of several runs, taken in turn: other work on the machine only adds.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import crossings
import models
import torch
from torch import Tensor

from livegraph import record, snapshot
from livegraph.card import card
from livegraph.graph import Graph
from livegraph.svg import svg

try:
    import torchviz
except ImportError:
    sys.exit("torchviz is missing: pip install torchviz graphviz")

EXAMPLES = Path(__file__).parents[1] / "examples"
PATIENCE = 60  # seconds for one picture of theirs
KEPT: list[bool] = []

Run = Callable[[], Tensor]


def small() -> tuple[None, Run]:
    """The graph of the first lesson: y = (w + x)(w + 1)."""
    w = torch.tensor(2.0, requires_grad=True)
    x = torch.tensor(3.0, requires_grad=True)
    return None, lambda: (w + x) * (w + 1)


CASES: list[
    tuple[str, Callable[[], tuple[torch.nn.Module | None, Run]], str, float]
] = [
    ("first lesson", small, "×", 0.15),
    ("MLP", models.mlp, "×", 0.15),
    ("VAE", models.vae, "×", 0.15),
    ("chain of 29", lambda: models.chain(29), "×", 0.15),
    ("ResNet-50 step", models.resnet, "×", 0.8),
    ("GPT step, 12 blocks", models.gpt, "×", 0.8),
    ("chain of 900", lambda: models.chain(900), "×", 0.8),
    ("LSTM, 10,000 nodes", lambda: models.lstm(666), "s", 2.0),
    ("chain of 100,000", lambda: models.chain(100_000), "s", 10.0),
]


def clock(work: Callable[[], object]) -> float:
    """Return how many seconds ``work`` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def theirs(run: Run, names: dict[str, Tensor]) -> float | str:
    """Return the seconds that torchviz and dot take, or why they did not."""
    loss = run()
    start = time.perf_counter()
    try:
        source = torchviz.make_dot(
            loss, params=names, show_attrs=True, show_saved=True
        ).source
        subprocess.run(
            ["dot", "-Tsvg"],
            input=source.encode(),
            capture_output=True,
            check=True,
            timeout=PATIENCE,
        )
    except RecursionError:
        return "RecursionError"
    except subprocess.TimeoutExpired:
        return f"> {PATIENCE} s"
    return time.perf_counter() - start


def step(run: Run) -> None:
    """Run forward and backward, nothing else."""
    run().backward()


def recorded(run: Run) -> Graph:
    """Run forward and backward under the recorder, and draw the picture."""
    with record() as tape:
        loss = run()
        loss.backward()
    graph = tape.graph(loss)
    svg(graph)
    return graph


def measure(
    run: Run, names: dict[str, Tensor]
) -> tuple[float | str, float, float, Graph]:
    """Return their seconds, ours, those of a snapshot, and the graph."""
    times: tuple[list[float], list[float], list[float]] = ([], [], [])
    plain: list[float] = []
    refused: str | None = None
    graph = recorded(run)
    runs = 15 if len(graph.nodes) < 100 else 5 if len(graph.nodes) < 3000 else 1
    for _ in range(runs):
        if refused is None:
            took = theirs(run, names)
            if isinstance(took, str):
                refused = took
            else:
                times[0].append(took)
        plain.append(clock(lambda: step(run)))
        times[1].append(clock(lambda: recorded(run)))
        loss = run()
        times[2].append(clock(lambda loss=loss: svg(snapshot(loss))))
    ours, shot = min(times[1]) - min(plain), min(times[2])
    return refused or min(times[0]), ours, shot, graph


def time_table() -> bool:
    """Print the table of times; return whether every limit was kept."""
    print(
        f"{'':20} {'nodes':>7} {'theirs':>14} {'ours':>9} {'ratio':>7} "
        f"{'limit':>7} {'snapshot':>9}"
    )
    kept = True
    for name, make, unit, limit in CASES:
        torch.manual_seed(0)
        owner, run = make()
        names = dict(owner.named_parameters()) if owner else {}
        their, our, shot, graph = measure(run, names)
        ratio = our / their if isinstance(their, float) else float("nan")
        reached = ratio if unit == "×" else our
        kept &= reached <= limit
        shown = f"{their * 1e3:.1f} ms" if isinstance(their, float) else their
        print(
            f"{name:20} {len(graph.nodes):7} {shown:>14} {our * 1e3:6.1f} ms "
            f"{ratio:7.2f} {limit:5g} {unit} {shot * 1e3:6.1f} ms"
            f"{'' if reached <= limit else '  over the limit'}",
            flush=True,
        )
    return kept


def lesson_graphs() -> list[tuple[str, Graph]]:
    """Run each lesson, cell by cell, and return the graphs it asks for."""
    found = []
    for path in sorted(EXAMPLES.glob("*/plot_*.py")):
        space: dict[str, object] = {"__name__": "__main__"}
        with redirect_stdout(StringIO()), record(names=space) as tape:
            for cell in path.read_text(encoding="utf-8").split("\n# %%"):
                exec(compile(cell, str(path), "exec"), space)  # noqa: S102
                for line in cell.splitlines():
                    if line.startswith("# graph: "):
                        root = line.removeprefix("# graph: ").strip()
                        graph = tape.graph(space[root])
                        found.append((f"{path.stem}: {root}", graph))
    return found


def crossing_table() -> bool:
    """Print the crossings; return whether dot never has fewer."""
    graphs = lesson_graphs()
    for name in ("resnet", "unet", "gpt", "lstm", "vae", "mlp"):
        torch.manual_seed(0)
        _, run = getattr(models, name)()
        with record() as tape:
            loss = run()
            loss.backward()
        graphs.append((name, tape.graph(loss)))
    print(f"\n{'crossings':40} {'nodes':>6} {'dot':>6} {'ours':>6}")
    kept = True
    for name, graph in graphs:
        place = {node.id: i for i, node in enumerate(graph.nodes)}
        links = [(place[edge.src], place[edge.dst]) for edge in graph.edges]
        cards = [card(node) for node in graph.nodes]
        sizes = [(one.width, one.height) for one in cards]
        down = len(graph.nodes) > 12
        dot, our = (
            crossings.dots(sizes, links, down),
            crossings.ours(sizes, links, down),
        )
        kept &= our <= dot
        print(f"{name:40} {len(sizes):6} {dot:6} {our:6}", flush=True)
    return kept


def main() -> None:
    """Print both tables."""
    torch.set_num_threads(1)
    KEPT.extend((time_table(), crossing_table()))


if __name__ == "__main__":
    # torch frees a chain of 100,000 nodes that Python has walked by recursion,
    # which needs more than the usual 8 MB.
    threading.stack_size(1 << 29)
    worker = threading.Thread(target=main)
    worker.start()
    worker.join()
    sys.exit(0 if KEPT == [True, True] else "a limit was not kept: see above")
