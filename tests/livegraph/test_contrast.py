"""Contrast, computed from the colours that are really drawn."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from graphs import network, small, unusual

from livegraph.svg import svg, thumbnail
from livegraph.theme import palette, stylesheet

SVG = "{http://www.w3.org/2000/svg}"
TEXT, LINE = 4.5, 3.0
# What furo and notebooks paint behind a picture.
PAGES = {"light": ["#ffffff", "#f8f9fb"], "dark": ["#131416", "#1a1c1e", "#111111"]}


def luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb", as WCAG 2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    """Contrast of two colours, 1 to 21."""
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_measure_itself() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def pictures(theme: str) -> list[ElementTree.Element]:
    """Every kind of card and line, in literal colours."""
    graphs = (small(), unusual(), network(12))
    drawn = [svg(graph, theme=theme) for graph in graphs]
    drawn += [thumbnail(graph, theme=theme) for graph in graphs]
    return [ElementTree.fromstring(one) for one in drawn]


def inherited(root: ElementTree.Element, tag: str, name: str) -> set[str]:
    """Every value of attribute ``name`` that holds for an element ``tag``."""
    found = set()

    def walk(item: ElementTree.Element, value: str) -> None:
        value = item.get(name, value)
        if item.tag == f"{SVG}{tag}" and (item.text or "").strip():
            found.add(value)
        for child in item:
            walk(child, value)

    walk(root, "")
    return found


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_is_legible_on_every_ground(theme: str) -> None:
    colours = palette(theme)
    grounds = [colours[name] for name in ("page", "card", "foot")]
    used: set[str] = set()
    for root in pictures(theme):
        for tag in ("text", "tspan"):
            used |= inherited(root, tag, "fill")
    assert len(used) >= 6
    for colour in used:
        for ground in grounds:
            assert contrast(colour, ground) >= TEXT, (colour, ground)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_lines_stand_out_from_cards_and_pages(theme: str) -> None:
    colours = palette(theme)
    grounds = [colours["card"], colours["page"], *PAGES[theme]]
    used = {
        item.get("stroke", "none") for root in pictures(theme) for item in root.iter()
    } - {"none"}
    assert len(used) >= 5
    for colour in used:
        for ground in grounds:
            assert contrast(colour, ground) >= LINE, (colour, ground)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_arrowheads_bars_and_strong_cells_stand_out(theme: str) -> None:
    colours = palette(theme)
    for name in ("forward", "back", "const", "leaf", "op", "root", "plus", "minus"):
        for ground in (colours["card"], *PAGES[theme]):
            assert contrast(colours[name], ground) >= LINE, (name, ground)


def test_every_colour_has_two_themes_and_comes_from_a_variable() -> None:
    style = stylesheet()
    assert palette("light").keys() == palette("dark").keys()
    rules = style[style.index("}") :]
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b", rules), (
        "a colour outside the variables"
    )
    for name in re.findall(r"var\(--lg-([a-z]+)\)", style):
        assert name in palette("light"), name


def test_dark_follows_furo_and_the_system() -> None:
    style = stylesheet()
    assert "body[data-theme=dark] .lg" in style
    system = style[style.index("prefers-color-scheme:dark") :].split("}")[0]
    # "auto" and no theme at all follow the system; a chosen theme does not.
    assert ":not([data-theme=light],[data-theme=dark]" in system
