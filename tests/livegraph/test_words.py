"""Every word that is shown or said comes from one table, and can be replaced."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, replace
from html import unescape
from pathlib import Path

import pytest
import torch
from graphs import network, unusual

import livegraph
from livegraph import Graph, Words, record, snapshot, text, translated
from livegraph.html import html, page
from livegraph.svg import svg, thumbnail

FIELD = re.compile(r"\{\w+\}")
WORD = re.compile(r"[A-Za-z]{2,}")
# What the data does not hold and no language changes.
CODE = {"grad", "nan", "inf"}
FOREIGN = str.maketrans(
    {letter: chr(0x410 + place) for place, letter in enumerate("abcdefghijklmnop")}
    | {letter: "Я" for letter in "qrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"}
)


def foreign(words: str) -> str:
    """Return ``words`` in letters of another script, the names in braces kept."""
    kept = FIELD.findall(words)
    rest = [part.translate(FOREIGN) for part in FIELD.split(words)]
    return "".join(a + b for a, b in zip(rest, [*kept, ""], strict=True))


def busy() -> Graph:
    """Return the recorded graph of a program in which much happens."""

    def double(grad: torch.Tensor) -> torch.Tensor:
        return grad * 2

    w = torch.tensor([1.0, 2.0], requires_grad=True)
    x = torch.tensor(3.0, requires_grad=True)
    unused = torch.ones(2, requires_grad=True)
    with record() as tape:
        a = w * x
        a.register_hook(double)
        w.register_hook(double)
        b = a.view(2, 1).t().permute(1, 0)
        first, second = (b * 2).unbind()
        c = torch.stack([first, second])[1:] + (unused.detach() * w).sum()
        c.sum().backward(retain_graph=True)
        y = c.sum() + x.sum()
        y.backward()
        x.register_post_accumulate_grad_hook(lambda leaf: None)
    notes = ("Not recorded: KeyError while noting mul: 'own'",)
    return replace(tape.graph(y), notes=notes)


def old() -> Graph:
    w = torch.ones(5, 20, requires_grad=True)
    y = (w * w).tanh().sum()
    return snapshot(y)


GRAPHS = {"unusual": unusual(), "network": network(12), "busy": busy(), "old": old()}


def shown(markup: str) -> str:
    """Return the texts of a page, and those of its attributes that are read out."""
    told = re.findall(
        r' (?:aria-label|aria-valuetext|data-play|data-pause)="([^"]*)"', markup
    )
    plain = re.sub(r"<style.*?</style>|<script.*?</script>", " ", markup, flags=re.S)
    return unescape(" ".join([re.sub(r"<[^>]*>", " ", plain), *told]))


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize(
    "form", [text, svg, thumbnail, html, page], ids=lambda form: form.__name__
)
def test_no_english_is_left_in_another_language(form, name: str) -> None:
    graph = GRAPHS[name]
    data = json.dumps(graph.to_dict(), default=str, ensure_ascii=False)
    given = set(WORD.findall(data))
    for note in graph.notes:
        assert note.removeprefix("Not recorded: ") != note
        given -= {"Not", "recorded"}
    hooks = {hook for node in graph.nodes for hook in node.hooks if ": " in hook}
    given -= {"hook", "tensor", "after", "accumulation"} if hooks else set()
    made = shown(form(graph, words=translated(foreign)))
    # A caption can be part of a name or of the class of a node.
    left = {
        word
        for word in WORD.findall(made)
        if word not in CODE and not any(word in one for one in given)
    }
    assert not left


def test_a_translation_is_used_and_may_change_the_order() -> None:
    words = Words(made="{values} ← {title}", graph_of="{names}: Graph")
    w = torch.tensor(2.0, requires_grad=True)
    with record() as tape:
        y = w * 3
    graph = tape.graph(y)
    assert "6 ← y = w * 3" in text(replace_saved(graph), words)
    assert ">y: Graph<" in svg(graph, words=words)


def replace_saved(graph: Graph) -> Graph:
    """Return ``graph`` without what its nodes saved."""
    return replace(graph, nodes=tuple(replace(one, saved=()) for one in graph.nodes))


def test_every_entry_of_the_table_is_used() -> None:
    folder = Path(livegraph.__file__).parent
    source = "".join(
        path.read_text("utf-8") for path in folder.glob("*.py") if path.stem != "words"
    )
    words = (folder / "words.py").read_text("utf-8")
    source += words.partition("@dataclass")[0] + words.partition("def mark")[2]
    table = asdict(Words())
    named = {"overwritten", "hidden", "freed"}  # by the state of a saved tensor
    unused = [
        name
        for name in table
        if f".{name}" not in source
        and f'"{name}"' not in source
        and f'"{name.replace("_", "-")}"' not in source
        and name not in named
    ]
    assert not unused
