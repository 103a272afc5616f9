"""The words of the site itself as a catalogue: extensions, templates, pictures."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import furo
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from livegraph.words import messages
from tools.fingerprint import ROOT

ASKING = ("_", "N_", "label", "word")
"""What is called with a text to get it translated, or to note that it will be."""


def of_code(path: Path) -> Iterator[str]:
    """Yield the words that the Python file ``path`` asks for, in f-strings too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"), str(path))):
        if isinstance(node, ast.Call) and node.args:
            said = node.args[0]
            asks = isinstance(node.func, ast.Name) and node.func.id in ASKING
            if asks and isinstance(said, ast.Constant) and isinstance(said.value, str):
                yield said.value


def of_templates(folder: Path) -> Iterator[str]:
    """Yield the words that the templates below ``folder`` ask for."""
    for found in extract_from_dir(folder, [("**.html", "jinja2")]):
        yield str(found[2])


def write(folder: Path) -> None:
    """Write ``interface.pot``, pictures included, and ``theme.pot`` for the theme."""
    theme = set(of_templates(Path(inspect.getfile(furo)).parent / "theme"))
    ours = {*of_templates(ROOT / "docs" / "_templates"), *messages().values()}
    for path in sorted((ROOT / "sphinxext").glob("*.py")):
        ours.update(of_code(path))
    for name, words in (("interface", ours), ("theme", theme - ours)):
        catalogue = Catalog(project="Autograd Field Guide")
        for word in sorted(words):
            catalogue.add(word)
        with (folder / f"{name}.pot").open("wb") as opened:
            write_po(opened, catalogue, width=0)
