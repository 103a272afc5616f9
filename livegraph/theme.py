"""The colours and fonts of the pictures, read from ``picture.css``.

The style sheet is the only place that knows a colour. A picture for a page
carries its class names; a picture with literal colours has each class name
replaced by what the style sheet says about it, so that no viewer needs CSS.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

STYLE = Path(__file__).with_name("picture.css")

_PAIR = re.compile(r"--lg-([a-z]+):light-dark\((#[0-9a-f]{6}),(#[0-9a-f]{6})\)")
_FONT = re.compile(r"--lg-(mono):([^;]*);")
_RULE = re.compile(r"^\.(lg-[a-z0-9-]+)\{([^}]*)\}$", re.MULTILINE)
_VARIABLE = re.compile(r"var\(--lg-([a-z]+)\)")
_FALLBACK = re.compile(r"var\(--[a-z-]+,([^)]*)\)")
_CLASS = re.compile(' class="([^"]*)"')
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


def literal(picture: str, theme: str) -> str:
    """Replace every class name in ``picture`` by the attributes it stands for."""
    known = attributes(theme)
    # Text with a class stands outside every tag: quotes in text are escaped.
    pieces = _CLASS.split(picture)
    pieces[1::2] = [known.get(name, "") for name in pieces[1::2]]
    return "".join(pieces)
