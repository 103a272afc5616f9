"""What torch imports at the first use of forward mode, without its own warnings.

That module warns about itself, in a script where a warning is an error; and it
takes 0.2 s, which most builds need not spend.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType

NAME = "torch._decomp.decompositions_for_jvp"


class Quiet(SourceFileLoader):
    """Runs a module whose warnings are not for the script that imports it."""

    def exec_module(self, module: ModuleType) -> None:
        """Run ``module`` as Python does, with all warnings ignored."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            super().exec_module(module)


class Finder(MetaPathFinder):
    """Lets ``Quiet`` run the module ``NAME``, and no other."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Return where the module is; ``None`` for all that others are to find."""
        if fullname != NAME:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.origin is not None:
            spec.loader = Quiet(fullname, spec.origin)
        return spec


def silence() -> None:
    """Import the module without its warnings from here on, when it is needed."""
    sys.meta_path.insert(0, Finder())
