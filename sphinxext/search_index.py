"""The index of the search, made when the site is built.

It is what MiniSearch's ``loadJS`` reads, but for the lists of places, which are
packed: the step from the last place's number, times ``STEP``, plus how often.
Making the index in the browser takes many times as long as loading this one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sphinxext.search_counts import Count

STEP = 16
"""How often a term stands in a field is counted up to one less."""


def packed(places: Mapping[int, int]) -> list[int]:
    """Return one number for each of ``places``, which rise."""
    numbers, last = [], 0
    for place, times in places.items():
        numbers.append((place - last) * STEP + min(times, STEP - 1))
        last = place
    return numbers


def index_of(records: Sequence[Sequence[Count]]) -> dict[str, object]:
    """Return the index of ``records``: for each place what its fields have."""
    terms: dict[str, dict[int, dict[int, int]]] = {}
    for place, fields in enumerate(records):
        for field, count in enumerate(fields):
            for term, times in count.terms.items():
                terms.setdefault(term, {}).setdefault(field, {})[place] = times
    lengths = [[count.words for count in fields] for fields in records]
    return {
        "lengths": lengths,
        "average": [
            sum(column) / len(lengths) for column in zip(*lengths, strict=True)
        ],
        "terms": {
            term: {field: packed(places) for field, places in sorted(fields.items())}
            for term, fields in sorted(terms.items())
        },
    }
