"""Say how much of each package the tests reach; fail where that is too little.

Usage: python -m tools.reached REPORT (what ``coverage json`` wrote)
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tools.say import fail

PACKAGES = ("livegraph", "sphinxext")
LEAST = 95.0
"""In percent, of lines and of branches, each by itself."""
COUNTS = {
    "lines": ("covered_lines", "num_statements"),
    "branches": ("covered_branches", "num_branches"),
}


def percent(report: Path, package: str) -> dict[str, float]:
    """Return what part of the lines and of the branches of ``package`` was run."""
    files = json.loads(report.read_text("utf-8"))["files"]
    own = [
        file["summary"]
        for name, file in files.items()
        if Path(name).parts[0] == package
    ]
    return {
        what: 100 * sum(file[reached] for file in own) / sum(file[all_] for file in own)
        for what, (reached, all_) in COUNTS.items()
    }


def main() -> None:
    """Print a line for each package, and end with an error below the limit."""
    report = Path(sys.argv[1])
    little = []
    for package in PACKAGES:
        for what, part in percent(report, package).items():
            print(f"{package}: {part:.1f} % of the {what}")
            if part < LEAST:
                little.append(f"{package}: {part:.1f} % of the {what}")
    if little:
        fail(
            f"Reached by tests, {LEAST:.0f} % wanted: {'; '.join(little)}. "
            "Delete what nothing needs, or test what it does."
        )


if __name__ == "__main__":
    main()
