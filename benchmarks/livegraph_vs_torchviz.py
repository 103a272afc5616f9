"""Time and crossings of livegraph beside torchviz and Graphviz, in one table.

    python benchmarks/livegraph_vs_torchviz.py

Needs, beside the site's requirements, Graphviz's ``dot`` on the PATH and
``pip install torchviz graphviz``, best in an environment of its own.

All draw a graph that is finished. "theirs" is ``torchviz.make_dot``, with
attributes and saved tensors, which is the nearest it comes to ours, and
``dot -Tsvg``; "snapshot" is ``snapshot`` and ``svg`` of the same graph, the same
task; "taped" is ``tape.graph`` and ``svg`` after a recorded step, with the value
and the gradients of every card, which theirs lack; "recording" is what the tape
adds to the step. "ratio" compares "snapshot" with "theirs", "all" the sum of
"taped" and "recording".

The unit is the processor second, of this process and of ``dot``: other work on
the machine does not count. Each figure is the median of several runs, taken in
turn after one that warms up. "wall" is the ratio by the clock on the wall. The
limits for graphs up to 60 nodes and for models hold for "ratio", the limits in
seconds for the sum.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
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
from livegraph.record import Tape
from livegraph.svg import svg

try:
    import torchviz
except ImportError:
    sys.exit("torchviz is missing: pip install torchviz graphviz")

EXAMPLES = Path(__file__).parents[1] / "examples"
PATIENCE = 60  # seconds for one picture of theirs

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


Seconds = tuple[float, float]
"""Of the processor, and of the clock on the wall."""


def clock(work: Callable[[], object]) -> Seconds:
    """Return how long ``work`` takes, its child processes included."""
    wall, processor = time.perf_counter(), _processor()
    work()
    return _processor() - processor, time.perf_counter() - wall


def _processor() -> float:
    """Return the processor seconds of this process and its finished children."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def theirs(loss: Tensor, names: dict[str, Tensor]) -> Seconds | str:
    """Return the seconds that torchviz and dot take, or why they did not."""

    def work() -> None:
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

    try:
        return clock(work)
    except RecursionError:
        return "RecursionError"
    except subprocess.TimeoutExpired:
        return f"> {PATIENCE} s"


def taped(run: Run) -> tuple[Tape, Tensor]:
    """Run forward and backward under the recorder."""
    with record() as tape:
        loss = run()
        loss.backward()
    return tape, loss


class Times:
    """What was measured of one case, a list for each column."""

    def __init__(self) -> None:
        self.theirs: list[Seconds] = []
        self.snapshot: list[Seconds] = []
        self.taped: list[Seconds] = []
        self.plain: list[Seconds] = []
        self.recorded: list[Seconds] = []
        self.refused = ""

    def round(self, run: Run, names: dict[str, Tensor]) -> None:
        """Measure each column once."""
        if not self.refused:
            took = theirs(run(), names)
            if isinstance(took, str):
                self.refused = took
            else:
                self.theirs.append(took)
        loss = run()
        self.snapshot.append(clock(lambda: svg(snapshot(loss))))
        del loss
        self.plain.append(clock(lambda: run().backward()))
        self.recorded.append(clock(lambda: taped(run)))
        tape, loss = taped(run)
        self.taped.append(clock(lambda: svg(tape.graph(loss))))


def middle(times: list[Seconds], which: int = 0) -> float:
    """Return the median; ``which`` is 0 for the processor, 1 for the wall."""
    return statistics.median([one[which] for one in times])


def time_table() -> bool:
    """Print the table of times, in milliseconds; return whether limits were kept."""
    columns = ("snapshot", "ratio", "wall", "taped", "recording")
    print(
        f"{'':20}{'nodes':>10}{'theirs':>15}"
        + "".join(f"{one:>10}" for one in columns)
        + "    all  limit"
    )
    kept = True
    for name, make, unit, limit in CASES:
        torch.manual_seed(0)
        owner, run = make()
        names = dict(owner.named_parameters()) if owner else {}
        tape, loss = taped(run)
        nodes = len(tape.graph(loss).nodes)
        rounds = 25 if nodes < 100 else 7 if nodes < 3000 else 1
        Times().round(run, names)
        times = Times()
        for _ in range(rounds):
            times.round(run, names)
        drawn, shot = middle(times.taped), middle(times.snapshot)
        extra = middle(times.recorded) - middle(times.plain)
        ratio = wall = both = float("nan")
        shown = times.refused
        if not shown:
            their = middle(times.theirs)
            ratio, both = shot / their, (drawn + extra) / their
            wall = middle(times.snapshot, 1) / middle(times.theirs, 1)
            shown = f"{their * 1e3:.1f}"
        reached = ratio if unit == "×" else drawn + extra
        kept &= reached <= limit
        print(
            f"{name:20}{nodes:10}{shown:>15}{shot * 1e3:10.2f}{ratio:10.2f}"
            f"{wall:10.2f}{drawn * 1e3:10.2f}{extra * 1e3:10.2f}{both:7.2f}"
            f"{limit:5g} {unit}{'' if reached <= limit else '  over the limit'}",
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
    """Print both tables; end with an error where a limit was not kept."""
    torch.set_num_threads(1)
    if not all([time_table(), crossing_table()]):
        sys.exit("a limit was not kept: see above")


if __name__ == "__main__":
    main()
