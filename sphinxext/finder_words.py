"""A pasted text, cut into the messages it may hold, and a message into its tokens.

``finder_match.js`` says the same in JavaScript; a test compares both. Only ASCII
classes are used, so that both languages read a pattern alike.

A **message** begins behind an exception's name and a colon, wherever they stand
in a line, and runs on to the next line that belongs to a traceback. A text
offers its first and its last lines too, for messages without such a name.

A **token** is a word in small letters, or a *name*: what is quoted, called, a
type, or not spelled like a word (``grad_fn``, ``MulBackward0``, ``aten::add``).
Numbers, addresses, paths, shapes, punctuation and all other letters are no token.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

LONGEST = 6000
"""Characters of a message that are read."""
REACH = 60
"""Lines of a message that are read."""
TOKENS = 80
"""Tokens of a message that are compared."""
NAMED = 12
"""Messages behind an exception's name that are tried, the last ones."""
FIRST, LAST = 6, 12
"""Lines that are tried as messages without such a name."""

MARKS = ("Error:", "Exception:", "Warning:")
FAILURE = re.compile(
    r"(?:^|[^\w.])(?:\w+\.){0,9}([A-Z]\w{0,60}(?:Error|Warning|Exception)|Exception):",
    re.ASCII,
)
STOP = re.compile(
    r"^[ \t]*(?:Traceback \(|File \"|During handling|The above exc|[~^]+[ \t]*$)"
)
EDGE = re.compile(r"^(?:\[rank\d+\]:|E(?=[ \t])|[ \t]*\|)[ \t]*", re.ASCII)
LINE = re.compile(r"^[ \t]*[^ \t\n]", re.MULTILINE)
WORD_END = re.compile(r"\w$", re.ASCII)
TOKEN = re.compile(
    r"[A-Za-z]{1,20}://[^ \t\n'<>)\]]+"
    r"|[\w.~+-]{0,80}[\\/][^ \t\n':,;()<>\[\]]*"
    r"|\d[\w.]*"
    r"|([A-Za-z_]\w*(?:(?:\.|::)[A-Za-z_]\w*)*)",
    re.ASCII,
)
QUOTES = str.maketrans("`´‘’“”\"", "'" * 7)
DOT = re.compile(r"[.:]+")
UNLIKE_WORD = re.compile(r"[_\d]|[a-z][A-Z]", re.ASCII)
TYPES = frozenset(
    "float double half long int short char byte bool complex str list tuple dict set "
    "function method type module generator bytes object cpu cuda meta mps xpu".split()
)


@dataclass(frozen=True)
class Token:
    """One word or name; ``text`` is in small letters."""

    text: str
    is_name: bool


@dataclass(frozen=True)
class Message:
    """A part of a pasted text that may be a message."""

    tokens: tuple[Token, ...]
    first: int
    """Tokens on its first line, the exception's name among them."""
    broken: bool
    """The text ends inside its last token."""


def tokens(text: str) -> tuple[Token, ...]:
    """Return the tokens of one message, at most ``TOKENS``."""
    even = text[:LONGEST].replace("\\'", "'").translate(QUOTES)
    parts = (part for match in TOKEN.finditer(even) for part in split(even, match))
    return tuple(islice(parts, TOKENS))


def split(text: str, match: re.Match[str]) -> Iterator[Token]:
    """Yield the parts of a match of ``TOKEN`` in ``text``: none, a word, or names."""
    if not match[1]:
        return
    before = text[max(0, match.start() - 1) : match.start()]
    after = text[match.end() : match.end() + 1]
    parts = [part for part in DOT.split(match[1]) if part]
    is_name = len(parts) > 1 or after == "(" or before == "'" == after
    for part in parts:
        small = part.lower()
        unlike = small in TYPES or UNLIKE_WORD.search(part) is not None
        yield Token(small, is_name or unlike)


def ends(line: str) -> bool:
    """Tell whether ``line`` belongs to a traceback or begins another message."""
    return STOP.search(line) is not None or FAILURE.search(line) is not None


def read(text: str, start: int, kind: str) -> Message:
    """Make a message of the lines at ``start``, behind the exception ``kind``, or ""."""
    lines = text[start : start + LONGEST].split("\n")[:REACH]
    end = next((n for n in range(1, len(lines)) if ends(lines[n])), len(lines))
    whole = "\n".join(lines[:end])
    head = (Token(kind.lower() + ":", True),) if kind else ()
    first, *more = (EDGE.sub("", line) for line in lines[:end])
    found = head + tokens("\n".join([first, *more]))
    at_end = start + len(whole) == len(text) and WORD_END.search(whole) is not None
    size = min(TOKENS, len(head) + len(tokens(first)))
    return Message(found[:TOKENS], size, at_end)


def named(text: str) -> list[Message]:
    """Return the messages behind an exception's name, the last one first."""
    found: list[Message] = []
    end = len(text)
    while len(found) < NAMED:
        mark = max(text.rfind(mark, 0, end) for mark in MARKS)
        if mark < 0:
            break
        end = text.rfind("\n", 0, mark) + 1
        start = max(end, mark - LONGEST)
        match = FAILURE.search(text[start : mark + 10])
        if match:
            found.append(read(text, start + match.end(), match[1]))
    return found


def unnamed(text: str) -> list[Message]:
    """Return what may be a message without an exception's name, from the top."""
    opening = [m.start() for m in islice(LINE.finditer(text[:LONGEST]), FIRST)]
    rest = max(0, len(text) - LONGEST)
    closing = [rest + m.start() for m in LINE.finditer(text[rest:])][-LAST:]
    return [read(text, start, "") for start in sorted({*opening, *closing})]
