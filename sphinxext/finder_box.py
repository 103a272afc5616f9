"""The place on a page to paste an error, with all its words."""

from __future__ import annotations

from html import escape

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.locale import get_translation
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri
from sphinx.util.typing import ExtensionMetadata
from sphinx.writers.html5 import HTML5Translator

from sphinxext.finder_data import NAME

_ = get_translation("interface")

BOX = """\
<div class="finder" id="finder" hidden {data}>
<label for="finder-text">{label}</label>
<textarea id="finder-text" rows="6" spellcheck="false" autocomplete="off"
 autocapitalize="off" aria-describedby="finder-hint"></textarea>
<p id="finder-hint">{hint}</p>
<div aria-live="polite"><p class="finder-said"></p><ol class="finder-found"></ol></div>
</div>
"""


class finder_box(nodes.General, nodes.Element):
    """Stands for the place."""


class Finder(SphinxDirective):
    """Put the place to paste an error on the page; it needs a script to show."""

    def run(self) -> list[nodes.Node]:
        """Return the place."""
        return [finder_box()]


def visit_box(self: HTML5Translator, node: finder_box) -> None:
    """Write the box with all its words; a browser without scripts keeps it hidden."""
    if self.builder.name == "epub":
        raise nodes.SkipNode
    here = self.builder.get_target_uri(self.builder.current_docname)
    source = relative_uri(here, f"_static/{NAME}")
    data = {
        "source": f"{source}?v={self.builder.env.finder_version}",
        "root": relative_uri(here, ""),
        "found": _("Best match first:"),
        "none": _("No message of autograd reads like this. Choose a family:"),
        "failed": _("The messages could not be loaded. Use the lists below."),
        "warning": _("warning"),
    }
    words = " ".join(f'data-{name}="{escape(text)}"' for name, text in data.items())
    label = escape(_("Paste your error"))
    hint = escape(
        _(
            "A message, a part of it, or a whole traceback. "
            "Numbers, shapes and names do not matter. Nothing leaves your browser."
        )
    )
    self.body.append(BOX.format(data=words, label=label, hint=hint))
    raise nodes.SkipNode


def skip(self: nodes.NodeVisitor, node: nodes.Element) -> None:
    """Leave the box out where nothing can be pasted."""
    raise nodes.SkipNode


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive and its place."""
    paper = {name: (skip, None) for name in ("latex", "text", "man", "texinfo")}
    app.add_node(finder_box, html=(visit_box, None), **paper)
    app.add_directive("finder", Finder)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
