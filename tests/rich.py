"""A tiny site that has one of everything that a build can leave stale."""

from __future__ import annotations

from pathlib import Path

from conftest import LESSON, tiny_site

PART = "examples/1_part"

PICTURED = """
# %%
# :doc:`/lessons/1_part/plot_a` has another slope.

y = w * 3
# graph: y
print(y.item())
# > 3.0
"""

HOME = """\
# Tiny

A site: {doc}`page`, {ref}`marked` and {term}`leaf`.

```{toctree}
:hidden:
lessons/index
page
errors/index
changelog
```

```{graph} /lessons/1_part/plot_b.1.graph
```

```{doctest}
>>> 1 + 1
2
```
"""

PAGE = """\
# A page

It leads to {doc}`/lessons/1_part/plot_a`.

(marked)=
## A marked part

Words.

```{glossary}
leaf
  A tensor that no operation made.
```

```{livegraph}
:roots: y
import torch
w = torch.ones(1, requires_grad=True)
y = w + w
```
"""

ERRORS = """\
# Errors

```{finder}
```

```{toctree}
:glob:
about_*
```
```{toctree}
all
```
"""

ALL = """\
# All messages

```{all-messages}
```
"""

FAMILY = """\
# Messages of backward

## No graph to walk

```{doctest} none
>>> import torch
>>> torch.ones(1).backward()
Traceback (most recent call last):
RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn
```
"""

CHINESE = """\
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "A marked part"
msgstr "有名字的一节"
"""

CHANGES = """\
# Changelog

## [0.1.0] - 2026-01-02

- Everything.
"""


def titled(title: str) -> str:
    """Return the small lesson under another title."""
    return LESSON.replace("A sum has slope one\n===================", title_of(title))


def title_of(title: str) -> str:
    """Return ``title`` as it stands in reST."""
    return f"{title}\n{'=' * len(title)}"


def rich_site(folder: Path) -> Path:
    """Make the site in ``folder``, ready to build: two lessons, six pages, twice."""
    lessons = {"a": LESSON, "b": titled("A product") + PICTURED}
    tiny_site(folder, lessons, HOME, {"page": CHINESE})
    for name, text in {
        "docs/page.md": PAGE,
        "docs/errors/index.md": ERRORS,
        "docs/errors/about_backward.md": FAMILY,
        "docs/errors/all.md": ALL,
        "docs/changelog.md": "```{include} ../CHANGELOG.md\n```\n",
        "CHANGELOG.md": CHANGES,
    }.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder
