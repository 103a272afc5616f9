"""``finder-data.js``: what the browser and the terminal compare a text with."""

from __future__ import annotations

import json
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from sphinxext.finder_entries import Entry
from sphinxext.finder_patterns import Proven, pack, shape

INDEX = "errors/index"
NAME = "finder-data.js"
BEFORE, AFTER = "var errorFinderData = ", ";\n"


def families(env: BuildEnvironment) -> list[str]:
    """Return the error pages that prove something, in the order of their index."""
    order = env.toctree_includes.get(INDEX, [])
    return [name for name in order if name in env.finder_entries]


def by_commonness(env: BuildEnvironment) -> list[tuple[str, Entry]]:
    """Return all entries and their pages: what stands first on a page is common."""
    placed = [
        (entry.rare, place, name, entry)
        for name in families(env)
        for place, entry in enumerate(env.finder_entries[name])
    ]
    return [(name, entry) for _, _, name, entry in sorted(placed, key=lambda p: p[:2])]


def elsewhere(placed: list[tuple[str, Entry]], known: set[str]) -> list[Proven]:
    """Return what other releases raise instead, where it tells one section.

    A text that is proven for another section leads there; one that any Python
    program may print leads nowhere.
    """
    messages = [
        Proven(text, code, number)
        for number, (_, entry) in enumerate(placed)
        for text, code in entry.elsewhere
        if text not in known
    ]
    return [message for message in messages if not shape(message).python]


def collected(app: Sphinx) -> dict[str, Any]:
    """Return families, sections in the order of their commonness, and patterns."""
    names = families(app.env)
    placed = by_commonness(app.env)
    messages = [
        Proven(text, code, number)
        for number, (_, entry) in enumerate(placed)
        for text, code in entry.messages
    ]
    messages += elsewhere(placed, {message.text for message in messages})
    titles = app.env.titles
    return {
        "families": [
            [app.builder.get_target_uri(n), titles[n].astext()] for n in names
        ],
        "sections": [[names.index(name), *shown(entry)] for name, entry in placed],
        **pack(tuple(messages)),
    }


def shown(entry: Entry) -> list[str | int]:
    """Return what the finder shows of a section; what it means is there last."""
    meaning = [entry.meaning] if entry.meaning else []
    return [entry.anchor, entry.title, int(entry.warning), *meaning]


def source(env: BuildEnvironment) -> str:
    """Return all that ``script`` is made from: pages in order, titles, messages."""
    return repr(
        [(n, env.titles[n].astext(), env.finder_entries[n]) for n in families(env)]
    )


def script(app: Sphinx) -> str:
    """Return the data as a script that a page may load from a file."""
    packed = json.dumps(collected(app), ensure_ascii=False, separators=(",", ":"))
    return f"{BEFORE}{packed}{AFTER}"


def parse(text: str) -> dict[str, Any]:
    """Return what ``script`` wrote; ValueError where ``text`` is something else."""
    if not (text.startswith(BEFORE) and text.endswith(AFTER)):
        raise ValueError(f"not written by this project: {text[:40]!r}")
    return json.loads(text[len(BEFORE) : -len(AFTER)])
