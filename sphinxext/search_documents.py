"""What the search knows: each section of each page, written when the site is built.

The browser loads ``search-documents.js`` when a reader first turns to the search
box. The file is a script, so that it loads from a disk too.
"""

from __future__ import annotations

import json
from dataclasses import astuple, replace
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from sphinxext.changes import still_holds
from sphinxext.page_tables import keep
from sphinxext.search_counts import counts_of
from sphinxext.search_index import index_of
from sphinxext.search_places import entries_of
from sphinxext.search_text import MARK
from sphinxext.search_words import HAN, Words

FILE = "search-documents.js"
NAMES = 4
"""Which value of a place is for the index alone.

What people ask for is too, but for Han characters, which the index does not have.
"""


def collect(app: Sphinx, doctree: nodes.document) -> None:
    """Keep the places of a page that was read."""
    app.env.search_entries[app.env.docname] = entries_of(app.env.docname, doctree)


def documents(app: Sphinx) -> dict[str, object]:
    """Return pages and places as lists without names, to be small, and the index."""
    words = Words(app.config.language)
    titles = {name: title.astext() for name, title in app.env.titles.items()}
    pages, places, asked = [], [], []
    for docname in sorted(app.env.search_entries):
        if "orphan" in app.env.metadata[docname]:
            continue
        number = len(pages)
        pages.append([app.builder.get_target_uri(docname), titles[docname]])
        for entry in app.env.search_entries[docname]:
            text = MARK.sub(lambda link: titles.get(link[1], link[1]), entry.text)
            places.append([number, *astuple(replace(entry, text=text))])
            name = f"{docname}#{entry.anchor}" if entry.anchor else docname
            asked.append(words.asked.get(name, ""))
    records = [
        (title, pages[page][1], text, names, also)
        for (page, _, title, text, names, *_), also in zip(places, asked, strict=True)
    ]
    for place, also in zip(places, asked, strict=True):
        del place[NAMES]
        if HAN.search(also):
            place.append(" ".join(HAN.findall(also)))
    texts = (text for record in records for text in record)
    counts = counts_of(texts, words, Path(app.doctreedir))
    return {
        "pages": pages,
        "places": places,
        "words": words.data,
        "index": index_of([[counts[text] for text in one] for one in records]),
    }


def script(data: dict[str, object]) -> str:
    """Return a script that sets ``searchDocuments``.

    Browsers read a string of JSON in less time than the same as a literal.
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    quoted = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"var searchDocuments=JSON.parse('{quoted}');\n"


def write(app: Sphinx, error: Exception | None) -> None:
    """Write the file that the browser loads."""
    path = Path(app.outdir, FILE)
    if error is None and app.builder.name == "html" and not still_holds(app.env, path):
        path.write_text(script(documents(app)), "utf-8")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Collect pages as they are read, in the language of the build."""
    keep(app, "search_entries")
    app.connect("doctree-read", collect, priority=900)
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
