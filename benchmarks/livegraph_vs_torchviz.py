"""Time, crossings and memory of livegraph beside torchviz and Graphviz.

    python benchmarks/livegraph_vs_torchviz.py

Needs, beside the site's requirements, Graphviz's ``dot`` on the PATH and
``pip install torchviz graphviz``, best in an environment of its own.

Each column begins with a live loss and ends with a finished SVG, in milliseconds
of the processor, of this process and of ``dot``: other work on the machine does not
count. Each is the median of rounds in which all take turns, after one that warms up.

- "theirs" is ``torchviz.make_dot`` with attributes and saved tensors, the nearest
  it comes to ours, and its ``pipe``, which starts ``dot -Tsvg``; "plain" is the
  same without attributes and saved tensors.
- "drawing" is ``tape.graph`` and ``svg`` after a recorded step, with the value and
  the gradients of every card, which theirs lack. "recording" is what the tape adds
  to the step. "snapshot" is ``snapshot`` and ``svg``, without a recording.

"ratio" is drawing over theirs, the median of the rounds' ratios; "plain" over plain,
"wall" by the clock on the wall, and "all" with the recording added to the drawing.
Limits in "×" are for "ratio", limits in seconds for the sum of drawing and recording.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import models
import torch
from crossing_table import crossing_table
from memory import memory_table
from timing import Seconds, clock, middle, ratio, rounds
from torch import Tensor

from livegraph import record, snapshot
from livegraph.record import Tape
from livegraph.svg import svg

try:
    import torchviz
except ImportError:
    sys.exit("torchviz is missing: pip install torchviz graphviz")

Run = Callable[[], Tensor]
Made = tuple[torch.nn.Module | None, Run]
NONE = Seconds(float("nan"), float("nan"))
COLUMNS = ("plain", "theirs", "drawing", "recording", "snapshot")
# Up to how many nodes, how many rounds.
ROUNDS = ((100, 25), (3000, 7), (100_000, 3), (float("inf"), 1))
RATIOS = ("ratio", "plain", "wall", "all")


def small() -> Made:
    """The graph of the first lesson: y = (w + x)(w + 1)."""
    w = torch.tensor(2.0, requires_grad=True)
    x = torch.tensor(3.0, requires_grad=True)
    return None, lambda: (w + x) * (w + 1)


CASES: list[tuple[str, Callable[[], Made], str, float]] = [
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


def taped(run: Run) -> tuple[Tape, Tensor]:
    """Run forward and backward under the recorder."""
    with record() as tape:
        loss = run()
        loss.backward()
    return tape, loss


def works(owner: torch.nn.Module | None, run: Run) -> list[Callable[[], Seconds]]:
    """Return what is timed: ours first, then theirs; the loss is ready before."""
    names = dict(owner.named_parameters()) if owner else {}

    def drawing() -> Seconds:
        tape, loss = taped(run)
        return clock(lambda: svg(tape.graph(loss)))

    def shot() -> Seconds:
        loss = run()
        return clock(lambda: svg(snapshot(loss)))

    def theirs(**more: bool) -> Seconds:
        loss = run()
        return clock(lambda: torchviz.make_dot(loss, params=names, **more).pipe("svg"))

    return [
        drawing,
        shot,
        lambda: clock(lambda: run().backward()),
        lambda: clock(lambda: taped(run)),
        theirs,
        lambda: theirs(show_attrs=True, show_saved=True),
    ]


def refusal(work: Callable[[], object]) -> str:
    """Return the name of the error in which ``work`` ends, nothing where it works."""
    try:
        work()
    except RecursionError as error:
        return type(error).__name__
    return ""


def time_case(name: str, make: Callable[[], Made], unit: str, limit: float) -> bool:
    """Print one line of the table; return whether the limit was kept."""
    torch.manual_seed(0)
    owner, run = make()
    tape, loss = taped(run)
    nodes = len(tape.graph(loss).nodes)
    del tape, loss
    todo = works(owner, run)
    refused = [refusal(work) for work in todo[4:]]
    if any(refused):
        todo = todo[:4]
    times = rounds(todo, next(count for most, count in ROUNDS if nodes <= most))
    drawing, shot, step, recorded = map(middle, times[:4])
    recording = recorded.cpu - step.cpu
    shown = [one or "not timed" for one in refused]
    ratios = [NONE.cpu] * 4
    if not any(refused):
        shown = [f"{middle(one).cpu * 1e3:.1f}" for one in times[4:]]
        cpu, wall = ratio(times[0], times[5])
        ratios = [
            cpu,
            ratio(times[0], times[4]).cpu,
            wall,
            cpu + recording / middle(times[5]).cpu,
        ]
    reached = ratios[0] if unit == "×" else drawing.cpu + recording
    figures = [f"{one * 1e3:.2f}" for one in (drawing.cpu, recording, shot.cpu)]
    print(
        f"{name:20}{nodes:8}"
        + "".join(f"{one:>15}" for one in shown)
        + "".join(f"{one:>11}" for one in figures)
        + "".join(f"{one:7.2f}" for one in ratios)
        + f"{limit:6g} {unit}{'' if reached <= limit else '  over the limit'}",
        flush=True,
    )
    return reached <= limit


def time_table() -> bool:
    """Print the table of times; return whether every limit was kept."""
    print(
        f"{'':20}{'nodes':>8}"
        + "".join(f"{one:>15}" for one in COLUMNS[:2])
        + "".join(f"{one:>11}" for one in COLUMNS[2:])
        + "".join(f"{one:>7}" for one in RATIOS)
        + f"{'limit':>6}"
    )
    return all([time_case(*case) for case in CASES])


def main() -> None:
    """Print the tables; end with an error where a limit was not kept."""
    torch.set_num_threads(1)
    kept = [time_table(), crossing_table()]
    memory_table()
    if not all(kept):
        sys.exit("a limit was not kept: see above")


if __name__ == "__main__":
    main()
