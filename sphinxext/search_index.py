"""The index of the search, made when the site is built.

It is what MiniSearch's ``loadJS`` reads, but for the lists of places, which are
packed: the step from the last place's number, times ``STEP``, plus how often.
Making the index in the browser takes many times as long as loading this one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from sphinxext.search_words import Words, is_han, split

STEP = 16
"""How often a term stands in a field is counted up to one less."""


def packed(places: Mapping[int, int]) -> list[int]:
    """Return one number for each place, in rising order of the places."""
    numbers, last = [], 0
    for place in sorted(places):
        numbers.append((place - last) * STEP + min(places[place], STEP - 1))
        last = place
    return numbers


def index_of(records: Sequence[Sequence[str]], words: Words) -> dict[str, object]:
    """Return the index of ``records``: for each place the text of each field."""
    terms: dict[str, dict[int, dict[int, int]]] = {}
    lengths = []
    for place, fields in enumerate(records):
        lengths.append([])
        for field, text in enumerate(fields):
            found = Counter(split(text))
            lengths[-1].append(len(found))
            for word, times in found.items():
                if is_han(word):
                    continue
                for term in words.terms(word):
                    places = terms.setdefault(term, {}).setdefault(field, {})
                    places[place] = places.get(place, 0) + times
    count = len(records)
    return {
        "lengths": lengths,
        "average": [sum(column) / count for column in zip(*lengths, strict=True)],
        "terms": {
            term: {field: packed(places) for field, places in sorted(fields.items())}
            for term, fields in sorted(terms.items())
        },
    }
