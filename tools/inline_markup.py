"""The inline markup of a message, counted: what a translation has to keep.

Pages are MyST Markdown, lessons and docstrings reStructuredText; a message says
which of the two by its own backquotes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

ROLE = re.compile(r"(?:\{(?P<myst>[\w:+-]+)\}|:(?P<rest>[\w:+-]+):)`(?P<text>[^`]+)`")
LITERAL = re.compile(
    r"(?<!`)(?P<ticks>`+)(?!`)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)_{0,2}"
)
LINK = re.compile(r"\[(?P<words>(?:[^][]|\[[^][]*\])*)\]\((?P<target>[^()\s]+)\)")
MATH = re.compile(r"(?<![\\$])\$(?P<math>[^$\s](?:[^$]*[^$\s])?)\$(?!\$)")
ADDRESS = re.compile(r"<(?P<address>https?://[^>]+)>")
STRONG = re.compile(r"(?<![*\\])\*\*(?=[^\s*])(?P<words>.+?)(?<=[^\s*])\*\*(?!\*)")
EMPHASIS = re.compile(
    r"(?<![*\\\w])\*(?=[^\s*])(?P<words>[^*]+?)(?<=[^\s*])\*(?![*\w])"
)
TARGET = re.compile(r"^(?P<words>.*)<(?P<target>[^<>]+)>$", re.DOTALL)

HELD, OPEN, CLOSE = "\ue000", "\ue001", "\ue002"
"""Stand in a message for counted markup, and around the words that markup shows."""


def target_of(text: str) -> str:
    """Return what a role or link leads to, without the words that it shows."""
    named = TARGET.match(text)
    return named["target"] if named else text


def parts(message: str) -> tuple[Counter[str], str]:
    """Return each piece of markup with its count, and the words around them.

    Words that markup shows, as in ``**words**``, stay between two signs; code,
    formulas, addresses and targets become one sign each.
    """
    found: Counter[str] = Counter()

    def role(match: re.Match[str]) -> str:
        found[f"{match['myst'] or match['rest']} {target_of(match['text'])}"] += 1
        shown = TARGET.match(match["text"])
        return f"{OPEN}{shown['words'].strip()}{CLOSE}" if shown else HELD

    def literal(match: re.Match[str]) -> str:
        named = TARGET.match(match["code"])
        if match[0].endswith("_") and named:
            found[f"link {named['target']}"] += 1
            return f"{OPEN}{named['words'].strip()}{CLOSE}"
        found[f"code {match['code'].strip()}"] += 1
        return HELD

    def link(match: re.Match[str]) -> str:
        found[f"link {match['target']}"] += 1
        return f"{OPEN}{match['words']}{CLOSE}"

    def kept(name: str) -> Callable[[re.Match[str]], str]:
        def count(match: re.Match[str]) -> str:
            found[f"{name} {match[1].strip()}"] += 1
            return HELD

        return count

    def around(name: str) -> Callable[[re.Match[str]], str]:
        def count(match: re.Match[str]) -> str:
            found[name] += 1
            return f"{OPEN}{match['words']}{CLOSE}"

        return count

    words = ROLE.sub(role, message)
    words = LITERAL.sub(literal, words)
    words = LINK.sub(link, words)
    words = MATH.sub(kept("formula"), words)
    words = ADDRESS.sub(kept("address"), words)
    words = STRONG.sub(around("strong"), words)
    words = EMPHASIS.sub(around("emphasis"), words)
    return found, words


def differences(message: str, translation: str) -> list[str]:
    """Return what markup the translation lost, and what it has too much of."""
    wanted, _words = parts(message)
    found, _words = parts(translation)
    lost = [f"lost: {part}" for part in (wanted - found).elements()]
    return lost + [
        f"not in the original: {part}" for part in (found - wanted).elements()
    ]
