"""How Chinese text is set: its punctuation, and its space to code and Latin words.

The rules follow the custom of Chinese technical writing: a space between Han
characters and Latin letters, digits or code; full-width punctuation without one.
"""

from __future__ import annotations

import re

from tools.inline_markup import CLOSE, HELD, OPEN, parts

HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
WIDE = "，。；：！？、（）《》“”‘’…—"

SIGNS = HELD + OPEN + CLOSE

RULES = (
    (rf"[{HAN}][A-Za-z0-9]|[A-Za-z0-9][{HAN}]", "no space between Chinese and Latin"),
    (rf"[{HAN}][{HELD}{OPEN}]|[{HELD}{CLOSE}][{HAN}]", "no space beside markup"),
    (rf"[{WIDE}]{CLOSE}[\w{HELD}{OPEN}]", "no space after a label"),
    (rf"[{HAN}][,;:!?.](?!\w)|[,;:!?][{HAN}]", "half-width punctuation beside Chinese"),
    (rf"[{HAN}] ?\(|\) ?[{HAN}]|\([{HAN}]|[{HAN}]\)", "half-width brackets in Chinese"),
    (rf"[{HAN}] ?\"|\" ?[{HAN}]", "straight quotation marks beside Chinese"),
    (rf"[{HAN}] +[{HAN}]", "a space between Chinese characters"),
    (
        rf"[{HAN}{WIDE}] +[，。；：！？、）》”]|[（《“] +\S",
        "a space beside punctuation",
    ),
    (rf"[，。；：！？、] +[^$\s<{SIGNS}]", "a space after punctuation"),
    (r"[。，；：、！？][。，；：、！？]", "two punctuation marks in a row"),
)


def has_han(text: str) -> bool:
    """Tell whether ``text`` has a Chinese character."""
    return re.search(f"[{HAN}]", text) is not None


def faults(translation: str) -> list[str]:
    """Return what is set wrongly in one translation, each with its place quoted."""
    _found, words = parts(translation)
    return [
        f"{problem}: {around(words, match)}"
        for pattern, problem in RULES
        for match in re.finditer(pattern, words)
    ]


def around(text: str, match: re.Match[str]) -> str:
    """Return the place of ``match`` with a few characters on both sides."""
    start, end = max(match.start() - 8, 0), match.end() + 8
    return re.sub(f"[{SIGNS}]", "·", text[start:end]).replace("\n", " ")
