"""The notes that say what other releases do instead of one example."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from docutils import nodes
from sphinx.locale import get_translation

from sphinxext.differences import Difference, name_of
from sphinxext.messages import reads_in, wording

_ = get_translation("interface")

Release = tuple[int, ...]
WARNS = re.compile(r"[\w.]*Warning: ")
ELSEWHERE = "elsewhere"
"""Class of each note."""


def label(one: Difference, pinned: Release, releases: str) -> str:
    """Return the line above what ``releases`` do otherwise, as ``one`` of them does."""
    if one.kind == "message":
        return reads_in(releases)
    return {
        "crash": _("Python crashes or hangs in torch {releases}"),
        "silent": _("No message in torch {releases}, which prints")
        if one.there
        else _("No message in torch {releases}"),
        "raises": _("A warning in torch {releases}")
        if WARNS.match(one.there)
        else _("An error in torch {releases}"),
        "name": _("Not yet in torch {releases}")
        if one.release < pinned
        else _("No longer in torch {releases}"),
        "value": _("What torch {releases} prints"),
    }[one.kind].format(releases=releases)


def notes(
    found: Iterable[Difference], pinned: Release, group: str
) -> Iterator[nodes.Element]:
    """Yield a line for each thing that releases do otherwise, the oldest first."""
    together = defaultdict(list)
    for one in sorted(found, key=lambda one: one.release):
        together[one.kind, one.there, one.release < pinned].append(one)
    for same in together.values():
        one = same[0]
        releases = _(", ").join(name_of(other.release) for other in same)
        line = label(one, pinned, releases)
        if not one.there:
            yield nodes.paragraph("", line, classes=[ELSEWHERE])
            continue
        # the finder takes what is older for another text of the section's message
        classes = ("older", ELSEWHERE) if one.kind == "message" else (ELSEWHERE,)
        note = wording(line, one.there, *classes)
        note[-1]["groups"] = [group]
        yield note


def is_note(parent: nodes.Element, place: int) -> bool:
    """Tell whether a note of an earlier example of the block stands there."""
    return place < len(parent) and ELSEWHERE in parent[place].get("classes", ())
