"""Proven messages, made into the patterns that ``finder_match`` compares."""

from __future__ import annotations

import ast
import functools
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import log2
from typing import Any

from sphinxext.finder_pattern import GAP, NAME
from sphinxext.finder_python import is_pythons, known, sayings
from sphinxext.finder_tokens import DOT, Token
from sphinxext.finder_words import whole

STEP = 4
"""Half the weight that a word gains each time it is twice as rare."""

ANY = Token(GAP, True)


@dataclass(frozen=True)
class Proven:
    """A message as a page proves it."""

    text: str
    """The exception's name before it, unless it is a warning."""
    code: str
    """What the example ran."""
    section: int


@dataclass(frozen=True)
class Shape:
    """What stays of a message with other numbers and names."""

    tokens: tuple[Token, ...]
    python: bool
    """Its words are Python's own."""


def chosen(code: str) -> tuple[set[str], set[str]]:
    """Return, in small letters, the names that ``code`` chose, and its classes."""
    names: set[str] = set()
    classes: set[str] = set()
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                names.add(name)
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()):
                names.add(name)
            case ast.ClassDef(name=name):
                classes.add(name)
            case ast.Module(body=body) | ast.FunctionDef(body=body):
                names |= {n.name for n in body if isinstance(n, ast.FunctionDef)}
            case ast.Constant(value=str(text)) if not {" ", "\n"} & set(text):
                names |= set(DOT.split(text))
    return {name.lower() for name in names}, {name.lower() for name in classes}


@functools.cache
def shape(message: Proven) -> Shape:
    """Replace the names that the example chose by gaps.

    Where the words are Python's own and no other name is left that only torch
    uses, they stay: nothing else would tell the message from any program's.
    """
    found = whole(message.text)
    names, classes = chosen(message.code)

    def is_chosen(token: Token) -> bool:
        small = token.is_name or len(token.text) < 3
        return token.text in classes or (small and token.text in names)

    python = is_pythons(found)
    telling = [t for t in found if t.is_name and t.text[-1] != ":"]
    torchs = {t.text for t in telling if not is_chosen(t)} - known()
    if python and not torchs:
        return Shape(found, python)
    return Shape(tuple(ANY if is_chosen(t) else t for t in found), python)


def weigh(shapes: Iterable[Shape]) -> dict[str, int]:
    """Return the weight of each token: even, and the more, the rarer."""
    holding = Counter(text for s in shapes for text in {t.text for t in s.tokens})
    total = len(set(shapes))
    holding.pop(GAP, None)
    return {t: 2 * round(STEP * log2(1 + total / n)) for t, n in holding.items()}


@functools.lru_cache(maxsize=1)
def pack(messages: tuple[Proven, ...]) -> dict[str, Any]:
    """Return the words by weight and the patterns, as ``finder-data.js`` holds them.

    They are the same in every language of a site, and made once.
    """
    sections: dict[Shape, list[int]] = defaultdict(list)
    for message in messages:
        found = shape(message)
        if message.section not in sections[found]:
            sections[found].append(message.section)
    for kind, *rest in sayings():
        bare = (kind, *(ANY if token.is_name else token for token in rest))
        sections[Shape(bare, False)] = []
    weights = weigh(sections)
    order = sorted(weights, key=lambda text: (weights[text], text))
    number = {(text, False): f"{n}" for n, text in enumerate(order)}
    number |= {(text, True): f"{NAME}{n}" for n, text in enumerate(order)}
    number[GAP, True] = GAP
    heavy: dict[int, list[str]] = defaultdict(list)
    for text in order:
        heavy[weights[text]].append(text)
    packed = [
        [
            " ".join(number[t.text, t.is_name] for t in held.tokens),
            int(held.python),
            sorted(where),
        ]
        for held, where in sections.items()
    ]
    return {
        "words": [[weight, " ".join(some)] for weight, some in heavy.items()],
        "patterns": sorted(packed, key=lambda row: (row[2], row[0])),
    }
