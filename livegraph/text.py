"""The same graph in words, step by step."""

from __future__ import annotations

from typing import NamedTuple

from livegraph.collector import uncollected
from livegraph.graph import Edge, Graph, Node, Number, Saved, Value
from livegraph.moves import move
from livegraph.numbers import number_words
from livegraph.wording import close, node_words, title_of, value_words
from livegraph.words import ENGLISH, Words


@uncollected()
def text(graph: Graph, words: Words = ENGLISH) -> str:
    """Return the graph in words: what is in it, then each step on a line.

    ``words`` is the table of words, English as a rule.
    """
    told = tell(graph, words)
    lines = list(told.before)
    heading = ""
    several = any(step.backward_pass for step in graph.steps)
    for number, step in enumerate(graph.steps):
        part = words.forward_part
        if step.phase == "backward":
            part = words.backward_part
            if several:
                part = words.backward_pass.format(number=step.backward_pass + 1)
        if part != heading:
            lines.append(part)
            heading = part
        lines.append(f"{number + 1}. {told.steps[number]}")
    return "\n".join([*lines, *told.after, *told.notes])


class Told(NamedTuple):
    """A graph in words: what is in it, a sentence for each step, what is special.

    ``notes`` say what could not be known or drawn.
    """

    before: list[str]
    steps: list[str]
    after: list[str]
    notes: list[str]


def tell(graph: Graph, words: Words = ENGLISH) -> Told:
    """Return the parts of ``text(graph)``, each a list of sentences."""
    teller = _Teller(graph, words)
    before = [teller.headline()]
    before += [teller.leaf(node) for node in graph.nodes if node.kind == "leaf"]
    steps = [teller.sentence(number) for number in range(len(graph.steps))]
    after = [line for node in graph.nodes for line in teller.remarks(node)]
    return Told(before, steps, after, [words.of_note(note) for note in graph.notes])


def headline(graph: Graph, words: Words = ENGLISH) -> str:
    """Return one sentence: the roots, and how many cards of each kind."""
    return _Teller(graph, words).headline()


def sentence(graph: Graph, number: int, words: Words = ENGLISH) -> str:
    """Return what happens in step ``number`` (from 0) of ``graph.steps``."""
    return _Teller(graph, words).sentence(number)


def sentences(graph: Graph, words: Words = ENGLISH) -> list[str]:
    """Return the sentence of every step."""
    return tell(graph, words).steps


