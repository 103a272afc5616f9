"""The same graph in words, step by step."""

from __future__ import annotations

from livegraph.graph import Edge, Graph, Node, Number, Saved, Value
from livegraph.moves import move
from livegraph.wording import (
    close,
    node_words,
    number_words,
    title_of,
    value_words,
)

_STATES = {
    "freed": "now freed",
    "overwritten": "overwritten since: backward will refuse it",
    "hidden": "packed by a hook",
}


def text(graph: Graph) -> str:
    """Return the graph in words: what is in it, then each step on a line."""
    lines = [headline(graph)]
    lines += [_leaf_line(graph, node) for node in graph.nodes if node.kind == "leaf"]
    heading = ""
    several = any(step.backward_pass for step in graph.steps)
    for number, step in enumerate(graph.steps):
        part = "Forward:"
        if step.phase == "backward":
            which = f", pass {step.backward_pass + 1}" if several else ""
            part = f"Backward{which}:"
        if part != heading:
            lines.append(part)
            heading = part
        lines.append(f"{number + 1}. {sentence(graph, number)}")
    lines += [line for node in graph.nodes for line in _remarks(graph, node)]
    return "\n".join([*lines, *graph.notes])


def headline(graph: Graph) -> str:
    """Return one sentence: the roots, and how many cards of each kind."""
    roots = _listed([_root_words(graph, root) for root in graph.roots])
    kinds = [node.kind for node in graph.nodes]
    counts = [
        _count(kinds.count("leaf"), "leaf", "leaves"),
        _count(kinds.count("op"), "operation", "operations"),
    ]
    if "const" in kinds:
        counts.append(_count(kinds.count("const"), "constant", "constants"))
    return f"The graph of {roots}: {_listed(counts)}."


def sentence(graph: Graph, number: int) -> str:
    """Return what happens in step ``number`` (from 0) of ``graph.steps``."""
    step = graph.steps[number]
    node = graph.nodes[step.node]
    if step.phase == "forward":
        return _forward(node)
    if node.kind == "leaf":
        return _accumulates(graph, node, step.backward_pass)
    edges = [graph.edges[place] for place in step.edges]
    sent = _sends(graph, node, edges, step.backward_pass)
    return _hooked(graph, node, step.backward_pass) + sent


def sentences(graph: Graph) -> list[str]:
    """Return the sentence of every step."""
    return [sentence(graph, number) for number in range(len(graph.steps))]


def _forward(node: Node) -> str:
    told = [value_words(value) for value in node.values if value is not None]
    words = title_of(node)
    words += f" is {_listed(told)}" if told else f" runs as {node.fn}"
    if node.saved:
        words += f"; {node.fn} saves {_listed([_saved(one) for one in node.saved])}"
    return words + "."


def _saved(one: Saved) -> str:
    if not one.of and one.value is not None and one.value.numbers is not None:
        if len(one.value.numbers) == 1:
            return f"{value_words(one.value)} as {one.field}"
    if not one.of or one.of == one.field:
        return one.field
    return f"{one.of} as {one.field}"


def _accumulates(graph: Graph, node: Node, number: int) -> str:
    name = node_words(graph, node.id)
    parts = node.parts[number] if number < len(node.parts) else ()
    got = node.grads[number][0]
    before = node.before[number] if number < len(node.before) else None
    arrived = node.arrived[number][0] if node.arrived else None
    told = [value_words(part) for part in parts]
    words = f"AccumulateGrad of {name} receives {_listed(told) or value_words(got)}"
    if arrived is not None:
        what = "their sum" if len(parts) > 1 else "it"
        if len(parts) > 1:
            what += f" {value_words(arrived)}"
        words += f"; a hook changes {what} to {value_words(got)}"
    if before is not None:
        what = "them" if len(parts) > 1 and arrived is None else "it"
        return f"{words} and adds {what} to {value_words(before)} in {name}.grad."
    if len(parts) > 1 and arrived is None:
        return f"{words}; {name}.grad holds the sum {value_words(got)}."
    return f"{words}; {name}.grad holds {value_words(got)}."


def _hooked(graph: Graph, node: Node, number: int) -> str:
    """Say what hooks made of the gradients that arrived, "" where nothing."""
    row = node.arrived[number] if node.arrived else ()
    told = [
        f"a hook on {node_words(graph, node.id, which)} changes {value_words(before)} "
        f"to {value_words(node.grads[number][which])}"
        for which, before in enumerate(row)
        if before is not None
    ]
    words = _listed(told)
    return f"{words[0].upper()}{words[1:]}; " if words else ""


