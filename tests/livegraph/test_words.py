"""Every word that is shown or said comes from one table, and can be replaced."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, replace
from html import unescape
from pathlib import Path

import pytest
import torch
from chinese import CHINESE, TEXTS
from graphs import network, unusual

import livegraph
from livegraph import Graph, Words, record, snapshot, text, translated
from livegraph.html import html, page
from livegraph.svg import svg, thumbnail
from livegraph.text import sentences
from livegraph.words import messages

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
    notes = ("Not recorded: mul (KeyError: 'own')",)
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


def hooked() -> Graph:
    """Return a graph in which a hook changes each of two gradients of one node."""
    w = torch.tensor([3.0, 4.0, 5.0], requires_grad=True)
    with record() as tape:
        a, b, c = w.unbind()
        for one in (a, b):
            one.register_hook(lambda grad: 2 * grad)
        y = a + b * 3 + c
        y.backward()
    return tape.graph(y)


def split() -> Graph:
    """Return a graph in which a node sends something else to each of three inputs."""

    class Split(torch.autograd.Function):
        @staticmethod
        def forward(ctx, a, b, c):
            return a.sum() + b.sum() + c.sum()

        @staticmethod
        def backward(ctx, grad):
            return torch.tensor([3.0, 4.0]), torch.tensor([5.0, 6.0]), grad.expand(2)

    a, b, c = (torch.ones(2, requires_grad=True) for _ in range(3))
    with record() as tape:
        y = Split.apply(a, b, c)
        y.backward()
    return tape.graph(y)


def step(graph: Graph, fn: str, words: Words) -> str:
    """Return what the node of this name does backward, in ``words``."""
    (found,) = [
        number
        for number, step in enumerate(graph.steps)
        if step.phase == "backward" and graph.nodes[step.node].fn == fn
    ]
    return sentences(graph, words)[found]


def test_clauses_are_joined_otherwise_than_a_list() -> None:
    graph = split()
    assert step(graph, "SplitBackward", Words()) == (
        "SplitBackward receives 1, sends [3, 4] to a, sends [5, 6] to b "
        "and sends [1, 1] to c."
    )
    assert step(graph, "SplitBackward", CHINESE) == (
        "SplitBackward 收到 1，向 a 传出 [3, 4]，向 b 传出 [5, 6]，向 c 传出 [1, 1]。"
    )
    assert CHINESE.listed(["a", "b", "c"]) == "a、b、c"


def test_several_hooks_are_told_in_one_sentence() -> None:
    graph = hooked()
    assert step(graph, "UnbindBackward0", Words()).startswith(
        "A hook on a changes 1 to 2 and a hook on b changes 3 to 6; UnbindBackward0 "
    )
    assert step(graph, "UnbindBackward0", CHINESE).startswith(
        "钩子把传到 a 的梯度 1 改为 2，把传到 b 的梯度 3 改为 6；UnbindBackward0 收到"
    )


def test_a_name_at_the_start_of_a_sentence_keeps_its_letters() -> None:
    words = Words(hook_changes="{node}: {before} → {after}")
    assert step(hooked(), "UnbindBackward0", words).startswith("a: 1 → 2 and a hook")


def test_the_names_of_a_title_are_a_list() -> None:
    w = torch.tensor(2.0, requires_grad=True)
    with record() as tape:
        y, z = w * 3, w * 4
    picture = svg(tape.graph(y, z), words=Words(last=" und "))
    assert ">Graph of y und z</title>" in picture


def test_a_page_is_marked_with_the_language_of_its_words() -> None:
    graph = old()
    for words, language in (
        (Words(), "en"),
        (Words(language="fr"), "fr"),
        (CHINESE, "zh-CN"),
        (translated(foreign), ""),
    ):
        assert page(graph, words=words).startswith(
            f'<!DOCTYPE html>\n<html lang="{language}"><head>'
        )


def test_the_language_is_no_text_to_translate() -> None:
    asked: list[str] = []
    translated(lambda text: asked.append(text) or text)
    assert asked == list(messages().values())
    assert "en" not in asked and len(asked) == len(asdict(Words())) - 1


@pytest.mark.parametrize("ending", ["html", "svg", "txt"])
def test_a_picture_is_saved_in_the_words_that_are_given(
    ending: str, tmp_path: Path
) -> None:
    w = torch.tensor(2.0, requires_grad=True)
    with record() as tape:
        y = w * 3
        y.backward()
    picture = tape.draw(y, words=CHINESE)
    saved = picture.save(tmp_path / f"graph.{ending}").read_text("utf-8")
    said = "把 1 乘以 3，得 3 传给 w"
    assert said in saved and said in repr(picture) and said in picture._repr_html_()
    assert "multiplies" not in saved
    assert "是叶子张量" in repr(livegraph.Picture(snapshot(y), CHINESE))


def test_each_word_has_its_chinese_with_the_same_names_in_it() -> None:
    for english, chinese in TEXTS.items():
        assert chinese, english
        assert set(FIELD.findall(chinese)) == set(FIELD.findall(english)), english