class _Teller:
    """Says what is in one graph, in the words of one table."""

    def __init__(self, graph: Graph, words: Words) -> None:
        self._graph = graph
        self._words = words

    def _of(self, value: Value | None) -> str:
        return value_words(value, self._words)

    def _name(self, node: int, output_nr: int = 0) -> str:
        return node_words(self._graph, node, output_nr, self._words)

    def headline(self) -> str:
        """Return one sentence: the roots, and how many cards of each kind."""
        graph, words = self._graph, self._words
        roots = [title_of(graph.nodes[root], words) for root in graph.roots]
        kinds = [node.kind for node in graph.nodes]
        counts = [
            one if count == 1 else many.format(count=count)
            for kind, one, many in (
                ("leaf", words.one_leaf, words.many_leaves),
                ("op", words.one_operation, words.many_operations),
                ("const", words.one_constant, words.many_constants),
            )
            if (count := kinds.count(kind)) or kind != "const"
        ]
        return words.headline.format(
            roots=words.listed(roots), counts=words.listed(counts)
        )

    def leaf(self, node: Node) -> str:
        """Return what a leaf held."""
        return self._words.leaf_holds.format(
            name=self._name(node.id), value=self._of(node.value)
        )

    def sentence(self, number: int) -> str:
        """Return what happens in a step."""
        step = self._graph.steps[number]
        node = self._graph.nodes[step.node]
        if step.phase == "forward":
            return self._forward(node)
        if node.kind == "leaf":
            return self._accumulates(node, step.backward_pass)
        edges = [self._graph.edges[place] for place in step.edges]
        words = self._words
        sent = words.sentence.format(
            node=node.fn, what=self._sends(node, edges, step.backward_pass)
        )
        hooks = self._hooked(node, step.backward_pass)
        return words.after_hooks.format(hooks=hooks, sentence=sent) if hooks else sent

    def _forward(self, node: Node) -> str:
        words = self._words
        title = title_of(node, words)
        told = [self._of(value) for value in node.values if value is not None]
        fields = words.listed([self._saved(one) for one in node.saved])
        if told:
            form = words.made_saving if fields else words.made
        else:
            form = words.ran_saving if fields else words.ran
        return form.format(
            title=title, values=words.listed(told), fn=node.fn, fields=fields
        )

    def _saved(self, one: Saved) -> str:
        of = one.of
        if not of and one.value is not None and one.value.numbers is not None:
            if len(one.value.numbers) == 1:
                of = self._of(one.value)
        if not of or of == one.field:
            return one.field
        return self._words.saved_as.format(value=of, field=one.field)

    def _accumulates(self, node: Node, number: int) -> str:
        words = self._words
        name = self._name(node.id)
        parts = node.parts[number] if number < len(node.parts) else ()
        before = node.before[number] if number < len(node.before) else None
        arrived = node.arrived[number][0] if node.arrived else None
        several = len(parts) > 1
        if node.grads[number][0] is None:
            return words.gets_nothing.format(name=name)
        got = self._of(node.grads[number][0])
        told = words.listed([self._of(part) for part in parts]) or got
        received = words.leaf_receives.format(name=name, parts=told)
        if arrived is not None:
            form = words.hook_changes_sum if several else words.hook_changes_it
            received = form.format(received=received, sum=self._of(arrived), got=got)
            several = False
        if before is not None:
            form = words.adds_them if several else words.adds_it
        else:
            form = words.holds_sum if several else words.holds
        return form.format(
            received=received, name=name, got=got, before=self._of(before)
        )

    def _hooked(self, node: Node, number: int) -> str:
        """Say what hooks made of the gradients that arrived, nothing where none did."""
        words = self._words
        row = node.arrived[number] if node.arrived else ()
        told: list[str] = []
        for which, before in enumerate(row):
            if before is not None:
                form = words.hook_changes_too if told else words.hook_changes
                clause = form.format(
                    node=self._name(node.id, which),
                    before=self._of(before),
                    after=self._of(node.grads[number][which]),
                )
                told.append(clause)
        return words.joined(told)

    def _sends(self, node: Node, edges: list[Edge], number: int) -> str:
        words = self._words
        came = [value for value in node.grads[number] if value is not None]
        if not came:
            return words.nothing_came
        got = words.listed([self._of(value) for value in came])
        if not edges:
            return words.sends_nothing.format(got=got)
        ways = [_way(node, edge, number, came) for edge in edges]
        targets = [self._name(edge.src, edge.output_nr) for edge in edges]
        if all(way == "passes" for way, _ in ways):
            return words.passes.format(got=got, target=words.listed(targets))
        told = [
            getattr(words, way).format(
                got=got,
                sent=self._of(edge.grads[number]),
                target=target,
                factor=self._factor(factor),
            )
            for (way, factor), edge, target in zip(ways, edges, targets, strict=True)
        ]
        if ways[0][0] == "sends":
            told = [words.receives.format(got=got), *told]
        if all(way in ("passes", "sends") for way, _ in ways):
            return words.joined(told)
        return words.clause.join(told)

    def _factor(self, factor: Saved | Number | None) -> str:
        if not isinstance(factor, Saved):
            return "" if factor is None else number_words(factor)
        told = self._of(factor.value)
        return f"{factor.of} = {told}" if factor.of else told

    def remarks(self, node: Node) -> list[str]:
        """Return what is special about a node, and what a leaf holds at the end."""
        words = self._words
        name = self._name(node.id)
        lines = []
        if node.hooks:
            hooks = words.comma.join(map(words.of_hook, node.hooks))
            lines.append(words.hooks_on.format(name=name, hooks=hooks))
        for mark, form in (
            ("in-place", words.was_in_place),
            ("view", words.is_view),
            ("custom", words.is_custom),
            ("changed", words.was_changed),
        ):
            if mark in node.marks:
                lines.append(form.format(name=name))
        for state, form in (
            ("freed", words.now_freed),
            ("overwritten", words.now_overwritten),
            ("hidden", words.now_hidden),
        ):
            told = [self._saved(one) for one in node.saved if one.state == state]
            if told:
                fields = words.listed(told)
                lines.append(form.format(fn=node.fn, name=name, fields=fields))
        if node.kind == "leaf" and node.held is None:
            lines.append(words.grad_none.format(name=name))
        elif node.kind == "leaf":
            lines.append(words.grad_holds.format(name=name, value=self._of(node.held)))
        return lines


def _way(
    node: Node, edge: Edge, number: int, came: list[Value]
) -> tuple[str, Saved | Number | None]:
    """Return how a node makes what it sends, as a name in ``Words``; and the factor.

    A verb is used only where the numbers bear it out. ``came`` are the gradients
    that arrived: of several, nothing is said but that they did.
    """
    sent = edge.grads[number]
    if len(came) > 1:
        return "sends", None
    (got,) = came
    for one in _factors(node, edge):
        if one.value is not None and _is_product(got, one.value, sent):
            return "multiplies", one
    if sent == got:
        return "passes", None
    moved = move(node.fn, got, sent)
    if moved:
        return moved, None
    factor = _common_factor(got, sent)
    if factor is not None and factor != 1:
        return "multiplies", factor
    return "sends", None


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
