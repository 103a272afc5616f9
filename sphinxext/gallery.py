"""Hooks of sphinx-gallery: fresh state, no bare values, no unproven failures."""

from __future__ import annotations

import ast
import gc
import os
import re
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata
from sphinx_gallery import gen_gallery, gen_rst

from sphinxext.compare import Failure, bare_value
from sphinxext.promise import Cell
from sphinxext.run import VALUE, uncaught
from sphinxext.state import isolated
from sphinxext.stop import stop

NEVER_RUNS = {"doctest", "versions", "gettext", "linkcheck", "dummy"}
"""Builders that need the lessons' text alone; the first two run them themselves."""

_script = ExitStack()
_refused: list[tuple[Path, Failure]] = []


def reset(gallery_conf: dict[str, Any], name: str | None, when: str) -> None:
    """Isolate each script; sphinx-gallery calls this before and after it runs."""
    _script.close()
    if when == "before" and is_script(name):
        _script.enter_context(isolated())


def is_script(name: str | None) -> bool:
    """Tell a script from a folder, for which sphinx-gallery calls ``reset`` too."""
    return str(name).endswith(".py")


def scrape(
    block: tuple[str, str, int],
    block_vars: dict[str, Any],
    gallery_conf: dict[str, Any],
) -> str:
    """Note a cell that ends in a bare value; return the reST to put below it."""
    _, source, lineno = block
    cell = Cell(Path(block_vars["src_file"]), lineno, source, ())
    failure = bare_value(cell, block_vars["example_globals"].get(VALUE))
    if failure:
        refuse(Path(block_vars["target_file"]), failure)
    return ""


def refuse(target: Path, failure: Failure) -> None:
    """End the build with ``failure`` once all scripts have run.

    ``target`` is sphinx-gallery's copy of the script, which takes it for a good one.
    """
    _refused.append((target, failure))


def choose_execution(app: Sphinx) -> None:
    """Leave the scripts unrun where the builder does not need their output."""
    if app.builder.name in NEVER_RUNS:
        app.config.plot_gallery = False


def check_syntax(app: Sphinx) -> None:
    """End the build where a script is not Python; sphinx-gallery would crash on it."""
    (source,) = app.config.sphinx_gallery_conf["examples_dirs"]
    failures = []
    for path in sorted((app.srcdir / source).resolve().glob("**/*.py")):
        try:
            ast.parse(path.read_bytes(), str(path))
        except SyntaxError as error:
            failures.append(uncaught(error, path))
    stop(failures)


def report_failures(app: Sphinx) -> None:
    """End the build where a script raised or ended a cell in a bare value."""
    failures = []
    for target, failure in _refused:
        failures.append(failure)
        # without this, the next build would not run the script again
        target.with_name(target.name + ".md5").unlink(missing_ok=True)
    raised = app.config.sphinx_gallery_conf["failing_examples"]
    failures += [failure_of(Path(name), text) for name, text in raised.items()]
    _refused.clear()
    stop(failures)


def failure_of(path: Path, text: str) -> Failure:
    """Turn sphinx-gallery's traceback ``text`` of ``path`` into one failure."""
    lines = re.findall(rf'File "{re.escape(str(path))}", line (\d+)', text)
    message = [line for line in text.rstrip().split("\n") if not line.startswith(" ")]
    return Failure(
        path,
        int(lines[-1]) if lines else 1,
        "an uncaught error or warning",
        "",
        "\n".join(message[1:]),
    )


def leave_matplotlib() -> None:
    """Keep sphinx-gallery from importing matplotlib to choose what it draws with.

    A lesson that imports it draws without a screen all the same.
    """
    os.environ.setdefault("MPLBACKEND", "agg")
    gen_gallery._import_matplotlib = lambda: None


def collect_young() -> None:
    """Let sphinx-gallery look for garbage among what the last script made, alone.

    It looks before each script, and torch keeps more with each part that is used.
    """
    gen_rst.gc = SimpleNamespace(collect=partial(gc.collect, 1))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Run before and after sphinx-gallery, which listens at priority 500."""
    leave_matplotlib()
    collect_young()
    app.connect("builder-inited", choose_execution, priority=5)
    app.connect("builder-inited", check_syntax, priority=5)
    app.connect("builder-inited", report_failures, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
