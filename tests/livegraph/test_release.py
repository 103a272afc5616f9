"""A deep graph that was recorded can be freed: no recursion in torch's code."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest
import torch

from livegraph import record, snapshot

# A stack of 256 KB ends where a chain of some 1,500 nodes is freed by recursion.
PROGRAM = """
import threading
import torch
from livegraph import record, snapshot

def chain(length):
    y = torch.tensor(2.0, requires_grad=True)
    for _ in range(length):
        y = y * 1.0001
    return y

def work():
    {work}
    del y
    print("freed")

threading.stack_size(1 << 18)
thread = threading.Thread(target=work)
thread.start()
thread.join()
"""

WORKS = {
    "recorded forward": "\n    with record(): y = chain(20_000)",
    "recorded backward": "\n    with record():\n        y = chain(20_000)"
    "\n        y.backward()",
    "snapshot": "y = chain(20_000); snapshot(y)",
}


def run(work: str) -> subprocess.CompletedProcess[str]:
    """Run the program in a process of its own: a crash ends the process."""
    return subprocess.run(
        [sys.executable, "-c", PROGRAM.format(work=work)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("work", WORKS.values(), ids=WORKS)
def test_a_deep_graph_is_freed_on_a_small_stack(work: str) -> None:
    done = run(work)
    assert (done.returncode, done.stdout) == (0, "freed\n"), done.stderr


def test_the_stack_is_small_enough_to_show_it() -> None:
    walk = "fn = y.grad_fn\n    while fn: fn = (fn.next_functions or [[None]])[0][0]"
    assert run(f"y = chain(20_000)\n    {walk}").returncode != 0


def test_guards_keep_nothing_alive() -> None:
    def nodes() -> int:
        return sum(type(one).__name__ == "MulBackward0" for one in gc.get_objects())

    gc.collect()
    gc.disable()
    try:
        before = nodes()
        w = torch.tensor(2.0, requires_grad=True)
        with record() as tape:
            early = y = w * 1.5
            for _ in range(1500):
                y = y * 1.0001
            y.backward()
        tape.graph(y)
        snapshot(y)
        assert nodes() == before + 1501
        del y
        assert nodes() == before + 1
        del early
        assert nodes() == before
    finally:
        gc.enable()
