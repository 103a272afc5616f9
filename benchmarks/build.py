"""Time builds beside what they cannot do without, in one run on this machine.

Usage: python -m benchmarks.build [--repeats 3] [--scale 100 300 1000]

CPU seconds count all processes. Every build runs in a copy of the project in a
temporary folder. Ratios are those of medians: the same machine, the same hour.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import build_project, build_stock
from benchmarks.build_cost import Cost, cost, median, spread

HTML = ("-m", "tools.site", "html")
DOCTEST = ("-m", "tools.site", "doctest")
MEASURED = "docs/measured/recording_cost.md"
UNEXECUTED = ("-D", "plot_gallery=0", "-D", "nb_execution_mode=off")

Case = Callable[[Path], Cost]


def start(project: Path) -> Cost:
    """Start Python and import Sphinx."""
    return cost(["-c", "import sphinx.cmd.build, sphinx.application"], project)


def lessons(project: Path) -> Cost:
    """Run all lessons in one process."""
    return cost(["-m", "benchmarks.build_alone", "lessons"], project)


def notebook(project: Path) -> Cost:
    """Run the measured page's notebook alone."""
    return cost(["-m", "benchmarks.build_alone", "notebook", MEASURED], project)


def unexecuted(project: Path) -> Cost:
    """Build all pages with nothing executed, promised, recorded or drawn."""
    clean(project)
    folders = ("-c", ".", "-d", "_build/trees", "docs", "_build/unexecuted")
    return cost(["-m", "sphinx", "-q", "-b", "html", *UNEXECUTED, *folders], project)


def cold(project: Path) -> Cost:
    """Build the site with nothing there from before."""
    clean(project)
    return cost(HTML, project)


def idle(project: Path) -> Cost:
    """Build again with nothing changed; the copy holds a site."""
    return cost(HTML, project)


def changed(project: Path) -> Cost:
    """Build again with one lesson changed; the copy holds a site."""
    build_project.change_one(project)
    return cost(HTML, project)


def doctest(project: Path) -> Cost:
    """Prove all lessons and snippets with nothing there from before."""
    clean(project)
    return cost(DOCTEST, project)


def stock(project: Path) -> Cost:
    """Make the lessons a gallery with stock sphinx-gallery."""
    with tempfile.TemporaryDirectory() as folder:
        gallery = build_stock.make(Path(folder), project / "examples")
        return cost(["-m", "sphinx", "-q", "-b", "html", ".", "out"], gallery)


def clean(project: Path) -> None:
    """Remove what builds have left in the copy ``project``."""
    for name in ("_build", "docs/lessons"):
        shutil.rmtree(project / name, ignore_errors=True)


WHOLE: dict[str, Case] = {
    "start": start,
    "lessons": lessons,
    "notebook": notebook,
    "unexecuted": unexecuted,
    "doctest": doctest,
    "cold": cold,
    "idle": idle,
    "changed": changed,
}
"""Cases in the order in which they run: the last two need the site of ``cold``."""
ENGLISH: dict[str, Case] = {"cold": cold, "idle": idle, "changed": changed}
"""Cases with one language."""
ALONE: dict[str, Case] = {"stock": stock, "cold": cold, "doctest": doctest}
"""Cases with the lessons in one language and no other page, as stock has them."""
LIMIT = ("lessons", "notebook", "unexecuted")


def line(name: str, costs: list[Cost]) -> str:
    """Return one row of the table."""
    middle = median(costs)
    return (
        f"{name:<24}{middle.cpu:>8.2f}  {spread(costs):>16}"
        f"{middle.wall:>9.2f}{middle.peak:>9.0f}"
    )


HEAD = f"{'':<24}{'CPU s':>8}  {'from … to':>16}{'wall s':>9}{'peak MB':>9}"


Costs = dict[str, list[Cost]]
Table = tuple[dict[str, Case], Path]
"""Cases, and the copy of the project that they build."""


def measure(tables: list[Table], repeats: int) -> list[Costs]:
    """Return the costs of each table's cases; each round runs all, in order.

    A machine is faster in one minute than in the next: what is compared stands in
    the same round.
    """
    costs: list[Costs] = [{name: [] for name in cases} for cases, _ in tables]
    for number in range(repeats):
        for found, (cases, project) in zip(costs, tables, strict=True):
            for name, case in cases.items():
                print(f"round {number + 1} of {repeats}: {name}", flush=True)
                found[name].append(case(project))
    return costs


def ratios(whole: Costs, english: Costs, alone: Costs) -> list[str]:
    """Return each figure beside what it is to reach."""
    cpu = {name: median(costs).cpu for name, costs in whole.items()}
    one = {name: median(costs).cpu for name, costs in english.items()}
    own = {name: median(costs).cpu for name, costs in alone.items()}
    limit = sum(cpu[name] for name in LIMIT)
    rows = (
        ("one language / limit", one["cold"] / limit, "at most 1.25"),
        ("both / one language", cpu["cold"] / one["cold"], "at most 1.25"),
        ("stock / html, lessons", own["stock"] / own["cold"], "at least 1.4"),
        ("doctest / lessons", own["doctest"] / cpu["lessons"], "at most 1.25"),
        ("one changed - start, s", cpu["changed"] - cpu["start"], "at most 2.5"),
        ("  in one language, s", one["changed"] - cpu["start"], "at most 2.5"),
        ("none changed - start, s", cpu["idle"] - cpu["start"], "at most 1.5"),
    )
    return [f"{name:<24}{value:>8.2f}  {target}" for name, value, target in rows]


def compare(repeats: int) -> None:
    """Measure all cases and print the tables."""
    with tempfile.TemporaryDirectory() as folder:
        project = build_project.copy(Path(folder) / "whole")
        one = build_project.english_alone(build_project.copy(Path(folder) / "one"))
        small = build_project.copy(one.with_name("lessons"), one)
        build_project.lessons_alone(small)
        tables = [(WHOLE, project), (ENGLISH, one), (ALONE, small)]
        whole, english, alone = measure(tables, repeats)
    print(f"\n{HEAD}")
    kinds = ("", "one language: ", "lessons alone: ")
    for kind, costs in zip(kinds, (whole, english, alone), strict=True):
        for name in costs:
            print(line(f"{kind}{name}", costs[name]))
    print(f"\nlimit: {' + '.join(LIMIT)}")
    print("\n".join(ratios(whole, english, alone)))


def scale(counts: list[int]) -> None:
    """Build the lessons, copied to each of ``counts``; print time and memory."""
    print(f"\n{HEAD}{'CPU ms each':>13}")
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            project = build_project.copy(Path(folder) / "project")
            build_project.grow(build_project.lessons_alone(project), count)
            used = cold(project)
            row = line(f"{count} lessons", [used])
            print(f"{row}{used.cpu * 1000 / count:>13.0f}", flush=True)


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.build")
    parser.add_argument("--repeats", type=int, default=3, help="rounds of all cases")
    parser.add_argument("--scale", type=int, nargs="+", help="counts of lessons")
    options = parser.parse_args()
    if options.scale:
        scale(options.scale)
    else:
        compare(options.repeats)


if __name__ == "__main__":
    main()
