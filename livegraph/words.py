"""Every word that a picture, its text and its stepper say, in one table.

Names in braces stand for what is filled in. A translation is another ``Words``,
made whole or with ``translated``; code, function names and names of variables
are no words of this table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

_HOOKS = {
    "tensor hook": "tensor_hook",
    "hook after accumulation": "accumulation_hook",
    "node hook": "node_hook",
    "hook before the node": "node_prehook",
}


@dataclass(frozen=True, slots=True)
class Words:
    """The table, with the English words as its defaults.

    ``language`` is the tag with which a page is marked, as in ``zh-CN``; empty means
    unknown.
    """

    language: str = "en"

    # On a card and on an edge.
    value: str = "value"
    grad: str = "grad"
    none: str = "none"
    empty: str = "empty"
    unseen: str = "not seen"
    sum_of: str = "sum of {count}"
    more: str = "{count} more"
    operations: str = "{count} operations"
    hook: str = "hook"
    hooks: str = "hook ×{count}"
    in_place: str = "in-place"
    view: str = "view"
    custom: str = "custom"
    freed: str = "freed"
    changed: str = "changed later"
    undefined: str = "undefined"
    saves: str = "saves"
    overwritten: str = "overwritten"
    hidden: str = "packed by a hook"

    # Around a picture.
    title: str = "Autograd graph"
    graph_of: str = "Graph of {names}"
    colours: str = "below zero … above zero, per card"
    scroll: str = "This picture is wider than the page: scroll it sideways. ↔"
    group: str = "{label}: {count} operations"
    not_drawn: str = "Not drawn: the picture would be too large."
    in_words: str = "The same graph in words"
    more_steps: str = "{count} more steps"
    play: str = "Play"
    pause: str = "Pause"
    back: str = "Step back"
    forward: str = "Step forward"
    step: str = "Step"

    # A list of several, clauses of one sentence, and how a sentence ends.
    comma: str = ", "
    last: str = " and "
    then: str = "{told}, {next}"
    and_then: str = "{told} and {next}"
    clause: str = "; it "
    sentence: str = "{node} {what}."

    # A value or a name inside a sentence.
    unknown_value: str = "an unknown value"
    not_seen: str = "not seen (shape {shape}, {dtype})"
    with_norm: str = "{shape} with norm {norm}"
    no_elements: str = "{shape}, no elements"
    scalar: str = "scalar"
    beside: str = "output {number} beside {name}"
    leaf_number: str = "leaf {number}"
    inside: str = "{node} in {module}"
    now: str = "{expr} (now {name})"
    saved_as: str = "{value} as {field}"

    # The graph as a whole.
    headline: str = "The graph of {roots}: {counts}."
    one_leaf: str = "1 leaf"
    many_leaves: str = "{count} leaves"
    one_operation: str = "1 operation"
    many_operations: str = "{count} operations"
    one_constant: str = "1 constant"
    many_constants: str = "{count} constants"
    leaf_holds: str = "{name} is a leaf and holds {value}."
    forward_part: str = "Forward:"
    backward_part: str = "Backward:"
    backward_pass: str = "Backward, pass {number}:"

    # A step forward.
    made: str = "{title} is {values}."
    made_saving: str = "{title} is {values}; {fn} saves {fields}."
    ran: str = "{title} runs as {fn}."
    ran_saving: str = "{title} runs as {fn}; {fn} saves {fields}."

    # A step backward: what a node does, after its name.
    receives: str = "receives {got}"
    passes: str = "passes {got} on to {target}"
    sends: str = "sends {sent} to {target}"
    multiplies: str = "multiplies {got} by {factor} and sends {sent} to {target}"
    reshapes: str = "reshapes {got} and sends {sent} to {target}"
    transposes: str = "transposes {got} and sends {sent} to {target}"
    permutes: str = "permutes the dimensions of {got} and sends {sent} to {target}"
    places: str = "puts {got} among zeros and sends {sent} to {target}"
    adds_up: str = "adds up {got} and sends {sent} to {target}"
    sends_nothing: str = "receives {got} and sends no gradient on"
    nothing_came: str = "runs, but no gradient arrived at it"
    hook_changes: str = "A hook on {node} changes {before} to {after}"
    hook_changes_too: str = "a hook on {node} changes {before} to {after}"
    after_hooks: str = "{hooks}; {sentence}"

    # A step backward: what the node of a leaf does.
    leaf_receives: str = "AccumulateGrad of {name} receives {parts}"
    hook_changes_it: str = "{received}; a hook changes it to {got}"
    hook_changes_sum: str = "{received}; a hook changes their sum {sum} to {got}"
    adds_it: str = "{received} and adds it to {before} in {name}.grad."
    adds_them: str = "{received} and adds them to {before} in {name}.grad."
    holds: str = "{received}; {name}.grad holds {got}."
    holds_sum: str = "{received}; {name}.grad holds the sum {got}."
    gets_nothing: str = (
        "AccumulateGrad of {name} gets no gradient and leaves {name}.grad as it was."
    )

    # What is special about a node, and what a leaf holds at the end.
    hooks_on: str = "Hooks on {name}: {hooks}."
    tensor_hook: str = "tensor hook: {name}"
    accumulation_hook: str = "hook after accumulation: {name}"
    node_hook: str = "node hook: {name}"
    node_prehook: str = "hook before the node: {name}"
    was_in_place: str = "{name} was changed in place."
    is_view: str = "{name} is a view."
    is_custom: str = "{name} comes from a custom Function."
    was_changed: str = (
        "{name} was changed later where autograd does not see it: "
        "the value here is from before."
    )
    now_freed: str = "{fn} of {name}: {fields} now freed."
    now_overwritten: str = (
        "{fn} of {name}: {fields} overwritten since: backward will refuse it."
    )
    now_hidden: str = "{fn} of {name}: {fields} packed by a hook."
    grad_none: str = "{name}.grad is None."
    grad_holds: str = "{name}.grad holds {value}."

    # What could not be recorded.
    nested_pass: str = "A backward pass inside another one is not told."
    not_recorded: str = "Not recorded: {what}"

    def mark(self, mark: str) -> str:
        """Return the word for one of ``Node.marks`` or ``Saved.state``."""
        return getattr(self, mark.replace("-", "_"))

    def of_hook(self, hook: str) -> str:
        """Return one of ``Node.hooks``, of which the data tells the kind in English."""
        kind, _, name = hook.partition(": ")
        field = _HOOKS.get(kind)
        return getattr(self, field).format(name=name) if field else hook

    def of_note(self, note: str) -> str:
        """Return one of ``Graph.notes``, which are English in the data."""
        if note == ENGLISH.nested_pass:
            return self.nested_pass
        head = ENGLISH.not_recorded.partition("{")[0]
        if note.startswith(head):
            return self.not_recorded.format(what=note.removeprefix(head))
        return note

    def listed(self, words: list[str]) -> str:
        """Join words as a sentence does: a, b and c."""
        if len(words) < 2:
            return "".join(words)
        return self.comma.join(words[:-1]) + self.last + words[-1]

    def joined(self, clauses: list[str]) -> str:
        """Join clauses as a sentence does: it receives a, sends b and sends c."""
        told = clauses[0] if clauses else ""
        for place, clause in enumerate(clauses[1:], 2):
            form = self.and_then if place == len(clauses) else self.then
            told = form.format(told=told, next=clause)
        return told


ENGLISH = Words()


def messages() -> dict[str, str]:
    """Return each English text that a translation replaces, by its entry."""
    return {name: text for name, text in asdict(ENGLISH).items() if name != "language"}


def translated(translate: Callable[[str], str], language: str = "") -> Words:
    """Return the table with each text replaced by ``translate`` of it.

    ``translate`` must keep the names in braces; it may change their order.

    ``language`` is the tag with which a page is marked, as in ``zh-CN``; empty means
    unknown.
    """
    texts = {name: translate(text) for name, text in messages().items()}
    return Words(language=language, **texts)
