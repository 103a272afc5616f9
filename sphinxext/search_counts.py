"""How often each term stands in each text, kept for the next build.

Where one lesson has changed, nearly all texts are those of the last build. To count
terms takes most of the time in which the search's index is made.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from sphinxext import search_words
from sphinxext.search_words import Words, is_han, split

FILE = "search-counts.pickle"


class Count(NamedTuple):
    """The number of different words of a text, and how often it has each term."""

    words: int
    terms: dict[str, int]


def count(text: str, words: Words) -> Count:
    """Return what is counted in ``text``; the index leaves Han characters out."""
    found = Counter(split(text))
    terms: dict[str, int] = {}
    for word, times in found.items():
        if not is_han(word):
            for term in words.terms(word):
                terms[term] = terms.get(term, 0) + times
    return Count(len(found), terms)


def rules() -> bytes:
    """Return a digest of all that says which terms a text has.

    What a letter is, Python's version says.
    """
    digest = sha256(sys.version.encode() + Path(__file__).read_bytes())
    for path in sorted(Path(search_words.__file__).parent.iterdir()):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.digest()


def counts_of(texts: Iterable[str], words: Words, folder: Path) -> dict[str, Count]:
    """Return what is counted in each of ``texts``, by text.

    ``folder`` keeps what the last build has counted, and is given what this one has.
    """
    path, now = folder / FILE, rules()
    kept: dict[str, Count] = {}
    content = path.read_bytes() if path.exists() else b""
    if content.startswith(now):  # else it may hold what this code can't read
        kept = pickle.loads(content[len(now) :])
    found = {text: kept.get(text) or count(text, words) for text in set(texts)}
    if found.keys() != kept.keys():
        # a build that is killed here leaves the whole file or none
        written = path.with_suffix(".new")
        written.write_bytes(now + pickle.dumps(found, pickle.HIGHEST_PROTOCOL))
        os.replace(written, path)
    return found
