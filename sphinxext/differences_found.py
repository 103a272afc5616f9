"""What all examples do on one release: what runs apart tells of, counted and kept."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from sphinxext.differences import Difference, Example, difference_of
from sphinxext.forks import Tell, forked

LONGEST = 300
"""Seconds after which an example that does not end counts as a crash."""

Say = Callable[[Example, str, str], None]
"""Tells of an example, how it differs, and what is there instead.

It is "crash" before the example runs, and "" where the example is left out.
"""


@dataclass
class Found:
    """The examples that ran on a release, and what they did otherwise."""

    release: tuple[int, ...]
    examples: set[Example] = field(default_factory=set)
    differences: list[Difference] = field(default_factory=list)
    left_out: int = 0

    def apart(self, run: Callable[[Say], object], page: str) -> None:
        """Let a child ``run`` examples of ``page``; keep the differences it tells of.

        Raises ``ChildProcessError`` where the child fails by itself.
        """

        def saying(tell: Tell) -> None:
            def say(example: Example, kind: str, there: str) -> None:
                tell(Difference(example, self.release, kind, there).line())

            run(say)

        lines, ended = forked(saying, LONGEST, page)
        self.left_out += sum(not values["kind"] for values in lines)
        found = [difference_of(values) for values in lines if values["kind"]]
        self.differences += [one for one in found if one.kind != "crash"]
        if ended:
            self.differences.append([one for one in found if one.kind == "crash"][-1])

    def facts(self) -> dict[str, Any]:
        """Return what the examples ran with, and counts."""
        import numpy
        import torch

        return {
            "build": torch.version.cuda and f"cuda {torch.version.cuda}" or "cpu",
            "python": ".".join(platform.python_version_tuple()[:2]),
            "numpy": numpy.__version__,
            "examples": len(self.examples),
            "different": len(self.differences),
            "not compared": self.left_out,
        }

    def dump(self) -> str:
        """Return all of it as JSON."""
        result = {
            "facts": self.facts(),
            "examples": [asdict(example) for example in sorted(self.examples)],
            "differences": [json.loads(d.line()) for d in sorted(self.differences)],
        }
        return json.dumps(result, ensure_ascii=False, indent=1)
