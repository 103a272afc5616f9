"""The picture on a page: words, controls, groups that open, in a real browser."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path

import pytest
import torch
from chinese import CHINESE
from graphs import chain, network, small, unusual, value

from benchmarks import models
from livegraph import record
from livegraph.fold import Fold
from livegraph.graph import Edge, Graph, Node
from livegraph.html import html, page, script
from livegraph.svg import draw
from livegraph.text import sentences
from livegraph.theme import stylesheet
from livegraph.words import Words, translated

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
VOID = {"input", "meta", "br"}


class Reader(HTMLParser):
    """Collects ids, texts by tag, and complains about tags left open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.labels: list[str] = []
        self.feed(text)
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("id"):
            self.ids.append(str(found["id"]))
        for name in ("aria-label", "data-play", "data-pause"):
            if found.get(name):
                self.labels.append(str(found[name]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A closed tag needs nothing."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts.setdefault(self.open[-1], []).append(data)


@pytest.mark.parametrize("graph", [small(), unusual(), network(12), chain(900)])
def test_a_fragment_is_well_formed_and_its_ids_are_unique(graph: Graph) -> None:
    reader = Reader(html(graph, prefix="p1"))
    assert len(reader.ids) == len(set(reader.ids))
    assert all(name.startswith("p1") for name in reader.ids)


def test_every_step_stands_in_an_ordered_list() -> None:
    graph = small()
    assert Reader(html(graph)).texts["li"] == sentences(graph)
    assert "<ol>" in html(graph)
    steps = html(unusual()).split("<ol>")[1].split("</ol>")[0]
    assert "&lt;1&gt;" in steps and "<1>" not in steps


def test_without_script_the_controls_are_hidden_and_the_picture_is_whole() -> None:
    text = html(small(), inline=False)
    assert '<div class="lg-bar" hidden>' in text
    assert "<script" not in text and "<style" not in text
    assert "lg-off" not in text and "lg-early" not in text


def test_the_live_region_and_the_controls_have_names() -> None:
    text = html(small())
    assert 'aria-live="polite"' in text
    assert len(re.findall("<button[^>]* aria-label=", text)) == 3
    assert re.search('<input type="range"[^>]* aria-label=', text)


def test_every_word_of_the_controls_can_be_translated() -> None:
    reader = Reader(html(network(12), inline=False, words=translated("§{}".format)))
    assert reader.labels and all(label.startswith("§") for label in reader.labels)
    summaries = reader.texts["summary"]
    assert summaries and all(words.startswith("§") for words in summaries)


def test_the_script_shows_no_word_of_its_own() -> None:
    assigned = re.findall(r"textContent\s*=\s*([^;]+);", script())
    assert assigned == ["`${now}/${last} ${line}`"]
    assert "innerHTML" not in script()


def test_style_and_script_are_small_and_ask_for_nothing_from_outside() -> None:
    for text in (stylesheet(), script()):
        assert len(text.encode()) < 6144
        assert "http" not in text and "url(" not in text and "import" not in text


def test_motion_can_be_reduced() -> None:
    rule = stylesheet().split("prefers-reduced-motion:reduce")[1]
    assert "transition:none" in rule


def test_focus_is_visible() -> None:
    assert re.search(r"focus-visible[^{]*\{outline:2px solid", stylesheet())


def test_a_folded_card_opens_a_place_that_exists() -> None:
    text = html(network(12), prefix="p")
    targets = re.findall('data-open="([^"]+)"', text)
    assert len(set(targets)) >= 12
    for target in targets:
        assert f'<details class="lg-open" id="{target}">' in text


@pytest.mark.parametrize("graph", [network(40, layers=30), chain(3000), network(400)])
def test_no_picture_is_above_the_limit(graph: Graph) -> None:
    assert len(html(graph).encode()) <= 300_000
    assert len(page(graph).encode()) <= 300_000


def test_what_is_left_out_is_said() -> None:
    text = html(chain(3000))
    assert "Not drawn: the picture would be too large." in text
    assert re.search(r"\d+ more steps", text)


def test_what_could_not_be_known_is_said_under_the_picture() -> None:
    graph = replace(small(), notes=("x < y was not seen",))
    assert "<p>x &lt; y was not seen</p>" in html(graph)


def test_the_same_graph_gives_the_same_bytes() -> None:
    assert html(small()) == html(small())
    assert html(small()) != html(unusual())


def test_two_pictures_of_one_notebook_have_different_ids() -> None:
    ids = Reader(html(small())).ids + Reader(html(unusual())).ids
    assert len(ids) == len(set(ids))


PLAY = """
<script>
addEventListener("DOMContentLoaded", () => {
const seen = [];
const bar = document.querySelector(".lg-bar");
const [back, play, forward] = bar.querySelectorAll("button");
const slider = bar.querySelector("input");
const early = () => document.querySelectorAll(".lg-pill.lg-early").length;
const look = (what) => seen.push({what, hidden: bar.hidden, value: slider.value,
  say: bar.querySelector(".lg-say").textContent, early: early(),
  off: document.querySelectorAll(".lg-off").length,
  on: document.querySelectorAll(".lg-card.lg-on").length,
  next: forward.getAttribute("aria-disabled")});
look("start");
back.click(); look("back");
slider.value = 1; slider.dispatchEvent(new Event("input")); look("first");
slider.value = 4; slider.dispatchEvent(new Event("input")); look("sends");
slider.value = 1; slider.dispatchEvent(new Event("input"));
forward.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowRight", bubbles: true}));
look("right");
slider.value = 8; slider.dispatchEvent(new Event("input")); look("last");
play.click(); look("play");
seen.push({label: play.getAttribute("aria-label")});
play.click();
seen.push({label: play.getAttribute("aria-label")});
const out = document.createElement("pre");
out.id = "seen";
out.textContent = JSON.stringify(seen);
document.body.append(out);
});
</script>
"""


def dumped(target: Path, tmp_path: Path) -> list:
    """Return what the script of a page has left in its ``#seen``, from JSON."""
    answer = subprocess.run(
        [
            str(CHROMIUM),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            f"--user-data-dir={tmp_path / 'profile'}",
            "--dump-dom",
            target.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    ).stdout
    found = re.search('<pre id="seen">(.*?)</pre>', answer)
    assert found, answer[-500:]
    return json.loads(unescape(found[1]))


@pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")
def test_the_stepper_steps_in_a_browser(tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    target.write_text(page(small()).replace("</body>", PLAY + "</body>"), "utf-8")
    *looks, playing, paused = dumped(target, tmp_path)
    by = {look["what"]: look for look in looks}
    lines = sentences(small())
    assert by["start"] == {
        **by["start"],
        "hidden": False,
        "value": "8",
        "say": f"8/8 {lines[7]}",
        "early": 0,
        "off": 0,
    }
    assert by["back"]["say"] == f"7/8 {lines[6]}"
    # Both drawings of the page have 6 cards and 5 pills.
    assert by["first"]["say"] == f"1/8 {lines[0]}"
    assert by["first"]["early"] == 10
    assert by["first"]["off"] > 0 and by["first"]["on"] > 0
    # Step 4 delivers along two of the five edges.
    assert by["sends"]["early"] == 6
    assert by["right"]["say"] == f"2/8 {lines[1]}"
    assert by["last"]["early"] == by["last"]["off"] == 0
    assert by["last"]["next"] == "true"
    assert by["play"]["say"].startswith("1/8")
    assert (playing["label"], paused["label"]) == ("Pause", "Play")


FRAME = re.compile(
    r'(<p class="lg-hint lg-to(?P<to>\d+)[^"]*">[^<]*</p>)?'
    r'<div class="lg-view(?P<kind>[^"]*)"[^>]*>'
    r'<svg style="min-width:(?P<least>\d+)px"'
)
# A phone's 390 pixels without the margins of the page and the frame's padding.
PHONE = 354


def test_an_mlp_fits_on_a_phone() -> None:
    torch.manual_seed(0)
    model = torch.nn.Sequential(
        torch.nn.Linear(2, 3), torch.nn.Tanh(), torch.nn.Linear(3, 1)
    )
    with record() as tape:
        batch, target = torch.ones(2, 2), torch.zeros(2, 1)
        loss = torch.nn.functional.mse_loss(model(batch), target)
        loss.backward()
    wide, narrow = FRAME.finditer(html(tape.graph(loss)))
    assert wide["kind"].startswith(" lg-at") and not wide["to"]
    assert narrow["kind"] == " lg-narrow"
    assert int(narrow["least"]) <= PHONE and not narrow["to"]


def strands(count: int) -> Graph:
    """Chains side by side, which a phone cannot show."""
    nodes = [
        Node(at, "leaf", "AccumulateGrad", names=(f"w{at}",), values=(value(2.0),))
        for at in range(count)
    ]
    edges = []
    for at in range(count, 6 * count):
        nodes.append(Node(at, "op", "SinBackward0", "sin(…)", values=(value(0.5),)))
        edges.append(Edge(at - count, at))
    last = len(nodes)
    nodes.append(Node(last, "op", "StackBackward0", "stack([…])", ("y",)))
    edges += [Edge(last - count + at, last, 0, at) for at in range(count)]
    return Graph(tuple(nodes), tuple(edges), (last,))


@pytest.mark.parametrize("graph", [strands(6), strands(9), network(12), small()])
def test_a_picture_that_must_be_scrolled_says_so(graph: Graph) -> None:
    frames = list(FRAME.finditer(html(graph)))
    assert frames
    for frame in frames:
        least, chosen = int(frame["least"]), frame["kind"].startswith(" lg-at")
        most = int(frame["kind"].removeprefix(" lg-at")) if chosen else 360
        assert (frame["to"] is not None) == (least > most)
        if frame["to"]:
            assert int(frame["to"]) < least
            query = f"@container (max-width:{frame['to']}px){{"
            (rule,) = [line for line in stylesheet().split("\n") if query in line]
            assert f".lg-to{frame['to']}{{display:block}}" in rule


@pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")
def test_the_hint_shows_where_a_picture_is_cut_off(tmp_path: Path) -> None:
    look = """<script>addEventListener("DOMContentLoaded", () => {
    const out = document.createElement("pre"); out.id = "seen";
    const hinted = (before) => before?.matches(".lg-hint") && before.checkVisibility();
    const shown = (part) => [...part.querySelectorAll("figure > .lg-view")]
      .filter((view) => view.clientWidth);
    const sections = [...document.querySelectorAll("section")];
    out.textContent = JSON.stringify(sections.map((part) => shown(part).map((view) =>
      [view.scrollWidth > view.clientWidth,
       Boolean(hinted(view.previousElementSibling))])));
    document.body.append(out);});</script>"""
    parts = [
        f'<section style="width:{width}px">{html(graph, inline=False)}</section>'
        for width in (358, 1300)
        for graph in (small(), strands(6))
    ]
    target = tmp_path / "page.html"
    target.write_text(
        f"<!DOCTYPE html><style>{stylesheet()}</style>{look}{''.join(parts)}", "utf-8"
    )
    found = dumped(target, tmp_path)
    # The small graph and the chains, on a phone and on a wide page.
    assert [tuple(one) for (one,) in found] == [
        (False, False), (True, True), (False, False), (False, False),
    ]  # fmt: skip


def test_a_phone_gets_a_view_with_fewer_cards_where_the_whole_is_too_wide() -> None:
    graph = network(4, layers=9)
    edges = [*graph.edges, *(Edge(0, n.id, 0, 5) for n in graph.nodes[2::3])]
    text = html(replace(graph, edges=tuple(edges)), prefix="p", limit=200)
    main, small = [one for one in FRAME.finditer(text) if "lg-" in one["kind"]]
    assert main["kind"] == " lg-at720" and small["kind"] == " lg-narrow"
    assert int(small["least"]) < 0.75 * int(main["least"])
    within = text[text.rindex('<div class="lg-narrow">') :]
    for target in re.findall('data-open="(p-p[^"]+)"', text):
        assert f'<details class="lg-open" id="{target}">' in within
    assert 'data-open="p-p0"' in text and 'data-open="p-g0"' not in text
    assert len(Reader(text).ids) == len(set(Reader(text).ids))


def step_of(build: Callable) -> Graph:
    """Record one training step of a model of the benchmark."""
    torch.manual_seed(0)
    model, step = build()
    with record(names={"model": model}) as tape:
        loss = step()
        loss.backward()
    return tape.graph(loss)


def test_a_model_of_the_benchmark_fits_on_a_phone() -> None:
    _, narrow = FRAME.finditer(html(step_of(models.mlp)))
    assert int(narrow["least"]) <= PHONE


def test_two_views_of_one_graph_share_no_id() -> None:
    text = html(step_of(models.vae), prefix="p")
    main, small = [one for one in FRAME.finditer(text) if "lg-" in one["kind"]]
    assert "p-w-t" not in text  # both run top-down
    assert int(small["least"]) < 0.75 * int(main["least"])
    ids = Reader(text).ids
    assert len(ids) == len(set(ids))


class Quiet(torch.autograd.Function):
    """Sends nothing to its second input."""

    @staticmethod
    def forward(ctx, w, x):
        return w * x

    @staticmethod
    def backward(ctx, grad):
        return grad, None


def quiet() -> Graph:
    w, x = (torch.tensor(3.0, requires_grad=True) for _ in range(2))
    with record() as tape:
        y = Quiet.apply(w, x)
        y.backward()
    return tape.graph(y)


def test_that_nothing_was_sent_shows_when_its_node_has_run() -> None:
    text = html(quiet(), prefix="p")
    pills = re.findall(r'<g class="lg-pill"([^>]*)>.*?>([^<>]*)</text></g>', text)
    # The function runs in step 1 and backward in step 2, in either drawing.
    shown = {words: data for data, words in pills}
    assert ' data-b="2"' in shown["none"] and ' data-b="2"' in shown["1"]


MEASURE = """<script>addEventListener("DOMContentLoaded", () => {
const out = document.createElement("pre"); out.id = "seen";
const box = (part) => { const { left, top, right, bottom } =
  part.getBoundingClientRect(); return [left, top, right, bottom]; };
const SHELL = ":is(.lg-c,.lg-cr,.lg-cc,.lg-cg,.lg-p,.lg-pn)";
const found = [];
document.querySelectorAll(".lg-card,.lg-pill").forEach((part) => found.push({
  shell: box([...part.querySelectorAll(SHELL)].at(-1)),
  texts: [...part.querySelectorAll("text")].map((t) => [t.textContent, ...box(t)])}));
document.querySelectorAll(".lg-chip,.lg-warn").forEach((chip) => found.push({
  shell: box(chip), texts: [chip.nextElementSibling]
    .map((t) => [t.textContent, ...box(t)])}));
document.querySelectorAll(".lg-svg > g > .lg-s").forEach((key) => found.push({
  shell: box(key.closest("svg")), texts: [[key.textContent, ...box(key)]]}));
out.textContent = JSON.stringify(found); document.body.append(out);});</script>"""


@pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")
def test_words_fit_where_they_stand(tmp_path: Path) -> None:
    """Each text lies within its card or pill, and beside the other texts of it."""
    drawn = "".join(
        f'<div lang="{words.language}">{draw(graph, view, "p", **how).svg}</div>'
        for graph in (unusual(), quiet(), step_of(models.mlp))
        for view in [Fold(graph).top()]
        for words in (Words(), CHINESE)
        for how in ({"words": words}, {"words": words, "narrow": True})
    )
    target = tmp_path / "page.html"
    target.write_text(
        f"<!DOCTYPE html><meta charset=utf-8><style>{stylesheet()}</style>"
        f'{MEASURE}<div class="lg">{drawn}</div>',
        "utf-8",
    )
    found = dumped(target, tmp_path)
    said = {text[0] for one in found for text in one["texts"]}
    assert {"梯度", "grad", "无", CHINESE.colours, "⚠ 未定义"} <= said
    for one in found:
        left, top, right, bottom = one["shell"]
        for words, *text in one["texts"]:
            assert left <= text[0] and text[2] <= right, (words, text, one["shell"])
            assert top <= text[1] + 2 and text[3] <= bottom + 2, (words, text)
        for a, b in combinations(one["texts"], 2):
            across = min(a[3], b[3]) - max(a[1], b[1])
            along = min(a[4], b[4]) - max(a[2], b[2])
            # Lines of text stand closer than their boxes are high.
            assert across <= 0 or along <= 8, (a, b)
