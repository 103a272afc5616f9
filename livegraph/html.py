"""A graph → a picture with its stepper and its words, for a page or a notebook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from zlib import crc32

from livegraph.fold import LIMIT, Fold, Group, View
from livegraph.graph import Graph
from livegraph.svg import Picture, Steps, draw
from livegraph.text import sentences
from livegraph.theme import stylesheet

Words = Callable[[str], str]

SCRIPT = Path(__file__).with_name("stepper.js")

# All drawings and words of one graph, in bytes; style and script add 9,000.
MOST_BYTES = 290_000
_MOST_TOP = 200_000
_LINE = 260
_MOST_NOTES = 20
_MOST_WORDS = 60_000
# Letters of 12 pixels are still 9 pixels tall at this scale.
_SMALLEST = 0.75
_PHONE = 350
# What picture.css has a container query for.
_SWITCHES = (360, 450, 540, 630, 720)


def html(
    graph: Graph,
    *,
    title: str = "",
    prefix: str = "",
    inline: bool = True,
    limit: int = LIMIT,
    words: Words = str,
) -> str:
    """Return a fragment of HTML: the picture, its stepper, the graph in words.

    A fragment is complete. With ``inline=False`` it relies on the page to load
    ``picture.css`` once, and ``stepper.js`` once for the controls, which stay
    hidden without it. ``prefix`` keeps the ids of several pictures on a page
    apart: by default it follows from the graph. ``words`` translates every
    label.
    """
    prefix = prefix or f"lg-{crc32(repr(graph.nodes[:99]).encode()):08x}"
    lines, left_out = _within(sentences(graph), _MOST_WORDS)
    stepper = bool(lines) and not left_out
    steps = Steps(graph) if stepper else None
    body = ""
    while not body or (len(body) > _MOST_TOP and limit > 8):
        fold = Fold(graph, limit)
        view = fold.top()
        body = _views(graph, view, prefix, title, words, steps)
        limit //= 2
    if stepper:
        body += _controls(len(lines), words)
    if lines:
        body += _list(lines, left_out, words)
    body += "".join(f"<p>{escape(note)}</p>" for note in graph.notes[:_MOST_NOTES])
    room = MOST_BYTES - len(body.encode()) - _LINE * (len(view.groups) + 1)
    body += _opened(fold, view, prefix, words, steps, room)
    figure = f'<figure class="lg" id="{prefix}">{body}</figure>'
    if not inline:
        return figure
    return f"<style>{stylesheet()}</style>{figure}<script>{script()}</script>"


def page(graph: Graph, *, title: str = "", words: Words = str) -> str:
    """Return a whole page that needs no other file."""
    name = escape(title or words("Autograd graph"))
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
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


def _views(
    graph: Graph,
    view: View,
    prefix: str,
    title: str,
    words: Words,
    steps: Steps | None,
) -> str:
    """Return the drawing, or two between which the width of the page chooses."""

    def picture(name: str, narrow: bool) -> Picture:
        return draw(
            graph,
            view,
            f"{prefix}-{name}",
            title=title,
            words=words,
            narrow=narrow,
            steps=steps,
            anchors=anchors,
        )

    places = {id(group): k for k, group in enumerate(view.groups)}

    def anchors(item: int | Group) -> str:
        return f"{prefix}-g{places[id(item)]}" if id(item) in places else ""

    wide = picture("w", False)
    switch = next((at for at in _SWITCHES if at >= wide.width * _SMALLEST), 0)
    if switch <= _SWITCHES[0] and wide.width * _SMALLEST <= _PHONE:
        return _frame(wide, "")
    narrow = picture("n", True)
    if narrow.width > 0.9 * wide.width:
        return _frame(wide, "")
    if not switch:
        return _frame(narrow, "")
    return _frame(wide, f" lg-at{switch}") + _frame(narrow, " lg-narrow")


def _frame(picture: Picture, kind: str) -> str:
    least = round(picture.width * _SMALLEST)
    # What may have to be scrolled has to be reached with the keyboard.
    focus = (
        ' tabindex="0"' if least > _PHONE - 30 and not kind.startswith(" lg-at") else ""
    )
    drawn = picture.svg.replace("<svg ", f'<svg style="min-width:{least}px" ', 1)
    return f'<div class="lg-view{kind}"{focus}>{drawn}</div>'


_ICONS = {
    "back": "M5 3h2v10H5zM14 3v10L7 8z",
    "play": "M4 3v10l9-5z",
    "pause": "M4 3h3v10H4zM9 3h3v10H9z",
    "forward": "M11 3h-2v10h2zM2 3v10l7-5z",
}


def _controls(count: int, words: Words) -> str:
    def icon(name: str) -> str:
        return f'<path class="lg-i-{name}" d="{_ICONS[name]}"/>'

    def button(label: str, icons: str, more: str = "") -> str:
        return (
            f'<button type="button" aria-label="{label}"{more}>'
            f'<svg viewBox="0 0 16 16" aria-hidden="true">{icons}</svg></button>'
        )

    play, pause = escape(words("Play")), escape(words("Pause"))
    names = f' data-play="{play}" data-pause="{pause}"'
    return (
        '<div class="lg-bar" hidden>'
        + button(escape(words("Step back")), icon("back"))
        + button(play, icon("play") + icon("pause"), names)
        + button(escape(words("Step forward")), icon("forward"))
        + f'<input type="range" min="1" max="{count}" value="{count}" '
        f'aria-label="{escape(words("Step"))}">'
        '<p class="lg-say" aria-live="polite"></p></div>'
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


def _list(lines: list[str], left_out: int, words: Words) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    more = ""
    if left_out:
        more = f"<p>{escape(words('{0} more steps').format(left_out))}</p>"
    summary = escape(words("The same graph in words"))
    return (
        f'<details class="lg-words"><summary>{summary}</summary>'
        f"<ol>{items}</ol>{more}</details>"
    )


def _opened(
    fold: Fold,
    top: View,
    prefix: str,
    words: Words,
    steps: Steps | None,
    room: int,
) -> str:
    """Return a closed ``details`` for each group, those inside it inside.

    Groups are drawn level by level until ``room`` bytes are used up; a group
    that is not drawn any more says so.
    """
    found: list[tuple[Group, str, int]] = [
        (group, f"{prefix}-g{k}", -1) for k, group in enumerate(top.groups)
    ]
    drawn: list[str] = []
    for k, (group, name, _) in enumerate(found):  # grows while it is walked
        label = words("{0}: {1} operations").format(group.label, group.ops)
        summary = f"<summary>{escape(label)}</summary>"
        text = ""
        if room > 0:
            view = fold.open(group)
            places = {id(inner): i for i, inner in enumerate(view.groups)}

            def anchors(
                item: int | Group, places: dict[int, int] = places, name: str = name
            ) -> str:
                return f"{name}-{places[id(item)]}" if id(item) in places else ""

            picture = draw(
                fold.graph,
                view,
                name,
                title=label,
                words=words,
                steps=steps,
                anchors=anchors,
            )
            text = _frame(picture, "")
            # Each group inside needs at least its line.
            size = len(text.encode()) + _LINE * len(view.groups)
        if text and size <= room:
            room -= size
            found.extend(
                (inner, f"{name}-{i}", k) for i, inner in enumerate(view.groups)
            )
        else:
            text = (
                f"<p>{escape(words('Not drawn: the picture would be too large.'))}</p>"
            )
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
