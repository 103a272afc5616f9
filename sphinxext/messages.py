"""Directives of the error pages: compact entries, warnings of a wrong fix, wordings."""

from __future__ import annotations

from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.locale import get_translation
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from sphinxext.disclosure import details, summary

_ = get_translation("interface")


class Rare(SphinxDirective):
    """An entry that opens on demand: its argument is the message."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar = {"name": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Return the closed entry; ``:name:`` is the anchor."""
        title, _messages = self.parse_inline(self.arguments[0], lineno=self.lineno)
        line = summary(self.arguments[0], "", *title)
        entry = details("", line, classes=["rare"])
        self.set_source_info(line)
        self.set_source_info(entry)
        self.add_name(entry)
        entry += self.parse_content_to_nodes()
        return [entry]


class Titled(SphinxDirective):
    """A box with a title of its own and, where it takes one, an argument."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    css_class: ClassVar[str]

    def title(self) -> str:
        """Return the words in front of the argument."""
        raise NotImplementedError

    def run(self) -> list[nodes.Node]:
        """Return the box."""
        said = str(self.title())  # translators get the text, not its translation
        title = nodes.title(said, said)
        if self.arguments:
            words, _messages = self.parse_inline(self.arguments[0], lineno=self.lineno)
            title += [nodes.Text(" "), *words]
            title.rawsource = f"{title.rawsource} {self.arguments[0]}"
        box = nodes.admonition("", title, classes=[self.css_class])
        self.set_source_info(box)
        box += self.parse_content_to_nodes()
        return [box]


class WrongFix(Titled):
    """A popular fix that does not fix."""

    css_class = "warning"

    def title(self) -> str:
        """Return the words in front of the fix."""
        return _("A wrong fix:")


class Misleading(Titled):
    """What the text of the message gets wrong."""

    css_class = "attention"

    def title(self) -> str:
        """Return the title."""
        return _("The text leads astray")


class Older(SphinxDirective):
    """How an older release words the message: the argument names the release."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return what opens on the other wording; its line is written later."""
        entry = wording("", "\n".join(self.content), "older")
        entry["releases"] = self.arguments[0]
        return [entry]


def name_releases(app: Sphinx, doctree: nodes.document) -> None:
    """Write the line of each other wording in the language of the build."""
    for entry in doctree.findall(details):
        if "releases" in entry:
            entry[0] += nodes.Text(reads_in(entry.attributes.pop("releases")))


def reads_in(releases: str) -> str:
    """Return the line above what a message reads like in other releases."""
    return _("How it reads in torch {releases}").format(releases=releases)


def wording(line: str, text: str, *classes: str) -> details:
    """Return a line that opens on ``text``, the words of another release."""
    block = nodes.literal_block(text, text, language="none")
    return details("", summary("", line), block, classes=list(classes))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directives, and write before the finder and the search read."""
    app.setup_extension("sphinxext.disclosure")
    app.add_directive("rare", Rare)
    app.add_directive("wrong-fix", WrongFix)
    app.add_directive("misleading", Misleading)
    app.add_directive("older", Older)
    app.connect("doctree-read", name_releases, priority=150)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
