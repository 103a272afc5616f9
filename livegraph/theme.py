"""The colours and fonts of the pictures, read from ``picture.css``.

The style sheet is the only place that knows a colour. A picture for a page
carries its class names; a picture with literal colours has in place of each
class name what the style sheet says about it, so that no viewer needs CSS.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

STYLE = Path(__file__).with_name("picture.css")

_PAIR = re.compile(r"--lg-([a-z]+):light-dark\((#[0-9a-f]{6}),(#[0-9a-f]{6})\)")
_FONT = re.compile(r"--lg-(mono):([^;]*);")
_RULE = re.compile(r"^\.(lg-[a-z0-9-]+)\{([^}]*)\}$", re.MULTILINE)
_VARIABLE = re.compile(r"var\(--lg-([a-z]+)\)")
_FALLBACK = re.compile(r"var\(--[a-z-]+,([^)]*)\)")
_DRAWN = ("fill", "stroke", "font", "text")


def stylesheet() -> str:
    """Return the style sheet that pages with pictures load once."""
    return STYLE.read_text(encoding="utf-8")


@lru_cache
def palette(theme: str) -> dict[str, str]:
    """Return the values of the variables, in ``theme`` ``light`` or ``dark``."""
    if theme not in ("light", "dark"):
        raise ValueError(f'theme is {theme!r}; it has to be "light" or "dark"')
    style = stylesheet()
    found = dict(_FONT.findall(style))
    for name, light, dark in _PAIR.findall(style):
        found[name] = light if theme == "light" else dark
    return found


@lru_cache
def attributes(theme: str) -> dict[str, str]:
    """Return for each class name the same style as SVG attributes."""
    colours = palette(theme)
    found = {}
    for name, body in _RULE.findall(stylesheet()):
        words = []
        for declaration in body.split(";"):
            key, _, text = declaration.partition(":")
            if not key.startswith(_DRAWN):
                continue
            text = _VARIABLE.sub(lambda match: colours[match[1]], text)
            text = _FALLBACK.sub(r"\1", text).replace('"', "'")
            words.append(f' {key}="{text.removesuffix("px")}"')
        found[name] = "".join(words)
    return found


class Style(dict[str, str]):
    """Class name → what stands in a tag for it, with a space before.

    ``classes`` says whether a class that is asked for stays one, or was no style.
    """

    def __init__(self, known: Mapping[str, str], classes: bool) -> None:
        super().__init__(known)
        self._classes = classes

    def __missing__(self, name: str) -> str:
        """Return and keep the attribute for a class without literal style."""
        found = self[name] = f' class="{name}"' if self._classes else ""
        return found


@lru_cache
def style_of(theme: str) -> Style:
    """Return the style of pictures in ``theme``: ``page``, ``light`` or ``dark``.

    Raises ValueError for any other one.
    """
    return Style({}, True) if theme == "page" else Style(attributes(theme), False)
