"""Which drawings of a graph a page gets, and which of them it shows at what width."""

from __future__ import annotations

from html import escape
from typing import NamedTuple

from livegraph.fold import Fold, Group, View
from livegraph.svg import Picture, Steps, draw
from livegraph.words import Words

# Letters of 12 pixels are still 9 pixels tall at this scale.
_SMALLEST = 0.75
# The room on a phone that is 390 pixels wide.
_PHONE = 354
# What picture.css has a container query for: to choose a drawing, and to say that
# one has to be scrolled.
_SWITCHES = (360, 450, 540, 630, 720)
_SCROLLS = (*_SWITCHES, 900, 1200)
# So many cards a phone's picture may have, where more are too wide for it.
_FOLDED = (30, 20, 12)
_FEWEST = 5
_MUCH_LESS = 0.75


class Shown(NamedTuple):
    """Drawings of one view in their frames.

    The ids of the places where its groups are opened begin with ``name``;
    ``kind`` is the class of what is shown together with the view alone, empty
    where that is always. ``narrow`` is for a view that a phone shows.
    """

    frames: str
    fold: Fold
    view: View
    name: str
    kind: str = ""
    narrow: bool = False


class Look(NamedTuple):
    """What the drawings of one graph have in common."""

    prefix: str
    title: str
    words: Words
    steps: Steps | None


def drawings(fold: Fold, look: Look) -> list[Shown]:
    """Return one drawing, or two between which the width of the page chooses."""
    view = fold.top()
    name = f"{look.prefix}-g"
    wide = _picture(fold, view, f"{look.prefix}-w", name, look, False)
    if _least(wide) <= _PHONE:
        return [Shown(frame(wide, look.words), fold, view, name)]
    narrow = _picture(fold, view, f"{look.prefix}-n", name, look, True)
    slimmer = narrow.width <= 0.9 * wide.width
    fits = any(_least(wide) <= at for at in _SWITCHES)
    if _least(narrow) <= _PHONE and slimmer and fits:
        chosen = f"lg-at{_switch(wide)}"
        frames = frame(wide, look.words, chosen)
        frames += frame(narrow, look.words, "lg-narrow")
        return [Shown(frames, fold, view, name)]
    main = narrow if slimmer and not fits else wide
    small = None if _least(main) <= _PHONE else _smaller(fold, look, main.width)
    if small is not None:
        chosen = f"lg-at{_switch(main)}"
        drawn = Shown(frame(main, look.words, chosen), fold, view, name, chosen)
        return [drawn, small]
    if not (slimmer and fits):
        return [Shown(frame(main, look.words), fold, view, name)]
    frames = frame(wide, look.words, f"lg-at{_switch(wide)}")
    frames += frame(narrow, look.words, "lg-narrow")
    return [Shown(frames, fold, view, name)]


def frame(picture: Picture, words: Words, kind: str = "") -> str:
    """Return the drawing in a frame that scrolls, and the words that say so.

    They are shown where the page has less room than the drawing needs.
    """
    least = _least(picture)
    most = int(kind.removeprefix("lg-at")) if kind.startswith("lg-at") else 0
    kinds = f" {kind}" if kind else ""
    # What may have to be scrolled has to be reached with the keyboard.
    focus = ' tabindex="0"' if least > max(most, _PHONE - 34) else ""
    drawn = picture.svg.replace("<svg ", f'<svg style="min-width:{least}px" ', 1)
    framed = f'<div class="lg-view{kinds}"{focus}>{drawn}</div>'
    short = max((at for at in _SCROLLS if at < least), default=0)
    if short <= most:
        return framed
    with_it = f" {kind}" if most else ""
    return (
        f'<p class="lg-hint lg-to{short}{with_it}">{escape(words.scroll)}</p>{framed}'
    )


def _picture(
    fold: Fold, view: View, prefix: str, groups: str, look: Look, narrow: bool
) -> Picture:
    places = {id(group): k for k, group in enumerate(view.groups)}

    def anchors(item: int | Group) -> str:
        return f"{groups}{places[id(item)]}" if id(item) in places else ""

    return draw(
        fold.graph,
        view,
        prefix,
        title=look.title,
        words=look.words,
        narrow=narrow,
        steps=look.steps,
        anchors=anchors,
    )


def _smaller(fold: Fold, look: Look, wide: float) -> Shown | None:
    """Return a view with fewer cards that a phone shows better than ``wide`` pixels.

    None where no such view fits, or is at least much less wide, and still shows
    more than a few groups.
    """
    found: tuple[float, Shown] | None = None
    for limit in _FOLDED:
        if len(fold.graph.nodes) <= limit or fold.limit <= limit:
            continue
        folded = Fold(fold.graph, limit)
        view, name = folded.top(), f"{look.prefix}-p"
        if len(view.items) < _FEWEST:
            break
        picture = _picture(folded, view, f"{look.prefix}-s", name, look, True)
        if picture.width > (found[0] - 1 if found else _MUCH_LESS * wide):
            continue
        drawn = frame(picture, look.words, "lg-narrow")
        found = picture.width, Shown(drawn, folded, view, name, "lg-narrow", True)
        if _least(picture) <= _PHONE:
            break
    return found[1] if found else None


def _least(picture: Picture) -> int:
    """Return the width in pixels below which a drawing is not legible."""
    return round(picture.width * _SMALLEST)


def _switch(picture: Picture) -> int:
    """Return the width of a page up to which another drawing is shown."""
    least = _least(picture)
    return next((at for at in _SWITCHES if at >= least), _SWITCHES[-1])
