"""The memory at its peak while one large graph is recorded and drawn.

Each case runs in a process of its own, since a peak never goes down again:
``python memory.py chain 100000`` prints the nodes of that one, and what torch alone
and torch with livegraph took at their peaks, in bytes.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import models
import torch

from livegraph import record
from livegraph.svg import svg

CASES = (
    ("LSTM, 2,500 nodes", "lstm", 166),
    ("LSTM, 10,000 nodes", "lstm", 666),
    ("chain of 25,000", "chain", 25_000),
    ("chain of 100,000", "chain", 100_000),
)


def peak() -> int:
    """Return the largest number of bytes that this process has held.

    Linux hands ``ru_maxrss`` down from the process that started this one.
    """
    status = Path("/proc/self/status").read_text("ascii")
    return int(re.search(r"VmHWM:\s*(\d+) kB", status)[1]) * 1024


def measure(model: str, size: int) -> tuple[int, int, int]:
    """Return the nodes, and the peaks without and with a recording, in bytes."""
    _, run = getattr(models, model)(size)
    run().backward()
    alone = peak()
    with record() as tape:
        loss = run()
        loss.backward()
    graph = tape.graph(loss)
    svg(graph)
    return len(graph.nodes), alone, peak()


def memory_table() -> None:
    """Print the peaks; ``a node`` is what livegraph adds, over the nodes."""
    print(f"\n{'memory':20}{'nodes':>10}{'torch MB':>10}{'peak MB':>10}{'a node':>10}")
    for name, model, size in CASES:
        answer = subprocess.run(
            [sys.executable, Path(__file__), model, str(size)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        nodes, alone, most = map(int, answer.split())
        print(
            f"{name:20}{nodes:10}{alone / 1e6:10.0f}{most / 1e6:10.0f}"
            f"{(most - alone) / nodes / 1e3:7.1f} KB",
            flush=True,
        )


if __name__ == "__main__":
    torch.set_num_threads(1)
    print(*measure(sys.argv[1], int(sys.argv[2])))
