"""One node → one card: what it says, how large it is, and its SVG."""

from __future__ import annotations

from itertools import chain

from livegraph.block import (
    BOLD,
    MONO,
    ROW_LENGTH,
    Block,
    brief,
    escape,
    letters,
    odd,
    shape,
    short,
    tight,
    width,
)
from livegraph.graph import Node, Saved, Value
from livegraph.theme import Style
from livegraph.words import ENGLISH, Words

PAD = 12
_FOOT_LINE = 17
_FOOT_LENGTH = 38
_NARROW = 130
_GAP = 8  # between a name and its expression
_LEAF_ROUND = 12
_ROUND = 5

# How far the cards that lie under a group's stick out, to the right and below.
_STACK = 8

# Stands in the text of a card for a place that its final size decides.
_FREE = "\0"

_SHELLS = {
    "leaf": "lg-c", "op": "lg-c", "root": "lg-cr", "const": "lg-cc", "group": "lg-cg",
}  # fmt: skip


class Card:
    """A measured card.

    ``width`` may be enlarged by the caller before ``draw``; ``parts`` is SVG that
    hangs on the left edge, ``foot`` the lines at the bottom: class and words.
    """

    __slots__ = (
        "foot", "height", "kind", "mapped", "parts", "shape", "style", "tip", "width",
    )  # fmt: skip

    def __init__(self, kind: str, style: Style) -> None:
        self.kind = kind
        self.style = style
        self.width = 0
        self.height = 0
        self.parts: list[str] = []
        self.foot: list[tuple[str, str]] = []
        self.shape = ""
        self.tip = ""
        self.mapped = False  # whether a heat map is on it

    def draw(self) -> str:
        """Return the SVG, with the top left corner at the origin."""
        style, kind = self.style, self.kind
        w, h = self.width, self.height
        tip = f"<title>{escape(self.tip)}</title>" if self.tip else ""
        if kind == "number":
            return (
                f'{tip}<rect{style["lg-cc"]} width="{w}" height="{h}" '
                f'rx="{_LEAF_ROUND}"/>'
                + "".join(self.parts).replace(_FREE, f"{w / 2:g}")
            )
        r = _LEAF_ROUND if kind == "leaf" else _ROUND
        shell = style[_SHELLS[kind]]
        out = [tip]
        if kind == "group":
            w, h = w - _STACK, h - _STACK
            for step in (_STACK, _STACK // 2):
                out.append(
                    f'<rect{shell} x="{step}" y="{step}" '
                    f'width="{w}" height="{h}" rx="{r}"/>'
                )
        out.append(f'<rect{shell} width="{w}" height="{h}" rx="{r}"/>')
        if self.foot:
            y = h - 7 - _FOOT_LINE * len(self.foot)
            e = r - 1
            out.append(
                f'<path{style["lg-foot"]} d="M1 {y}H{w - 1}V{h - r}a{e} {e} 0 0 '
                f'1-{e} {e}H{r}a{e} {e} 0 0 1-{e}-{e}z"/>'
            )
            for mark, line in self.foot:
                out.append(f'<text{style[mark]} x="{PAD}" y="{y + 15.5}">{line}</text>')
                y += _FOOT_LINE
        if kind == "leaf":
            out.append(
                f'<path{style["lg-bl"]} d="M1.6 6A12 12 0 0 1 12 0H{w - 12}'
                f'A12 12 0 0 1 {w - 1.6:g} 6z"/>'
            )
        elif kind == "op":
            out.append(f'<path{style["lg-bo"]} d="M0 5q0-5 5-5H{w - 5}q5 0 5 5z"/>')
        elif kind == "root":
            out.append(
                f'<path{style["lg-br"]} d="M0 5q0-5 5-5H{w - 5}q5 0 5 5z"/>'
                f'<path{style["lg-br"]} d="M1 7.5h{w - 2}v2h-{w - 2}z"/>'
            )
        if kind == "group":
            out.extend([part.replace(_FREE, str(w - PAD)) for part in self.parts])
        else:
            out += self.parts
        if self.shape:
            out.append(f'<text{style["lg-e"]} x="{w - PAD}" y="27">{self.shape}</text>')
        return "".join(out)


def card(
    node: Node, style: Style, words: Words = ENGLISH, narrow: bool = False
) -> Card:
    """Measure the card of ``node``; ``words`` translates its labels.

    A ``narrow`` card puts below each other what else stands side by side.
    """
    root = "root" in node.marks
    if node.kind == "const" and not node.name and not node.marks:
        number = short(node.value)
        if number:
            return _number_card(number, style)
    made = Card("root" if root else node.kind, style)
    wide = _heading(made, node, root, narrow)
    if len(node.values) > 1:
        wide = max(wide, _outputs(made, node, words))
    else:
        wide = max(wide, _columns(made, node, words, narrow))
    wide = max(wide, _chips(made, node, words))
    if node.fn:
        wide = max(wide, _footer(made, node, words, narrow))
    made.height += 7 + _FOOT_LINE * len(made.foot) if made.foot else 4
    made.width = round(max(wide, 92))
    dtype = node.value.dtype if node.value else ""
    made.tip = " · ".join(filter(None, (node.name or node.expr, dtype, node.module)))
    return made


def group_card(
    label: str, ops: int, last: Node, style: Style, words: Words = ENGLISH
) -> Card:
    """Measure the card of a folded group; ``last`` is its last operation."""
    made = Card("group", style)
    shown = label if len(label) <= 30 else label[:14] + "…" + label[-15:]
    made.shape = shape(last.value)
    count = words.operations.format(count=ops)
    value = brief(last.value)
    made.parts = [
        f'<text{style["lg-n"]} x="{PAD}" y="27">{escape(shown)}</text>',
        f'<text{style["lg-s"]} x="{PAD}" y="46">{escape(count)}</text>',
    ]
    wide = width(shown, 15, BOLD) + (12 + width(made.shape, 11.5) if made.shape else 0)
    wide = max(wide, width(count, 11.5) + 20 + width(value, 11.5, MONO))
    made.parts.append(
        f'<text{style["lg-m"]} x="{_FREE}" y="46" text-anchor="end">{value}</text>'
    )
    made.width = round(max(wide + 2 * PAD, 120)) + _STACK
    made.height = 58 + _STACK
    made.tip = label
    return made


def stub(label: str, style: Style) -> Card:
    """Measure the card that stands for something outside an opened group."""
    shown = label if len(label) <= 22 else label[:10] + "…" + label[-11:]
    made = _number_card(shown, style)
    made.tip = label
    return made


def sign(label: str, kind: str, style: Style) -> Card:
    """Measure a card that says nothing but its name."""
    shown = label if len(label) <= 12 else "…" + label[-11:]
    if kind == "const":
        return _number_card(shown, style)
    made = Card(kind, style)
    made.width = round(width(shown, 15, BOLD) + 2 * PAD)
    made.height = 36
    made.parts = [
        f'<text{style["lg-n"]} x="{made.width / 2:g}" y="27" text-anchor="middle">'
        f"{escape(shown)}</text>"
    ]
    if kind == "group":
        made.width += _STACK
        made.height += _STACK
    return made


def _number_card(words: str, style: Style) -> Card:
    made = Card("number", style)
    made.width = round(max(34, width(words, 13.5, MONO) + 20))
    made.height = 30
    made.parts = [f'<text{style["lg-ct"]} x="{_FREE}" y="20">{escape(words)}</text>']
    return made


def _heading(made: Card, node: Node, root: bool, narrow: bool) -> float:
    """Name, expression and shape; returns the width they need."""
    name, expr = node.name, node.expr
    if len(node.values) > 1 and expr:
        name = ""  # each output has its own row
    long = 20 if narrow else 34
    if len(expr) > long:
        expr = expr[: long - 1] + "…"
    if not name and not expr:
        expr = node.fn.removesuffix("Backward0")
    if node.kind == "leaf":
        expr = ""
    elif node.kind == "const":
        expr = "" if name else expr or (node.value.dtype if node.value else "")
    shown = name if len(name) <= 28 else name[:12] + "…" + name[-15:]
    if len(node.values) == 1:
        made.shape = shape(node.value)
    beside = 12 + width(made.shape, 11.5) if made.shape else 0.0
    made.height = 34
    style = made.style
    name_wide = expr_wide = 0.0
    if name:
        name_wide = width(shown, 15, BOLD)
        shown = f"<tspan{style['lg-n']}>{escape(shown)}</tspan>"
    if expr:
        beyond = name and not narrow
        lead = "= " if name else ""
        expr_wide = width(lead + expr, 12.5, MONO)
        mark = style["lg-xr" if root else "lg-xo"]
        gap = f' dx="{_GAP}"' if beyond else ""
        expr = f"<tspan{gap}{mark}>{lead}{escape(expr)}</tspan>"
        if beyond:
            expr_wide += _GAP
        elif name:
            made.height = 52
            made.parts.append(
                f'<text x="{PAD}" y="27">{shown}</text>'
                f'<text x="{PAD}" y="45">{expr}</text>'
            )
            return max(name_wide + beside, expr_wide) + 2 * PAD
    made.parts.append(f'<text x="{PAD}" y="27">{shown}{expr}</text>')
    return name_wide + expr_wide + beside + 2 * PAD


def _columns(made: Card, node: Node, words: Words, narrow: bool) -> float:
    """The value and, beside or below it, the gradient."""
    row = 14 if narrow else ROW_LENGTH
    style = made.style
    left = Block(node.value, "v", words, row)
    right = _gradient(node, words, row)
    label = words.value
    y = made.height + 9
    made.parts.append(
        f'<text{style["lg-s"]} x="{PAD}" y="{y}">{escape(label)}</text>'
        + left.draw(PAD, y + 6, style)
    )
    wide = max(left.width, width(label, 11.5))
    made.height = y + left.height + 14
    made.mapped = bool(left.cells)
    if not right:
        return wide + 2 * PAD
    label = words.grad
    x: float = PAD
    right_wide = max(right.width, width(label, 11.5))
    if narrow and wide + right_wide > _NARROW:
        y = made.height + 9
        wide = max(wide, right_wide)
    else:
        x += wide + 20
        wide += right_wide + 20
    made.parts.append(
        f'<g{style["lg-gr"]}><text{style["lg-sg"]} x="{x:g}" y="{y}">'
        f"{escape(label)}</text>{right.draw(x, y + 6, style)}</g>"
    )
    made.height = max(made.height, y + right.height + 14)
    made.mapped = made.mapped or bool(right.cells)
    return wide + 2 * PAD


def _gradient(node: Node, words: Words, row: int) -> Block | None:
    if node.kind != "leaf":
        if not node.grads:
            return None
        return Block(node.grads[-1][0], "g", words, row)
    if node.held is None and not node.grads:
        return None
    parts = list(node.parts[-1]) if node.parts else []
    if parts and node.before and node.before[-1] is not None:
        parts.insert(0, node.before[-1])
    if len(parts) > 1 and _adds_up(parts, node.held):
        return Block(node.held, "g", words, row, parts)
    return Block(node.held, "g", words, row)


def _adds_up(parts: list[Value], held: Value | None) -> bool:
    """Say whether ``held`` is the sum of ``parts``: user code may have changed it."""
    if held is None or held.numbers is None or len(parts) > 6:
        return False
    if any(part.numbers is None or part.shape != held.shape for part in parts):
        return False
    sums = [
        sum(column) for column in zip(*(p.numbers or () for p in parts), strict=True)
    ]
    return all(
        a == b or abs(a - b) <= 1e-5 * max(abs(a), abs(b))
        for a, b in zip(sums, held.numbers, strict=True)
    )


def _outputs(made: Card, node: Node, words: Words) -> float:
    """One row for each output: its name, value and gradient."""
    last = node.grads[-1] if node.grads else ()
    names, values, grads = [], [], []
    for i, value in enumerate(node.values[:4]):
        names.append(node.names[i] or str(i))
        values.append(tight(value))
        grad = last[i] if i < len(last) else None
        grads.append(tight(grad) if grad else (words.none if last else ""))
    if len(node.values) > 4:
        names.append("…")
        values.append(words.more.format(count=len(node.values) - 4))
        grads.append("")
    first = PAD + max(width(name, 12, BOLD) for name in names) + 14
    second = (
        first
        + max(width(words.value, 11.5), *(width(one, 13.5, MONO) for one in values))
        + 18
    )
    style = made.style
    y = made.height + 9
    out = [f'<text{style["lg-s"]} x="{first:g}" y="{y}">{escape(words.value)}</text>']
    end = second - 18
    if last:
        label = words.grad
        out.append(
            f'<text{style["lg-sg"]} x="{second:g}" y="{y}">{escape(label)}</text>'
        )
        end = second + max(
            width(label, 11.5), *(width(one, 13.5, MONO) for one in grads)
        )
    for name, value, grad in zip(names, values, grads, strict=True):
        y += 18
        out.append(
            f'<text{style["lg-m"]} x="{PAD}" y="{y}">{escape(name)}</text>'
            f'<text{style["lg-v"]} x="{first:g}" y="{y}">{escape(value)}</text>'
        )
        if grad:
            out.append(
                f'<text{style["lg-g"]} x="{second:g}" y="{y}">{escape(grad)}</text>'
            )
    made.parts.extend(out)
    made.height = y + 12
    return end + PAD


_WARNINGS = ("freed", "undefined", "changed")


def _chips(made: Card, node: Node, words: Words) -> float:
    """Small labels: what is special about this node."""
    labels = []
    for mark in node.marks:
        if mark == "root":
            continue
        # The footer says it, where it names what was freed.
        if mark == "freed" and any([one.state == "freed" for one in node.saved]):
            continue
        labels.append((words.mark(mark), mark in _WARNINGS))
    if node.hooks:
        count = len(node.hooks)
        label = words.hooks.format(count=count) if count > 1 else words.hook
        labels.append((label, False))
    values = chain(node.values, *node.grads, (node.held,))
    bad = next(filter(None, map(odd, values)), "")
    if bad:
        labels.append((bad, True))
    if not labels:
        return 0
    x = float(PAD)
    y = made.height - 2
    style = made.style
    for label, warn in labels:
        wide = width(label, 11.5, BOLD) + 32 if warn else width(label, 11.5) + 14
        shell, mark = ("lg-warn", "lg-wt") if warn else ("lg-chip", "lg-s")
        sign = "⚠ " if warn else ""
        made.parts.append(
            f'<rect{style[shell]} x="{x:g}" y="{y}" width="{wide:.4g}" '
            f'height="18" rx="9"/>'
            f'<text{style[mark]} x="{x + 7:g}" y="{y + 13}">'
            f"{sign}{escape(label)}</text>"
        )
        x += wide + 6
    made.height = y + 24
    return x - 6 + PAD


# What is said of a saved tensor in each state, as a name in ``Words``.
_STATES = {
    "kept": "saves",
    "freed": "freed",
    "overwritten": "overwritten",
    "hidden": "hidden",
}


def _footer(made: Card, node: Node, words: Words, narrow: bool) -> float:
    """The name of the node, and what it saved under which name."""
    made.foot = [("lg-m", escape(node.fn))]
    widest = width(node.fn, 11.5, MONO)
    room = 18 if narrow else _FOOT_LENGTH
    states = [one.state for one in node.saved]
    for state in _STATES:
        if state not in states:
            continue
        saved = [one for one in node.saved if one.state == state]
        mark = "lg-x" if state == "overwritten" else "lg-m"
        label = words.mark(_STATES[state])
        for i, line in enumerate(_wrap(saved, room - letters(label))):
            lead = label + " " if i == 0 else "\u00a0\u00a0"
            if state == "overwritten" and i == 0:
                lead = "⚠ " + lead
            made.foot.append((mark, escape(lead + line)))
            widest = max(widest, width(lead + line, 11.5, MONO))
    return widest + 2 * PAD


def _wrap(saved: list[Saved], room: int) -> list[str]:
    """Return ``self = a, other = b`` in at most three lines of ``room`` letters."""
    lines = [""]
    for i, one in enumerate(saved):
        piece = one.field
        if one.of and one.of != one.field:
            piece += f" = {one.of}"
        if lines[-1] and letters(lines[-1]) + letters(piece) > room:
            if len(lines) == 3:
                lines[-1] += f" … +{len(saved) - i}"
                break
            lines[-1] += ","
            lines.append("")
        lines[-1] += f", {piece}" if lines[-1] else piece
    return lines
