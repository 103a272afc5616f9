"""``{versions-table}``: the releases that were run, and where each differs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.locale import get_translation
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from sphinxext.differences import Difference, Table, name_of, release_of
from sphinxext.differences_file import table_of

_ = get_translation("interface")


class versions_table(nodes.General, nodes.Element):
    """Stands for table and lists until the titles of all sections are known."""


class VersionsTable(SphinxDirective):
    """Show the releases as a table, and below it the sections that differ."""

    def run(self) -> list[nodes.Node]:
        """Return the place of both."""
        return [versions_table(table=table_of(self.env))]


def kinds() -> dict[str, str]:
    """Return the words for each kind of difference."""
    return {
        "message": _("another text"),
        "silent": _("no message"),
        "raises": _("an error"),
        "name": _("no such name"),
        "value": _("another output"),
        "crash": _("ends Python"),
    }


def row(cells: Iterable[str]) -> nodes.row:
    """Return a row of a table."""
    entries = (nodes.entry("", nodes.paragraph("", str(text))) for text in cells)
    return nodes.row("", *entries)


def releases(table: Table) -> nodes.table:
    """Return a table of what ran, and how many examples differ."""
    titles = ["torch", _("build"), "Python", "numpy", _("examples"), _("differ")]
    keys = ("build", "python", "numpy", "examples", "different")
    rows = [
        row([name, *(str(table.checked[name][key]) for key in keys)])
        for name in sorted(table.checked, key=release_of)
    ]
    widths = (nodes.colspec(colwidth=1) for _title in titles)
    head = nodes.thead("", row(titles))
    group = nodes.tgroup("", *widths, head, nodes.tbody("", *rows), cols=len(titles))
    return nodes.table("", group)


def said(found: list[Difference]) -> str:
    """Return, for each release, what is another there."""
    words = kinds()
    by_release = defaultdict(list)
    for one in sorted(found, key=lambda one: one.release):
        if (word := str(words[one.kind])) not in by_release[one.release]:
            by_release[one.release].append(word)
    together = defaultdict(list)
    for release, what in by_release.items():
        together[_(", ").join(what)].append(name_of(release))
    return _("; ").join(
        _("{releases}: {what}").format(releases=_(", ").join(names), what=what)
        for what, names in together.items()
    )


def in_brackets(text: str) -> str:
    """Return ``text`` as it stands behind what it is about."""
    return _(" ({text})").format(text=text)


def titles_of(app: Sphinx, page: str) -> dict[str, str]:
    """Return the titles of the sections of an error page, by their anchors."""
    entries = app.env.finder_entries.get(page, ())
    return {
        entry.anchor: " ".join(filter(None, (entry.title, entry.meaning)))
        for entry in entries
    }


def lists(
    app: Sphinx, origin: str, differences: list[Difference]
) -> Iterator[nodes.Node]:
    """Yield a title and a list for each page, in the order of their names."""
    pages: dict[str, dict[str, list[Difference]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for one in sorted(differences):
        pages[one.example.page][one.example.section].append(one)
    for page, sections in pages.items():
        if page not in app.env.titles:
            continue
        uri = app.builder.get_relative_uri(origin, page)
        titles = titles_of(app, page)
        items = []
        for section, found in sections.items():
            line = titles.get(section) or found[0].example.code.strip().split("\n")[-1]
            target = f"{uri}#{section}" if section else uri
            link = nodes.reference("", line, internal=True, refuri=target)
            text = nodes.paragraph("", "", link, nodes.Text(in_brackets(said(found))))
            items.append(nodes.list_item("", text))
        title = nodes.rubric("", app.env.titles[page].astext())
        title["heading-level"] = 2
        yield title
        yield nodes.bullet_list("", *items, classes=["all-messages"])


def resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put table and lists in their place."""
    for node in list(doctree.findall(versions_table)):
        table = node["table"]
        found = lists(app, docname, table.differences)
        node.replace_self([releases(table), *found])


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive and what fills it."""
    app.add_node(versions_table)
    app.add_directive("versions-table", VersionsTable)
    app.connect("doctree-resolved", resolve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
