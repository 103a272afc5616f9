"""A pasted text, cut into the messages that it may hold.

``finder_match.js`` says the same in JavaScript.

A **message** begins behind an exception's name and a colon, wherever they stand
in a line, and runs on to the next line that belongs to a traceback. A text
without a message that is found so offers its first and its last lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from sphinxext.finder_tokens import LONGEST, TOKENS, Token, tokens

REACH = 60
"""Lines of a message that are read."""
NAMED = 12
"""Messages behind an exception's name that are tried, the last ones."""
MARKED = 200
"""Lines that are searched for an exception's name."""
ON_LINE = 3
"""Names of exceptions on one line that are tried, the first ones."""
FIRST, LAST = 5, 8
"""Lines that are tried as messages without such a name."""

MARKS = ("Error:", "Exception:", "Warning:")
FAILURE = re.compile(
    r"(?<![\w.])(?:\w+\.){0,9}([A-Z]\w{0,60}(?:Error|Warning|Exception)|Exception):",
    re.ASCII,
)
STOP = re.compile(
    r"^[ \t]*(?:Traceback \(|File \"|During handling|The above exc|[~^]+[ \t]*$)"
)
EDGE = re.compile(r"^(?:\[rank\d+\]:|E(?=[ \t])|[ \t]*\|)[ \t]*", re.ASCII)
LINE = re.compile(r"^[ \t]*[^ \t\n]", re.MULTILINE)
WORD_END = re.compile(r"\w$", re.ASCII)


@dataclass(frozen=True)
class Message:
    """A part of a pasted text that may be a message."""

    tokens: tuple[Token, ...]
    first: int
    """Tokens on its first line, the exception's name among them."""
    broken: bool
    """The text ends inside its last token."""
    has_kind: bool
    """An exception's name stands before it."""


def ends(line: str) -> bool:
    """Tell whether ``line`` belongs to a traceback or begins another message."""
    return STOP.search(line) is not None or FAILURE.search(line) is not None


def read(text: str, start: int, kind: str) -> Message:
    """Make a message of the lines at ``start``; ``kind`` is its exception, or ""."""
    lines = text[start : start + LONGEST].split("\n")[:REACH]
    end = next((n for n in range(1, len(lines)) if ends(lines[n])), len(lines))
    raw = "\n".join(lines[:end])
    head = (Token(kind.lower() + ":", True),) if kind else ()
    first, *more = (EDGE.sub("", line) for line in lines[:end])
    found = head + tokens("\n".join([first, *more]))
    at_end = start + len(raw) == len(text) and WORD_END.search(raw) is not None
    size = min(TOKENS, len(head) + len(tokens(first)))
    return Message(found[:TOKENS], size, at_end, bool(kind))


def whole(text: str) -> tuple[Token, ...]:
    """Return the tokens of ``text``, which is one message and nothing else."""
    kind = FAILURE.match(text)
    return read(text, kind.end() if kind else 0, kind[1] if kind else "").tokens


def once(found: Iterable[Message]) -> list[Message]:
    """Return what was found, without repetitions, where each was first."""
    return list(dict.fromkeys(found))


def marks(text: str) -> Iterator[tuple[int, int]]:
    """Yield the begin of each line with a mark, and its last mark, upwards."""
    at = {word: text.rfind(word) for word in MARKS}
    while (mark := max(at.values())) >= 0:
        begin = text.rfind("\n", 0, mark) + 1
        yield begin, mark
        late = [word for word in MARKS if at[word] >= begin]
        at |= {word: text.rfind(word, 0, begin) for word in late}


def named(text: str) -> list[Message]:
    """Return the messages behind an exception's name, the last one first."""
    found: list[Message] = []
    for begin, mark in islice(marks(text), MARKED):
        start = max(begin, mark - LONGEST)
        for match in islice(FAILURE.finditer(text[start : mark + 10]), ON_LINE):
            if len(found) < NAMED:
                found.append(read(text, start + match.end(), match[1]))
    return once(found)


def unnamed(text: str) -> list[Message]:
    """Return what may be a message without an exception's name, from the top."""
    opening = [m.start() for m in islice(LINE.finditer(text[:LONGEST]), FIRST)]
    rest = max(0, len(text) - LONGEST)
    closing = [rest + m.start() for m in LINE.finditer(text[rest:])][-LAST:]
    return once(read(text, start, "") for start in sorted({*opening, *closing}))
