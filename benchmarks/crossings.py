"""Count the crossings in a drawing, ours and Graphviz's, in the same way.

A line is a list of points. Two lines that begin or end at the same box are not
compared: where they leave it is a matter of taste. Crossings are counted in the
drawing, not in the layers, so that both engines are measured from outside.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

from livegraph.layout import Space, layout

Point = tuple[float, float]
Size = tuple[float, float]
Link = tuple[int, int]

_PIXELS = 72.0  # Graphviz counts in inches


def ours(sizes: Sequence[Size], links: Sequence[Link], down: bool) -> int:
    """Return the crossings of our layout."""
    placed = layout(sizes, links, down=down, space=Space())
    lines = []
    for route in placed.routes:
        points = [(y, x) for x, y in route] if down else route
        line = [points[0]]
        for i, end in enumerate(points[1:], 1):
            line.extend(_swing(line[-1], end) if i % 2 == 0 else [end])
        lines.append(line)
    return count(lines, links)


def dots(sizes: Sequence[Size], links: Sequence[Link], down: bool) -> int:
    """Return the crossings of the layout that Graphviz ``dot`` finds."""
    text = [f"digraph{{rankdir={'TB' if down else 'LR'};node[shape=box,fixedsize=1]"]
    for i, (width, height) in enumerate(sizes):
        text.append(f"{i}[width={width / _PIXELS:.3f},height={height / _PIXELS:.3f}]")
    text += [f"{src}->{dst}" for src, dst in links]
    answer = subprocess.run(
        ["dot", "-Tplain"],
        input="\n".join(text) + "}",
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    ).stdout
    found_links, lines = [], []
    for row in answer.replace("\\\n", "").splitlines():
        words = row.split()
        if words[0] != "edge":
            continue
        found_links.append((int(words[1]), int(words[2])))
        numbers = [float(word) * _PIXELS for word in words[4 : 4 + 2 * int(words[3])]]
        lines.append(_spline(list(zip(numbers[::2], numbers[1::2], strict=True))))
    if sorted(found_links) != sorted(links):
        raise RuntimeError(f"dot drew {len(found_links)} of {len(links)} links")
    return count(lines, found_links)


def count(lines: Sequence[Sequence[Point]], links: Sequence[Link]) -> int:
    """Count the points in which lines cross that share no end."""
    size = _typical_length(lines)
    cells: dict[tuple[int, int], list[tuple[int, Point, Point]]] = {}
    for k, line in enumerate(lines):
        for a, b in zip(line, line[1:], strict=False):
            left, right = sorted((a[0], b[0]))
            top, bottom = sorted((a[1], b[1]))
            for i in range(int(left // size), int(right // size) + 1):
                for j in range(int(top // size), int(bottom // size) + 1):
                    cells.setdefault((i, j), []).append((k, a, b))
    seen = set()
    for pieces in cells.values():
        for n, (k, a, b) in enumerate(pieces):
            for m, c, d in pieces[:n]:
                if not {*links[k]} & {*links[m]} and _cross(a, b, c, d):
                    seen.add((a, b, c, d) if k > m else (c, d, a, b))
    return len(seen)


def _typical_length(lines: Sequence[Sequence[Point]]) -> float:
    total, pieces = 1.0, 1
    for line in lines:
        for (ax, ay), (bx, by) in zip(line, line[1:], strict=False):
            total += abs(ax - bx) + abs(ay - by)
            pieces += 1
    return 4 * total / pieces


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _swing(a: Point, b: Point, steps: int = 8) -> list[Point]:
    """Points of a cubic curve with both handles in the middle of the first axis."""
    middle = (a[0] + b[0]) / 2
    return _bezier(a, (middle, a[1]), (middle, b[1]), b, steps)


def _spline(points: list[Point]) -> list[Point]:
    line = [points[0]]
    for i in range(1, len(points) - 2, 3):
        line += _bezier(points[i - 1], *points[i : i + 3], steps=8)
    return line


def _bezier(a: Point, b: Point, c: Point, d: Point, steps: int) -> list[Point]:
    found = []
    for k in range(1, steps + 1):
        t = k / steps
        s = 1 - t
        weights = (s**3, 3 * s * s * t, 3 * s * t * t, t**3)
        x, y = (
            sum(w * p[axis] for w, p in zip(weights, (a, b, c, d), strict=True))
            for axis in (0, 1)
        )
        found.append((x, y))
    return found
