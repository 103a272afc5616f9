"""Compare the mutants that no test killed with those that are explained.

Usage: python -m tools.mutants (after ``mutmut run``)

``tests/mutants.toml`` explains: where a mutant turns ``was`` into one of
``becomes``, the code does the same, and ``why``. ``where`` names one function;
without it, the explanation holds everywhere.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.say import fail
from tools.workspace import ROOT

EXPLAINED = ROOT / "tests" / "mutants.toml"
DEAD = {"killed", "timeout"}
"""What mutmut says of a change that a test saw, or that made a test hang."""


@dataclass(frozen=True)
class Mutant:
    """A change of one function: the lines before, and those after."""

    name: str
    was: str
    becomes: str

    @property
    def where(self) -> str:
        """The function: ``package.module.Class.method``."""
        function = self.name.rpartition("__mutmut_")[0]
        return re.sub(r"\.x[_ǁ]", ".", function).replace("ǁ", ".")

    def is_meant_by(self, entry: dict[str, Any]) -> bool:
        """Tell whether ``entry`` of the table explains this change."""
        changed = (self.was.replace(entry["was"], text) for text in entry["becomes"])
        return (
            entry.get("where", self.where) == self.where
            and entry["was"] in self.was
            and self.becomes in changed
        )


def mutmut(*arguments: str) -> list[str]:
    """Return the lines that one command of mutmut prints."""
    command = [sys.executable, "-m", "mutmut", *arguments]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    return done.stdout.decode().splitlines()


def mutant_of(name: str) -> Mutant:
    """Return the mutant called ``name``."""
    lines = [line for line in mutmut("show", name) if line[:3] not in ("---", "+++")]
    was, becomes = (
        "\n".join(line[1:].strip() for line in lines if line.startswith(sign))
        for sign in "-+"
    )
    return Mutant(name, was, becomes)


def problems(alive: list[Mutant], table: Path) -> list[str]:
    """Name each mutant without an explanation and each explanation without one."""
    entries = tomllib.loads(table.read_text("utf-8"))["equal"]
    found = [
        f"{mutant.name}: no test fails where\n    {mutant.was}\nbecomes\n"
        f"    {mutant.becomes}"
        for mutant in alive
        if not any(mutant.is_meant_by(entry) for entry in entries)
    ]
    return found + [
        f"{table.name}: nothing survives where {entry['was']} becomes another text"
        for entry in entries
        if not any(mutant.is_meant_by(entry) for mutant in alive)
    ]


def main() -> None:
    """Print how many were tried and how many live; fail where one is unexplained."""
    states = [line.strip().rsplit(": ", 1) for line in mutmut("results", "--all", "1")]
    alive = [mutant_of(name) for name, state in states if state not in DEAD]
    wrong = problems(alive, EXPLAINED)
    print(f"{len(states)} mutants, {len(states) - len(alive)} killed")
    if wrong:
        fail("\n".join([*wrong, "Write a test, or say in the table why it is equal."]))
    print(f"{len(alive)} alive, each explained in {EXPLAINED.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
