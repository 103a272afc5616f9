"""A message, cut into its tokens.

``finder_match.js`` says the same in JavaScript. Only ASCII classes are used, so
that both languages read a pattern alike.

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
TOKENS = 80
"""Tokens of a message that are compared."""

TOKEN = re.compile(
    r"[A-Za-z]{1,20}://[^ \t\n'<>)\]]+"
    r"|[\w.~+-]{0,80}[\\/][^ \t\n':,;()<>\[\]]*"
    r"|\d[\w.]*"
    r"|([A-Za-z_]\w*(?:(?:\.|::)[A-Za-z_]\w*)*)",
    re.ASCII,
)
QUOTES = str.maketrans('`´‘’“”"', "'" * 7)
DOT = re.compile(r"[.:]+|(?<=[A-Za-z\d_])(?=Backward\d*(?:[.:]|$))")
"""Stands between the parts of a name; that of a node tells which function it is of."""
COUNT = re.compile(r"\d+$", re.ASCII)
UNLIKE_WORD = re.compile(r"[_\d]|[a-z][A-Z]", re.ASCII)
TYPES = frozenset(
    "float double half long int short char byte bool complex str list tuple dict set "
    "function method type module generator bytes cpu cuda meta mps xpu".split()
)


@dataclass(frozen=True)
class Token:
    """One word or name; ``text`` is in small letters."""

    text: str
    is_name: bool


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
        small = COUNT.sub("", part).lower()
        unlike = small in TYPES or UNLIKE_WORD.search(part) is not None
        yield Token(small, is_name or unlike)
