"""Styles that stand in a page's html, moved to a file that the policy allows.

furo writes its colours and livegraph its widths into the page. A policy without
``unsafe-inline`` refuses both. Pages with the same styles share one file.
"""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any
from zlib import crc32

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from sphinxext.finish import add_step

FOLDER = "_static/inline"

STYLE = re.compile(r' style="([^"]*)"')
CLASS = re.compile(r'\sclass="')
ELEMENT = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def class_of(declarations: str) -> str:
    """Return the name of the class that stands for ``declarations``."""
    return f"s-{crc32(declarations.encode()):08x}"


def move_attributes(page: str) -> tuple[str, dict[str, str]]:
    """Replace each ``style`` attribute by a class; return declarations by class."""
    found = {}
    parts, end = [], 0
    for style in STYLE.finditer(page):
        # the signs around tags are escaped in text, and in what attributes say
        begin = page.rindex("<", 0, style.start())
        declarations = unescape(style[1]).strip().rstrip(";")
        name = class_of(declarations)
        found[name] = declarations
        close = page.index(">", style.end())
        tag = page[begin : style.start()] + page[style.end() : close]
        parts += [page[end:begin], with_class(tag, name)]
        end = close
    return "".join([*parts, page[end:]]), found


def with_class(tag: str, name: str) -> str:
    """Return ``tag``, as far as its end, with one class more."""
    if CLASS.search(tag):
        return CLASS.sub(f' class="{name} ', tag, count=1)
    return re.sub(r"(<[\w-]+)", rf'\1 class="{name}"', tag, count=1)


def move(page: str, outdir: Path, root: str) -> str:
    """Write the styles of ``page`` to a file below ``outdir``; return the page.

    ``root`` is the relative address of ``outdir`` as the page sees it.
    """
    page, attributes = move_attributes(page)
    elements = [" ".join(text.split()) for text in ELEMENT.findall(page)]
    # an attribute wins over every selector but those with an id
    rules = [f":is(#_,.{name}){{{text}}}" for name, text in sorted(attributes.items())]
    sheet = "\n".join([*elements, *rules]) + "\n"
    name = f"{crc32(sheet.encode()):08x}.css"
    folder = outdir / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(sheet, "utf-8")
    link = f'<link rel="stylesheet" href="{root}{FOLDER}/{name}">'
    return ELEMENT.sub("", page).replace("</head>", f"{link}\n</head>", 1)


def choose(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object
) -> None:
    """Move the styles of every page of the site."""
    if app.builder.name == "html":
        root = context["content_root"].removeprefix("./")
        add_step(context, lambda text: move(text, Path(app.outdir), root))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Listen before ``sphinxext.policy``, which refuses what is left."""
    app.connect("html-page-context", choose, priority=800)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
