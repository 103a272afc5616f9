"""Names in code that lead to PyTorch's documentation, found without a network.

``torch_names.txt`` says which names have a page. What a name in code stands for
is read from the page's own code: imports, and what variables are made from. A
name links once a block, and one that could mean something else not at all.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from html import escape, unescape
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

NAMES = Path(__file__).with_suffix(".txt")

BLOCK = re.compile(
    r'<div class="[^"]*highlight-(?:Python|ipython3|python|pycon|default)\b[^>]*>'
    r'<div class="highlight"><pre>(.*?)</pre>',
    re.DOTALL,
)
TAGS = re.compile(r"<[^>]+>")
PART = r'<span class="(?:n|nn|nc|nf|nb|fm|vm|nd)">@?[\w.]+</span>'
DOT = r'<span class="o">\.</span>'
CHAIN = re.compile(rf"(?P<after>[)\]]</span>{DOT})?{PART}(?:{DOT}{PART})*")
IMPORT = re.compile(r"^\W*import (torch[\w.]*)(?: as (\w+))?", re.MULTILINE)
FROM = re.compile(r"^\W*from (torch[\w.]*) import (.+)", re.MULTILINE)
OTHER = re.compile(r"^\W*(?:import|from) (?!torch)(\w+)", re.MULTILINE)
MADE = re.compile(r"(\w+) = ([\w.]+)\(")

OWNERS = ("torch.optim.Optimizer", "torch.nn.Module")
NODE, TENSOR = "torch.autograd.graph.Node", "torch.Tensor"


@functools.cache
def pages() -> dict[str, str]:
    """Return the page of each name, as ``torch_names.txt`` has them."""
    found = {}
    for line in NAMES.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            name, _, page = line.partition(" ")
            found[name] = page or f"generated/{name}.html"
    return found


def meanings(code: str) -> dict[str, str]:
    """Return what names in ``code`` stand for: modules, and classes of variables.

    A name that stands for nothing of torch stands for the empty string.
    """
    found = dict.fromkeys(OTHER.findall(code), "")
    for module, alias in IMPORT.findall(code):
        found[alias or "torch"] = module if alias else "torch"
    for module, names in FROM.findall(code):
        for name in names.strip("()").split(","):
            words = name.split()
            if words:
                found[words[-1]] = f"{module}.{words[0]}"
    for variable, maker in MADE.findall(code):
        first, _, rest = maker.partition(".")
        made = f"{found.get(first, '')}.{rest}"
        for owner in OWNERS:
            if made.startswith(owner.rpartition(".")[0]) and made in pages():
                found[variable] = owner
    return found


def owner_of(before: str, first: str | None, name: str) -> str:
    """Return the class that has the attribute ``name`` of a value.

    ``before`` is the name to the left of it; ``first``, where it is not None, is
    the known class of that value.
    """
    if first:
        return first
    return NODE if before == "grad_fn" or name == "next_functions" else TENSOR


def name_of(
    parts: list[str], known: Mapping[str, str], *, after: bool
) -> tuple[str, int, int]:
    """Return what ``parts``, joined by dots, name, and which of them say so.

    ``after`` tells that they follow a value: ``.sum`` in ``(w * w).sum``. The
    name is empty where they name nothing that has a page.
    """
    first = None if after else known.get(parts[0])
    if first is not None and first not in OWNERS:
        for end in range(len(parts), 0, -1):
            name = ".".join([first, *parts[1:end]])
            if name in pages():
                return name, 0, end
        return "", 0, 0
    for place in range(0 if after else 1, len(parts)):
        before = parts[place - 1] if place else ""
        owner = owner_of(before, first if place == 1 else None, parts[place])
        name = f"{owner}.{parts[place]}"
        if name in pages():
            return name, place, place + 1
    return "", 0, 0


def link_block(html: str, known: Mapping[str, str], base: str) -> str:
    """Return the highlighted code ``html`` with each known name linked once."""
    done = set()

    def link(match: re.Match[str]) -> str:
        after = match["after"] or ""
        spans = re.split(f"({DOT})", match[0][len(after) :])
        parts = [TAGS.sub("", span).removeprefix("@") for span in spans[::2]]
        name, begin, end = name_of(parts, known, after=bool(after))
        if not name or name in done:
            return match[0]
        done.add(name)
        begin, end = 2 * begin, 2 * end - 1
        address = escape(base + pages()[name])
        linked = f'<a class="api" href="{address}">{"".join(spans[begin:end])}</a>'
        return "".join([after, *spans[:begin], linked, *spans[end:]])

    return CHAIN.sub(link, html)


def link_body(body: str, base: str) -> str:
    """Return the page's ``body`` with the names in all its code linked."""
    found = list(BLOCK.finditer(body))
    linked = link_blocks(tuple(block[1] for block in found), base)
    parts, end = [], 0
    for block, html in zip(found, linked, strict=True):
        parts += [body[end : block.start(1)], html]
        end = block.end(1)
    return "".join([*parts, body[end:]])


@functools.cache
def link_blocks(blocks: tuple[str, ...], base: str) -> list[str]:
    """Return all code of a page linked; it is the same in every language."""
    known = meanings("\n".join(unescape(TAGS.sub("", block)) for block in blocks))
    return [link_block(block, known, base) for block in blocks]


def link_page(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object
) -> None:
    """Link the names on one page; an epub is read without a network."""
    if app.builder.name != "epub" and "body" in context:
        context["body"] = link_body(context["body"], app.config.torch_documentation)


def take_over(app: Sphinx) -> None:
    """Remove what makes sphinx-gallery link the names in lessons its own way.

    It would replace the code blocks, without their ids, by others in which no
    name links as long as no inventory was fetched.
    """
    (folder,) = app.config.sphinx_gallery_conf["gallery_dirs"]
    for names in (Path(app.srcdir) / folder).glob("*/*.codeobj.json"):
        names.unlink()


def setup(app: Sphinx) -> ExtensionMetadata:
    """Link names on each page; sphinx-gallery listens at priority 500."""
    app.add_config_value("torch_documentation", "", "html", str)
    app.connect("builder-inited", take_over, priority=960)
    app.connect("html-page-context", link_page, priority=300)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
