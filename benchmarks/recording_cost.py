"""Time the forward pass with recording on, under no_grad, under inference_mode.

Usage: python -m benchmarks.recording_cost (or ``make measure``)

Writes the file from which the page "What recording costs" draws its charts.
"""

from __future__ import annotations

import datetime
import gc
import json
import platform
import statistics
import time
from contextlib import AbstractContextManager
from pathlib import Path

import torch
from torch import nn

DATA = Path(__file__).resolve().parent.parent / "docs/measured/recording_cost.json"

BATCH = 32
WIDTH = 64
LAYERS = (2, 16)
"""Linear layers of the small model and of the deeper one."""

MODES: dict[str, type[AbstractContextManager]] = {
    "enable_grad": torch.enable_grad,
    "no_grad": torch.no_grad,
    "inference_mode": torch.inference_mode,
}
THREADS = 1
ROUNDS = 400
CALLS = 20
"""Forward passes of one sample: one alone is too short for the clock."""

Case = tuple[int, str]
"""A number of layers and the name of a mode."""


def mlp(layers: int) -> nn.Sequential:
    """Return ``layers`` linear layers of ``WIDTH``, a ReLU after each but the last."""
    parts: list[nn.Module] = []
    for _ in range(layers):
        parts += [nn.Linear(WIDTH, WIDTH), nn.ReLU()]
    return nn.Sequential(*parts[:-1])


def sample(model: nn.Module, batch: torch.Tensor, mode: str) -> float:
    """Return the microseconds of one forward pass, the mean of ``CALLS`` in a row.

    A recorded graph is freed before the next pass; that is part of its price.
    """
    with MODES[mode]():
        start = time.perf_counter_ns()
        for _ in range(CALLS):
            model(batch)
        return (time.perf_counter_ns() - start) / CALLS / 1000


def measure() -> dict[Case, list[float]]:
    """Return ``ROUNDS`` samples in microseconds of every case.

    Each round takes all cases once and starts with another one, so that what
    else the machine does falls on all of them alike.
    """
    models = {layers: mlp(layers) for layers in LAYERS}
    batch = torch.ones(BATCH, WIDTH)
    cases = [(layers, mode) for layers in LAYERS for mode in MODES]
    samples: dict[Case, list[float]] = {case: [] for case in cases}
    for layers, mode in cases:  # the first passes allocate memory
        sample(models[layers], batch, mode)
    for number in range(ROUNDS):
        if number % (ROUNDS // 10) == 0:
            print(f"round {number} of {ROUNDS}", flush=True)
        first = number % len(cases)
        for layers, mode in cases[first:] + cases[:first]:
            samples[layers, mode].append(sample(models[layers], batch, mode))
    return samples


def summary(samples: list[float]) -> dict[str, float]:
    """Return the quartiles of ``samples``, to a hundredth of their unit."""
    low, median, high = statistics.quantiles(samples, n=4)
    return {"q1": round(low, 2), "median": round(median, 2), "q3": round(high, 2)}


def cpu() -> str:
    """Return the name of this machine's processor, as the system gives it."""
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def report(samples: dict[Case, list[float]]) -> dict[str, object]:
    """Return the figures with all that is needed to read and to repeat them."""
    return {
        "date": datetime.date.today().isoformat(),
        "cpu": cpu(),
        "cores": THREADS,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "batch": BATCH,
        "width": WIDTH,
        "rounds": ROUNDS,
        "calls": CALLS,
        "unit": "µs",
        "models": [
            {
                "layers": layers,
                "times": {mode: summary(samples[layers, mode]) for mode in MODES},
            }
            for layers in LAYERS
        ],
    }


def table(samples: dict[Case, list[float]]) -> str:
    """Return the quartiles of every case, one a line."""
    lines = [f"{'layers':>6}  {'mode':<14}  {'q1':>8}  {'median':>8}  {'q3':>8}  µs"]
    for (layers, mode), times in samples.items():
        columns = (f"{value:8.2f}" for value in summary(times).values())
        lines.append(f"{layers:>6}  {mode:<14}  {'  '.join(columns)}")
    return "\n".join(lines)


def main() -> None:
    """Measure, print the table, write the file."""
    torch.set_num_threads(THREADS)
    gc.disable()
    samples = measure()
    text = json.dumps(report(samples), indent=2, ensure_ascii=False)
    DATA.write_text(f"{text}\n", "utf-8")
    print(f"\n{table(samples)}\n\nwritten: docs/measured/{DATA.name}")


if __name__ == "__main__":
    main()
