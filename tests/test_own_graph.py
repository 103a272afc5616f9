"""Code on a page that is run and drawn: the picture, the words, what is refused."""

import sys

from conftest import AWKWARD, HOME, LESSON, run, site, tiny_site

CODE = """\
import torch

w = torch.tensor([1.0], requires_grad=True)
x = torch.tensor([2.0], requires_grad=True)
a = x + w
b = w + 1
y = a * b
y.backward()
"""


def block(code=CODE, options=":roots: y\n"):
    return f"```{{livegraph}}\n{options}\n{code}```\n"


def build(folder, page, command="html"):
    """Put ``page`` below the home page of a tiny site and build it."""
    copy = tiny_site(folder / AWKWARD, {"a": LESSON}, HOME + "\n" + page)
    result = site(copy, command)
    return copy, result._replace if False else result


def built_by(copy, builder):
    """Run one more builder of Sphinx in ``copy``."""
    words = ("-n", "-W", "-b", builder, "-c", ".", "docs", f"_build/{builder}")
    return run(copy, sys.executable, "-m", "sphinx", *words)
