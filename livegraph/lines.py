"""Links → lines with arrowheads, and the pills that sit on them."""

from __future__ import annotations

import functools

from livegraph.block import MONO, escape, width
from livegraph.theme import Style

Route = list[tuple[float, float]]
Rect = tuple[float, float, float, float]

_HEAD = 8
_PILL_HEIGHT = 20
_CLEAR = 3  # between a pill and the boxes: two pills fit into a gap
# Where on the last swing of a line a pill may sit: parts of the room that it has
# to move along, from the middle; best first.
_SEATS = (0, -0.17, 0.17, -0.33, 0.33, -0.5, 0.5)


def line(route: Route, *, down: bool, shift: float, back: bool = False) -> str:
    """Return path data along ``route``, beside it by ``shift`` pixels.

    Points of ``route`` say how far along the picture, then how far across. The
    line ends short of its arrowhead, which is at the start of the route for a
    line ``back``; it is written from the start all the same, so that the dashes
    of lines on a common trunk fall on each other.
    """
    x, y = route[0]
    # Where the first swing begins and the last one ends; an arrowhead in the way
    # takes its place.
    leaves, enters, end = route[1][0], route[-2][0], route[-1][0]
    if back:
        x += _HEAD
        if x > leaves:
            leaves = x
    else:
        end -= _HEAD
        if end < enters:
            enters = end
    last = len(route) - 2
    # The whole number next to a float is quicker than its format ".0f".
    main, cross = round(x), round(y + shift)
    path = f"M{cross} {main}" if down else f"M{main} {cross}"
    drawn = x
    for i in range(2, len(route), 2):
        ny = route[i][1]
        rise = ny - y
        if -0.5 < rise < 0.5:
            # A straight piece is written when it ends.
            continue
        before, after = route[i - 1][0], route[i][0]
        x = leaves if i == 2 else before
        nx = enters if i == last else after
        if x != drawn:
            path += f"L{cross} {round(x)}" if down else f"L{round(x)} {cross}"
        # Beside a slope, a line of the same form has to move along as well
        # as across, or the two run into each other.
        lean = shift * max(-1.5, min(1.5, 1.2 * rise / (nx - x)))
        middle = round((before + after) / 2 - lean)
        ahead = round(ny + shift)
        if down:
            path += f"C{cross} {middle} {ahead} {middle} {ahead} {round(nx)}"
        else:
            path += f"C{middle} {cross} {middle} {ahead} {round(nx)} {ahead}"
        drawn, y, cross = nx, ny, ahead
    if end != drawn:
        path += f"L{cross} {round(end)}" if down else f"L{round(end)} {cross}"
    return path


def head(route: Route, *, down: bool, shift: float, back: bool = False) -> str:
    """Return path data of the arrowhead at the end of ``line``."""
    x, y = route[0] if back else route[-1]
    size = _HEAD if back else -_HEAD
    if down:
        return f"M{round(y + shift)} {round(x)}l-4 {size}h8z"
    return f"M{round(x)} {round(y + shift)}l{size}-4v8z"


class Pills:
    """Places pills so that none covers another."""

    def __init__(self, down: bool, style: Style) -> None:
        self.down = down
        self.style = style
        self.taken: dict[int, list[Rect]] = {}

    def place(self, route: Route, label: str, none: bool = False) -> str:
        """Return the SVG of a pill with ``label`` on the last swing of ``route``."""
        wide = pill_width(label)
        (ax, ay), (bx, by) = route[-3] if len(route) > 2 else route[0], route[-2]
        taken = self.taken.setdefault(round(bx), [])
        room = bx - ax - (_PILL_HEIGHT if self.down else wide) - 2 * _CLEAR
        best = (float("inf"), 0.0, 0.0)
        for seat in _SEATS:
            x = (ax + bx) / 2 + seat * max(room, 0)
            y = ay + (by - ay) * _rise((x - ax) / (bx - ax)) if ay != by else ay
            if self.down:
                x, y = y, x
            overlap = _overlap(x, y, wide / 2, taken)
            if overlap < best[0]:
                best = (overlap, x, y)
            if not overlap:
                break
        _, x, y = best
        taken.append((x - wide / 2, y - 10, x + wide / 2, y + 10))
        style = self.style
        shell, mark = ("lg-pn", "lg-nt") if none else ("lg-p", "lg-pt")
        return (
            f'<rect{style[shell]} x="{x - wide / 2:.1f}" y="{y - 10:.1f}" '
            f'width="{wide:.0f}" height="{_PILL_HEIGHT}" rx="10"/>'
            f'<text{style[mark]} x="{x:.1f}" y="{y + 4.2:.1f}">{escape(label)}</text>'
        )


def pill_width(label: str) -> float:
    """Return the width of a pill in pixels."""
    return max(22, width(label, 12, MONO) + 14)


@functools.lru_cache(maxsize=1024)
def _rise(run: float) -> float:
    """How far across a swing has come where it is ``run`` of the way along.

    Both handles stand in the middle: along it goes as t(1.5 - 1.5t + t²),
    across as t²(3 - 2t).
    """
    low, high = 0.0, 1.0
    for _ in range(12):
        t = (low + high) / 2
        if t * (1.5 - 1.5 * t + t * t) < run:
            low = t
        else:
            high = t
    return t * t * (3 - 2 * t)


def _overlap(x: float, y: float, half: float, taken: list[Rect]) -> float:
    """Return the area that a pill at ``x``, ``y``, ``half`` as wide, shares."""
    area = 0.0
    for left, top, right, bottom in taken:
        across = min(x + half, right) - max(x - half, left) + 4
        if across > 0:
            along = min(y + 10, bottom) - max(y - 10, top) + 3
            if along > 0:
                area += across * along
    return area
