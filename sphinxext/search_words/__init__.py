"""Text to terms, as the search compares them; ``search-engine.js`` does the same.

What a language needs is data: ``<language>.toml`` in this folder, and, of places,
``<language>_asked.toml``. Where such a file names another language with ``also``,
what holds for that one holds too. A language without such files is searched by
whole words, Han characters by pairs.

Han characters have no spaces between words, and most pairs of them stand in few
places. So the index leaves them out, and the browser looks through the texts for
what is asked: that takes less time than loading an index of pairs.
"""

from __future__ import annotations

import re
import tomllib
from functools import cached_property
from pathlib import Path
from typing import Any

CHARACTERS = r"\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
HAN = re.compile(f"[{CHARACTERS}]+")
WORD = re.compile(rf"{HAN.pattern}|[^\W{CHARACTERS}]+|[-+*/]=")
DOTTED = re.compile(r"[A-Za-z_]\w*\.[A-Za-z_]\w*", re.ASCII)
"""A name and its owner, autograd.grad, are a word of their own."""
INNER = re.compile(r"_+|(?<=[a-z])(?=[A-Z][a-z])|(?<=[A-Za-z]{3})(?=[0-9]+$)")
"""Where a name in code has parts: zero_grad, AccumulateGrad, conv2."""

SHORTEST_STEM = 4


def is_han(word: str) -> bool:
    """Tell whether ``word`` is written in Han characters."""
    return not word.isascii() and HAN.match(word) is not None


def pairs(run: str) -> list[str]:
    """Return each pair of neighbours: Han characters have no spaces between words."""
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


def split(text: str) -> list[str]:
    """Return the words of ``text`` as they are written, and names with their owners."""
    words = []
    last, end = "", -1
    for match in WORD.finditer(text):
        word = match[0]
        if is_han(word):
            words += pairs(word)
        else:
            words.append(word)
        if match.start() == end + 1 and text[end] == ".":
            dotted = f"{last}.{word}"
            if DOTTED.fullmatch(dotted):
                words.append(dotted)
        last, end = word, match.end()
    return words


def read(name: str) -> dict[str, Any]:
    """Return what the file ``name`` of this folder holds, if there is one."""
    path = Path(__file__).with_name(f"{name}.toml")
    return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}


def languages(language: str) -> list[str]:
    """Return ``language`` and those whose words its readers use too."""
    also = read(language).get("also")
    return [language, *languages(also)] if also else [language]


class Words:
    """What the search knows of a language."""

    def __init__(self, language: str) -> None:
        names = languages(language)
        data = [read(name) for name in names]
        self.asked: dict[str, str] = {}
        """In which words people ask for a place, ``page`` or ``page#anchor``."""
        for name in names:
            for place, wordings in read(f"{name}_asked").items():
                before = self.asked.get(place)
                self.asked[place] = f"{before}, {wordings}" if before else wordings
        self.data: dict[str, Any] = {
            name: [word for found in data for word in found.get(name, "").split()]
            for name in ("stop", "weak", "phrases")
        } | {
            name: [group for found in data for group in found.get(name, [])]
            for name in ("endings", "synonyms")
        }
        self.known: dict[str, list[str]] = {}

    @cached_property
    def stop(self) -> frozenset[str]:
        """Words that say nothing of what is looked for."""
        return frozenset(self.data["stop"])

    def stem(self, word: str) -> str:
        """Return ``word`` without its ending, the first that leaves enough."""
        for ending, instead in self.data["endings"]:
            if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
                return word[: -len(ending)] + instead
        return word

    def terms(self, word: str) -> list[str]:
        """Return what ``word`` is found by: a name itself, then its parts."""
        if "." in word:
            return [word.lower()]
        if word not in self.known:
            parts = [part.lower() for part in INNER.split(word) if part]
            found = [self.stem(part) for part in parts if part not in self.stop]
            whole = word.lower().strip("_")
            self.known[word] = [whole, *found] if len(parts) > 1 else found
        return self.known[word]
