"""What is put off: Jupyter's machinery until a notebook runs, most of the collector.

MyST-NB imports a kernel's client and a data base to read a page. Where no page
with a notebook is read, nothing calls them. Python looks for garbage each time
that 700 objects were made; a build makes millions, and keeps most. conf.py names
this extension first.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

CLIENTS = {
    "myst_nb.core.execute.cache": "NotebookClientCache",
    "myst_nb.core.execute.direct": "NotebookClientDirect",
    "myst_nb.core.execute.inline": "NotebookClientInline",
}
"""Modules, and the one class of each that MyST-NB calls to run a page."""

OBJECTS, TIMES = 50_000, 50
"""How many objects are made, and collections done, before the next and a larger."""


def caller(module: str, name: str) -> Callable[..., Any]:
    """Return what imports ``module`` at its first call, and calls its ``name``."""

    def call(*arguments: Any, **options: Any) -> Any:
        if isinstance(sys.modules[module], Late):
            del sys.modules[module]
        return getattr(import_module(module), name)(*arguments, **options)

    return call


class Late(ModuleType):
    """Stands for a module that is not imported yet."""


def setup(app: Sphinx) -> ExtensionMetadata:
    """Put something light in the place of each module that nothing has imported."""
    gc.set_threshold(OBJECTS, TIMES, TIMES)
    for module, name in CLIENTS.items():
        if module not in sys.modules:
            stand_in = sys.modules[module] = Late(module)
            setattr(stand_in, name, caller(module, name))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
