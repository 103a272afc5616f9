"""A graph → a picture with its stepper and its words, for a page or a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from zlib import crc32

from livegraph.collector import uncollected
from livegraph.fold import LIMIT, Fold, Group
from livegraph.graph import Graph
from livegraph.svg import Steps, draw
from livegraph.text import Told, tell
from livegraph.theme import stylesheet
from livegraph.views import Look, Shown, drawings, frame
from livegraph.words import ENGLISH, Words

SCRIPT = Path(__file__).with_name("stepper.js")

# All drawings and words of one graph, in bytes; style and script add 9,000.
MOST_BYTES = 290_000
_MOST_TOP = 200_000
_LINE = 260
_MOST_NOTES = 20
_MOST_WORDS = 60_000
_MOST_AROUND = 10_000


@uncollected()
def html(
    graph: Graph,
    *,
    title: str = "",
    prefix: str = "",
    inline: bool = True,
    limit: int = LIMIT,
    words: Words = ENGLISH,
) -> str:
    """Return a fragment of HTML: the picture, its stepper, the graph in words.

    A fragment is complete. With ``inline=False`` it relies on the page to load
    ``picture.css`` once, and ``stepper.js`` once for the controls, which stay
    hidden without it. ``prefix`` keeps the ids of several pictures on a page
    apart: by default it follows from the graph. ``words`` holds every word that
    is shown.
    """
    prefix = prefix or f"lg-{crc32(repr(graph.nodes[:99]).encode()):08x}"
    told = tell(graph, words)
    lines, left_out = _within(told.steps, _MOST_WORDS)
    stepper = bool(lines) and not left_out
    steps = Steps(graph) if stepper else None
    body = ""
    while not body or (len(body) > _MOST_TOP and limit > 8):
        shown = drawings(Fold(graph, limit), Look(prefix, title, words, steps))
        body = "".join(one.frames for one in shown)
        limit //= 2
    if stepper:
        body += _controls(lines, words)
    body += _list(told, lines, left_out, words)
    body += _paragraphs(told.notes[:_MOST_NOTES])
    lines_left = sum(len(one.view.groups) + 1 for one in shown)
    room = MOST_BYTES - len(body.encode()) - _LINE * lines_left
    for one in shown:
        opened = _opened(one, words, steps, room)
        room -= len(opened.encode())
        body += f'<div class="{one.kind}">{opened}</div>' if one.kind else opened
    figure = f'<figure class="lg" id="{prefix}">{body}</figure>'
    if not inline:
        return figure
    return f"<style>{stylesheet()}</style>{figure}<script>{script()}</script>"


def page(graph: Graph, *, title: str = "", words: Words = ENGLISH) -> str:
    """Return a whole page that needs no other file."""
    name = escape(title or words.title)
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(words.language)}">'
        '<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{name}</title><style>:root{{color-scheme:light dark}}"
        "body{max-width:62rem;margin:1rem auto;padding:0 1rem;"
        "font-family:system-ui,sans-serif;background:light-dark(#ffffff,#131416)}"
        "</style></head><body><main>"
        f"{html(graph, title=title, words=words)}</main></body></html>\n"
    )


def script() -> str:
    """Return the script that pages with pictures load once."""
    return SCRIPT.read_text(encoding="utf-8")


_ICONS = {
    "back": "M5 3h2v10H5zM14 3v10L7 8z",
    "play": "M4 3v10l9-5z",
    "pause": "M4 3h3v10H4zM9 3h3v10H9z",
    "forward": "M11 3h-2v10h2zM2 3v10l7-5z",
}


def _controls(lines: list[str], words: Words) -> str:
    """Return the stepper, which stands at the last step: the whole picture."""
    count = len(lines)

    def icon(name: str) -> str:
        return f'<path class="lg-i-{name}" d="{_ICONS[name]}"/>'

    def button(label: str, icons: str, more: str = "") -> str:
        return (
            f'<button type="button" aria-label="{label}"{more}>'
            f'<svg viewBox="0 0 16 16" aria-hidden="true">{icons}</svg></button>'
        )

    play, pause = escape(words.play), escape(words.pause)
    names = f' data-play="{play}" data-pause="{pause}"'
    return (
        '<div class="lg-bar" hidden>'
        + button(escape(words.back), icon("back"))
        + button(play, icon("play") + icon("pause"), names)
        + button(escape(words.forward), icon("forward"))
        + f'<input type="range" min="1" max="{count}" value="{count}" '
        f'aria-label="{escape(words.step)}">'
        f'<p class="lg-say" aria-live="polite">{count}/{count} '
        f"{escape(lines[-1])}</p></div>"
    )


def _within(lines: Sequence[str], room: int) -> tuple[list[str], int]:
    """Return as many lines as ``room`` bytes hold, and how many are left out."""
    kept = []
    for line in lines:
        room -= len(line.encode()) + 9
        if room < 0:
            break
        kept.append(line)
    return kept, len(lines) - len(kept)


def _paragraphs(lines: Sequence[str]) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def _list(told: Told, lines: list[str], left_out: int, words: Words) -> str:
    """Return the graph in words, closed; ``lines`` are the steps that have room."""
    before, _ = _within(told.before, _MOST_AROUND)
    after, _ = _within(told.after, _MOST_AROUND)
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    steps = f"<ol>{items}</ol>" if items else ""
    more = [words.more_steps.format(count=left_out)] if left_out else []
    return (
        f'<details class="lg-words"><summary>{escape(words.in_words)}</summary>'
        f"{_paragraphs(before)}{steps}{_paragraphs([*more, *after])}</details>"
    )


def _opened(
    top: Shown,
    words: Words,
    steps: Steps | None,
    room: int,
) -> str:
    """Return a closed ``details`` for each group, those inside it inside.

    Groups are drawn level by level until ``room`` bytes are used up; a group
    that is not drawn any more says so.
    """
    found: list[tuple[Group, str, int]] = [
        (group, f"{top.name}{k}", -1) for k, group in enumerate(top.view.groups)
    ]
    drawn: list[str] = []
    for k, (group, name, _) in enumerate(found):  # grows while it is walked
        label = words.group.format(label=group.label, count=group.ops)
        summary = f"<summary>{escape(label)}</summary>"
        text = ""
        if room > 0:
            view = top.fold.open(group)
            places = {id(inner): i for i, inner in enumerate(view.groups)}

            def anchors(
                item: int | Group, places: dict[int, int] = places, name: str = name
            ) -> str:
                return f"{name}-{places[id(item)]}" if id(item) in places else ""

            picture = draw(
                top.fold.graph,
                view,
                name,
                title=label,
                words=words,
                narrow=top.narrow,
                steps=steps,
                anchors=anchors,
            )
            text = frame(picture, words)
            # Each group inside needs at least its line.
            size = len(text.encode()) + _LINE * len(view.groups)
        if text and size <= room:
            room -= size
            found.extend(
                (inner, f"{name}-{i}", k) for i, inner in enumerate(view.groups)
            )
        else:
            text = f"<p>{escape(words.not_drawn)}</p>"
            room = 0
        drawn.append(f'<details class="lg-open" id="{name}">{summary}{text}')
    inside = [""] * len(found)
    top_level = ""
    for k in range(len(found) - 1, -1, -1):
        whole = f"{drawn[k]}{inside[k]}</details>"
        parent = found[k][2]
        if parent < 0:
            top_level = whole + top_level
        else:
            inside[parent] = whole + inside[parent]
    return top_level
