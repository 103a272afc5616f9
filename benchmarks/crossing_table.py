"""Crossings of our pictures and of Graphviz's: every lesson, and real models."""

from __future__ import annotations

from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import crossings
import models
import torch

from livegraph import record
from livegraph.card import card
from livegraph.graph import Graph
from livegraph.theme import style_of

EXAMPLES = Path(__file__).parents[1] / "examples"


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
        cards = [card(node, style_of("light")) for node in graph.nodes]
        sizes = [(one.width, one.height) for one in cards]
        down = len(graph.nodes) > 12
        dot, our = (
            crossings.dots(sizes, links, down),
            crossings.ours(sizes, links, down),
        )
        kept &= our <= dot
        print(f"{name:40} {len(sizes):6} {dot:6} {our:6}", flush=True)
    return kept
