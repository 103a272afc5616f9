"""Rewrite the promises of one script from what it prints.

Usage: python -m sphinxext.rewrite [--write] SCRIPT

Shows the difference; ``--write`` changes the file. What the script prints is
for the author to judge: this only saves the typing.
"""

from __future__ import annotations

import argparse
import difflib
import io
import sys
import traceback
from pathlib import Path

from sphinxext.promise import cells_of
from sphinxext.rewrite_cell import code_lines, rewritten
from sphinxext.run import as_main, lineno_of, run_cell


class ByStatement(io.StringIO):
    """Collects output by the line of the script, outside any function, that ran."""

    def __init__(self, path: Path) -> None:
        """Watch the script at ``path``."""
        super().__init__()
        self.path = str(path)
        self.parts: list[tuple[int, str]] = []

    def write(self, text: str) -> int:
        """Keep ``text`` with the line that led to it."""
        stack = traceback.extract_stack()
        own = [frame.lineno for frame in stack if frame.filename == self.path]
        self.parts.append((own[0], text))
        return super().write(text)

    def lines(self) -> list[tuple[int, str]]:
        """Return each line of output with that of the statement that ended it."""
        lines = []
        rest = ""
        for lineno, text in self.parts:
            *ended, rest = (rest + text).split("\n")
            lines += [(lineno, line) for line in ended]
        if rest:
            lines.append((lineno, rest))
        return lines


def rewrite(path: Path) -> str:
    """Run the script at ``path`` and return its text with true promises.

    Raises what the script raises, and ``SyntaxError`` for what is not Python.
    """
    lines = path.read_text("utf-8").split("\n")
    cells = cells_of(path)
    with as_main(path) as namespace:
        runs = []
        for cell in cells:
            stream = ByStatement(path)
            run_cell(cell, namespace, stream)
            runs.append((cell, stream.lines()))
    for cell, printed in reversed(runs):
        begin = cell.lineno - 1
        lines[begin : begin + len(code_lines(cell))] = rewritten(cell, printed)
    return "\n".join(lines)


def main() -> None:
    """Show the difference, and write it on request."""
    parser = argparse.ArgumentParser(prog="python -m sphinxext.rewrite")
    parser.add_argument("script", type=Path)
    parser.add_argument("--write", action="store_true", help="change the file")
    chosen = parser.parse_args()
    path = chosen.script.resolve()
    if not path.is_file():
        raise SystemExit(f"{chosen.script}: there is no such file")
    try:
        new = rewrite(path)
    except Exception as error:
        where = f"{chosen.script}:{lineno_of(error, path)}"
        raise SystemExit(f"{where}: {type(error).__name__}: {error}") from None
    old = path.read_text("utf-8")
    name = str(chosen.script)
    sys.stdout.writelines(
        difflib.unified_diff(
            old.splitlines(keepends=True), new.splitlines(keepends=True), name, name
        )
    )
    if old == new:
        print(f"{name}: every promise holds")
    elif chosen.write:
        path.write_text(new, "utf-8")
        print(f"{name}: written")


if __name__ == "__main__":
    main()
