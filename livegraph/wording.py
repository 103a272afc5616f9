"""Values and names of a graph as short words."""

from __future__ import annotations

import math

from livegraph.graph import Graph, Node, Number, Value

_IN_FULL = 6
_LONG = 30


def number_words(number: Number) -> str:
    """Return a number with four significant digits: 0.3333, 1e+20, nan, True."""
    if isinstance(number, complex):
        imaginary = f"{number_words(abs(number.imag))}j"
        if not number.real:
            return f"-{imaginary}" if number.imag < 0 else imaginary
        sign = "-" if number.imag < 0 else "+"
        return f"{number_words(number.real)}{sign}{imaginary}"
    if isinstance(number, (bool, int)):
        return str(number)
    # Zero has one spelling: a minus sign on it would look like a mistake.
    return f"{number:.4g}" if number else "0"


def shape_words(shape: tuple[int, ...]) -> str:
    """Return "4×3", or "scalar" for no dimensions."""
    return "×".join(map(str, shape)) if shape else "scalar"


def value_words(value: Value | None) -> str:
    """Return a value in a few words.

    Up to six numbers are told in full, as nested lists; of up to the recorder's
    limit the first four; of more the shape and the norm.
    """
    if value is None:
        return "an unknown value"
    if value.numbers is None:
        if value.norm is None:
            return f"not seen (shape {shape_words(value.shape)}, {value.dtype})"
        return f"{shape_words(value.shape)} with norm {number_words(value.norm)}"
    words = [number_words(number) for number in value.numbers]
    if not value.shape:
        return words[0]
    if not words:
        return f"{shape_words(value.shape)}, no elements"
    if len(words) <= _IN_FULL:
        return _nested(words, value.shape)
    return f"{shape_words(value.shape)} [{', '.join(words[:4])}, …]"


def _nested(words: list[str], shape: tuple[int, ...]) -> str:
    """Join the words into lists, from the innermost dimension outwards."""
    for size in reversed(shape):
        rows = range(0, len(words), size)
        words = [f"[{', '.join(words[row : row + size])}]" for row in rows]
    return words[0]


def node_words(graph: Graph, node: int, output_nr: int = 0) -> str:
    """Return the name of a node's output; its expression or function without one."""
    card = graph.nodes[node]
    names = [name for name in card.names if name]
    if output_nr < len(card.names) and card.names[output_nr]:
        return card.names[output_nr]
    if card.kind == "const":
        return card.expr or value_words(card.value)
    if names:
        return f"output {output_nr} beside {names[0]}"
    if card.kind == "leaf":
        return f"leaf {_rank(graph, node)}"
    words = card.expr or card.fn
    if len(words) > _LONG:
        head, bracket, _ = words.partition("(")
        words = f"{head}(…)" if bracket and head else card.fn
    return f"{words} in {card.module}" if card.module else words


def _rank(graph: Graph, node: int) -> int:
    """Count the leaves up to ``node``, so that each nameless one has a number."""
    return sum(card.kind == "leaf" for card in graph.nodes[: node + 1])


def title_of(card: Node) -> str:
    """Return "b = w + 1", or as much of it as is known."""
    name = ", ".join(name for name in card.names if name)
    if "in-place" in card.marks and card.expr:
        return f"{card.expr} (now {name})" if name else card.expr
    if name and card.expr:
        return f"{name} = {card.expr}"
    return name or card.expr or card.fn


def alike(left: Value, right: Value) -> bool:
    """Tell whether two values are equal up to rounding; nan equals nan.

    Values without numbers are compared by norm and extremes.
    """
    if left == right:
        return True
    if left.shape != right.shape or (left.numbers is None) != (right.numbers is None):
        return False
    ours, theirs = left.numbers, right.numbers
    if ours is None or theirs is None:
        told = [(one.norm, one.low, one.high) for one in (left, right)]
        ours, theirs = ([one for one in many if one is not None] for many in told)
    return len(ours) == len(theirs) and all(
        close(one, other) or (one != one and other != other)
        for one, other in zip(ours, theirs, strict=True)
    )


def close(left: Number, right: Number) -> bool:
    """Tell whether two numbers are equal up to float32 rounding."""
    if left == right:
        return True
    if not (math.isfinite(abs(left)) and math.isfinite(abs(right))):
        return False
    return abs(left - right) <= 1e-5 * max(abs(left), abs(right))
