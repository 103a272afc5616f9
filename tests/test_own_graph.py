"""Code on a page that is run and drawn: its picture, its words, what is refused."""

import html
import re
import shlex
import sys

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from conftest import AWKWARD, HOME, LESSON, ROOT, run, site, tiny_site
from sphinx import locale

from livegraph import record
from livegraph.text import sentences
from sphinxext.graphs import interface_words
from sphinxext.state import isolated

CODE = """\
import torch

w = torch.tensor([1.0], requires_grad=True)
x = torch.tensor([2.0], requires_grad=True)
a = x + w
b = w + 1
y = a * b
y.backward()
"""
LEAF = "import torch\nw = torch.ones(1, requires_grad=True)\ny = w * 2\n"
COUNTED = 'with open("../runs.txt", "a") as runs:\n    print("once", file=runs)\n'
REFUSED = {
    "print(w)": "an output without a promise",
    "y = w * unknown": "an uncaught error",
    "w.grad_fn.name()": "an uncaught error",
    "y * 3": "a bare expression",
    "raise SystemExit": "an uncaught error",
    ":roots: q": "no graph can be drawn: no tensor is named 'q'",
    ":roots: w, k": "no graph can be drawn: k needs no gradient",
    ":roots: ,": "no graph can be drawn: no root",
}


def block(code, root="y"):
    return f"```{{livegraph}}\n:roots: {root}\n{code}```\n"


def told():
    """Return the sentences of the graph that ``CODE`` computes."""
    with isolated():
        space = {}
        with record(names=space) as tape:
            exec(CODE, space)
        return sentences(tape.graph("y"))


def runs(copy):
    """Return how often the code in ``copy`` has run."""
    return (copy / "runs.txt").read_text("utf-8").count("once")


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A tiny site with one drawn snippet, built once."""
    folder = tmp_path_factory.mktemp("own") / AWKWARD
    tiny_site(folder, {"a": LESSON}, HOME + "\n" + block(COUNTED + CODE))
    result = site(folder, "html")
    assert 0 == result.status, result.said
    return folder


@pytest.fixture(scope="module")
def page(copy):
    return (copy / "_build/html/index.html").read_text("utf-8")


def test_the_picture_stands_below_the_code(page):
    (figure,) = re.findall(r'<figure class="lg" id="graph-1">.*?</figure>', page, re.S)
    words = re.findall(r"<li>(.*?)</li>", figure)

    assert "<svg" in figure
    assert told() == [html.unescape(line) for line in words]
    assert page.index("requires_grad") < page.index(figure)
    assert ":roots:" not in page
    assert "livegraph.js" in page


def test_an_unchanged_page_runs_no_second_time(copy, page):
    index = copy / "docs" / "index.md"
    text = index.read_text("utf-8")

    assert 1 == runs(copy)
    for command in ("html", "doctest"):
        assert 0 == site(copy, command).status
        assert 1 == runs(copy)
    index.write_text(text.replace("x + w", "w + x"), "utf-8")
    assert 0 == site(copy, "html").status
    assert 2 == runs(copy)
    index.write_text(text, "utf-8")
    assert 0 == site(copy, "html").status
    assert page == (copy / "_build/html/index.html").read_text("utf-8")


@pytest.mark.parametrize("builder", ["text", "latex"])
def test_builders_without_pictures_show_the_words(copy, builder):
    words = ("-n", "-W", "-q", "-b", builder, "-c", ".", "-d", f"_build/{builder}.d")
    command = (sys.executable, "-m", "sphinx", *words, "docs", f"_build/{builder}")

    result = run(copy, *command)

    assert 0 == result.status, result.said
    made = {"text": "index.txt", "latex": "autogradfieldguide.tex"}[builder]
    shown = (copy / "_build" / builder / made).read_text("utf-8")
    for mark, meant in (("{[}", "["), ("{]}", "]")):
        shown = shown.replace(mark, meant)
    shown = " ".join(shown.split())
    for sentence in told():
        assert sentence in shown


def test_what_cannot_be_shown_is_named_with_file_and_line(tmp_path):
    home = HOME
    expected = {}
    for text, wrong in REFUSED.items():
        root = text.partition(": ")[2] if text.startswith(":") else "y"
        start = home.count("\n") + 2
        home += "\n" + block(LEAF + "k = torch.ones(1)\n", root)
        if not text.startswith(":"):
            home = home.removesuffix("```\n") + f"{text}\n```\n"
            start = home.count("\n") - 1
        expected[start] = wrong
    folder = tiny_site(tmp_path / AWKWARD, {"a": LESSON}, home)

    result = site(folder, "html")

    found = re.findall(r"docs/index\.md:(\d+): (.*)", result.said)
    assert 0 != result.status
    assert not (folder / "_build/html").exists()
    for line, wrong in expected.items():
        assert any(int(at) == line and wrong in text for at, text in found), (
            line,
            wrong,
        )
    assert expected.keys() == {int(at) for at, _ in found}


def test_the_page_prints_what_the_command_line_prints(tmp_path):
    text = (ROOT / "docs/livegraph/index.md").read_text("utf-8")
    (script,) = re.findall(r":caption: step\.py\n\n(.*?)```", text, re.DOTALL)
    ((typed, printed),) = re.findall(
        r"\$ python (-m livegraph .*)\n((?:.+\n)+?)```", text
    )
    (tmp_path / "step.py").write_text(script, "utf-8")

    result = run(tmp_path, sys.executable, *shlex.split(typed), PYTHONPATH=str(ROOT))

    assert printed == result.said
    assert "<svg" in (tmp_path / "graph.html").read_text("utf-8")


def test_a_picture_speaks_the_language_of_the_build(tmp_path, monkeypatch):
    catalog = Catalog(locale="de")
    catalog.add("Step back", "Einen Schritt zurück")
    catalog.add("{title} is {values}.", "{values} ist {title}.")
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "interface.mo").open("wb") as file:
        write_mo(file, catalog)
    monkeypatch.setattr(locale, "translators", {})
    locale.init([tmp_path], "de", "interface")
    words = interface_words()
    assert words.back == "Einen Schritt zurück"
    assert words.made == "{values} ist {title}."
    assert words.forward == "Step forward"