def _sends(graph: Graph, node: Node, edges: list[Edge], number: int) -> str:
    got = _first(node.grads[number])
    if got is None:
        return f"{node.fn} runs, but no gradient arrived at it."
    ways = [_way(graph, node, edge, number, got) for edge in edges]
    same = [way for way in ways if way is None]
    if not edges:
        return f"{node.fn} receives {value_words(got)} and sends no gradient on."
    if len(same) == len(edges):
        targets = [node_words(graph, e.src, e.output_nr) for e in edges]
        return f"{node.fn} passes {value_words(got)} on to {_listed(targets)}."
    told = [
        way
        or f"passes {value_words(got)} on to "
        f"{node_words(graph, edge.src, edge.output_nr)}"
        for way, edge in zip(ways, edges, strict=True)
    ]
    if told[0].startswith("sends"):
        told = [f"receives {value_words(got)}", *told]
    if any(" and " in part for part in told):
        return f"{node.fn} {'; it '.join(told)}."
    return f"{node.fn} {_listed(told)}."


def _way(graph: Graph, node: Node, edge: Edge, number: int, got: Value) -> str | None:
    """Return what a node does to send a gradient; None if it passes it on as it is.

    A verb is used only where the numbers bear it out.
    """
    sent = edge.grads[number]
    target = node_words(graph, edge.src, edge.output_nr)
    for one in _factors(node, edge):
        if one.value is not None and _is_product(got, one.value, sent):
            factor = value_words(one.value)
            named = f"{one.of} = {factor}" if one.of else factor
            return (
                f"multiplies {value_words(got)} by {named} and sends "
                f"{value_words(sent)} to {target}"
            )
    if sent == got:
        return None
    moved = move(node.fn, got, sent)
    if moved:
        moved = moved.format(value_words(got))
        return f"{moved} and sends {value_words(sent)} to {target}"
    factor = _common_factor(got, sent)
    if factor is not None and factor != 1:
        return (
            f"multiplies {value_words(got)} by {number_words(factor)} and sends "
            f"{value_words(sent)} to {target}"
        )
    return f"sends {value_words(sent)} to {target}"


def _factors(node: Node, edge: Edge) -> list[Saved]:
    """Return the saved tensors that could be a factor on the way to this input."""
    if node.fn.startswith("Mul"):
        field = "self" if edge.input_nr else "other"
        return [one for one in node.saved if one.field == field]
    return list(node.saved)


def _is_product(got: Value, factor: Value, sent: Value) -> bool:
    """Tell whether ``sent`` is ``got`` times ``factor``, element by element."""
    if None in (got.numbers, factor.numbers, sent.numbers):
        return False
    left, right, product = got.numbers, factor.numbers, sent.numbers
    if len(left) == 1:
        left = left * len(right)
    if len(right) == 1:
        right = right * len(left)
    return len(left) == len(right) == len(product) and all(
        close(one * _conjugate(other), both)
        for one, other, both in zip(left, right, product, strict=True)
    )


def _conjugate(number: Number) -> Number:
    return number.conjugate() if isinstance(number, complex) else number


def _common_factor(got: Value, sent: Value) -> Number | None:
    """Return the one number that turns ``got`` into ``sent``, None if there is none."""
    if not got.numbers or not sent.numbers or len(got.numbers) != len(sent.numbers):
        return None
    pairs = [pair for pair in zip(got.numbers, sent.numbers, strict=True) if pair[0]]
    if not pairs:
        return None
    factor = pairs[0][1] / pairs[0][0]
    whole = round(factor.real, 6)
    factor = whole if factor == whole else factor
    if all(
        close(one * factor, other)
        for one, other in zip(got.numbers, sent.numbers, strict=True)
    ):
        return factor
    return None


def _leaf_line(graph: Graph, node: Node) -> str:
    return (
        f"{node_words(graph, node.id)} is a leaf and holds {value_words(node.value)}."
    )


def _remarks(graph: Graph, node: Node) -> list[str]:
    """Return what is special about a node, and what a leaf holds at the end."""
    name = node_words(graph, node.id)
    lines = []
    if node.hooks:
        lines.append(f"Hooks on {name}: {', '.join(node.hooks)}.")
    for mark, words in (
        ("in-place", "was changed in place"),
        ("view", "is a view"),
        ("custom", "comes from a custom Function"),
    ):
        if mark in node.marks:
            lines.append(f"{name} {words}.")
    for state, words in _STATES.items():
        told = [_saved(one) for one in node.saved if one.state == state]
        if told:
            lines.append(f"{node.fn} of {name}: {_listed(told)} {words}.")
    if node.kind == "leaf":
        if node.held is None:
            lines.append(f"{name}.grad is None.")
        else:
            lines.append(f"{name}.grad holds {value_words(node.held)}.")
    return lines


def _root_words(graph: Graph, root: int) -> str:
    return title_of(graph.nodes[root])


def _first(values: tuple[Value | None, ...]) -> Value | None:
    return next((value for value in values if value is not None), None)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _listed(words: list[str]) -> str:
    """Join words as a sentence does: a, b and c."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
