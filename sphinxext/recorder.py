"""Record the live graph while a lesson runs, and keep what ``# graph: y`` asks for.

livegraph imports torch, so it is imported when a script is about to run.
"""

from __future__ import annotations

import pickle
import re
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinxext.compare import Failure
from sphinxext.gallery import is_script, refuse

if TYPE_CHECKING:
    from livegraph.record import Tape

MARK = re.compile(r"^# graph: (?P<roots>.+)$", re.MULTILINE)

_open = ExitStack()
_tapes: list[Tape] = []


def script_names() -> dict[str, Any]:
    """Return the globals of the script that is running."""
    return vars(sys.modules["__main__"])


def reset(gallery_conf: dict[str, Any], name: str | None, when: str) -> None:
    """Open a tape before each script and close it after."""
    _open.close()
    _tapes.clear()
    if when == "before" and is_script(name):
        from livegraph import record

        _tapes.append(_open.enter_context(record(names=script_names)))


def scrape(
    block: tuple[str, str, int],
    block_vars: dict[str, Any],
    gallery_conf: dict[str, Any],
) -> str:
    """Keep the graph that a mark in this cell asks for; return its directive."""
    _, source, lineno = block
    match = MARK.search(source)
    if not match:
        return ""
    target = Path(block_vars["target_file"])
    block_vars["graphs"] = block_vars.get("graphs", 0) + 1
    roots = [name.strip() for name in match["roots"].split(",")]
    try:
        graph = _tapes[0].graph(*roots, names=block_vars["example_globals"])
    except (ValueError, TypeError) as error:
        line = lineno + source[: match.start()].count("\n")
        wrong = f"no graph can be drawn: {error}"
        refuse(target, Failure(Path(block_vars["src_file"]), line, wrong))
        return ""
    path = target.with_suffix(f".{block_vars['graphs']}.graph")
    path.write_bytes(pickle.dumps(graph))
    return f"\n.. graph:: {path.name}\n\n"
