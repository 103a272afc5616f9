"""Values and names of a graph as short words."""

from __future__ import annotations

import math

from livegraph.graph import Graph, Node, Number, Value
from livegraph.numbers import number_words
from livegraph.words import ENGLISH, Words

_IN_FULL = 6
_LONG = 30


def shape_words(shape: tuple[int, ...], words: Words = ENGLISH) -> str:
    """Return ``4×3``, or ``scalar`` for no dimensions."""
    return "×".join(map(str, shape)) if shape else words.scalar


def value_words(value: Value | None, words: Words = ENGLISH) -> str:
    """Return a value in a few words.

    Up to six numbers are told in full, as nested lists; of up to the recorder's
    limit the first four; of more the shape and the norm.
    """
    if value is None:
        return words.unknown_value
    if value.numbers is None:
        shape = shape_words(value.shape, words)
        if value.norm is None:
            return words.not_seen.format(shape=shape, dtype=value.dtype)
        return words.with_norm.format(shape=shape, norm=number_words(value.norm))
    numbers = [number_words(number) for number in value.numbers]
    if not value.shape:
        return numbers[0]
    if not numbers:
        return words.no_elements.format(shape=shape_words(value.shape, words))
    if len(numbers) <= _IN_FULL:
        return _nested(numbers, value.shape)
    return f"{shape_words(value.shape, words)} [{', '.join(numbers[:4])}, …]"


def _nested(words: list[str], shape: tuple[int, ...]) -> str:
    """Join the words into lists, from the innermost dimension outwards."""
    for size in reversed(shape):
        rows = range(0, len(words), size)
        words = [f"[{', '.join(words[row : row + size])}]" for row in rows]
    return words[0]


def node_words(
    graph: Graph, node: int, output_nr: int = 0, words: Words = ENGLISH
) -> str:
    """Return the name of a node's output; its expression or function without one."""
    card = graph.nodes[node]
    names = [name for name in card.names if name]
    if output_nr < len(card.names) and card.names[output_nr]:
        return card.names[output_nr]
    if card.kind == "const":
        return card.expr or value_words(card.value, words)
    if names:
        return words.beside.format(number=output_nr, name=names[0])
    if card.kind == "leaf":
        return words.leaf_number.format(number=_rank(graph, node))
    shown = card.expr or card.fn
    if len(shown) > _LONG:
        head, bracket, _ = shown.partition("(")
        shown = f"{head}(…)" if bracket and head else card.fn
    if not card.module:
        return shown
    return words.inside.format(node=shown, module=card.module)


def _rank(graph: Graph, node: int) -> int:
    """Count the leaves up to ``node``, so that each nameless one has a number."""
    return sum(card.kind == "leaf" for card in graph.nodes[: node + 1])


def title_of(card: Node, words: Words = ENGLISH) -> str:
    """Return ``b = w + 1``, or as much of it as is known."""
    name = ", ".join(name for name in card.names if name)
    if "in-place" in card.marks and card.expr:
        return words.now.format(expr=card.expr, name=name) if name else card.expr
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
