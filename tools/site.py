"""Every command line of this project, once. ``make`` and ``nox`` call it.

Usage: python -m tools.site COMMAND
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools import offline as packing
from tools import translations as catalogues
from tools import unchanged, workspace
from tools import versions as other_releases
from tools.browser import chromium
from tools.languages import built
from tools.pins import mismatches
from tools.say import disk_is_full, fail
from tools.workspace import ROOT, SITE, WORK

PROBLEMS = WORK / "problems.txt"
"""Where Sphinx writes warnings and errors too, to be repeated at the end."""

CHANGES = (
    *("TORCH", "PYTORCH", "ATEN", "DNNL_", "ONEDNN_"),
    *("OMP_", "MKL_", "KMP_", "OPENBLAS_", "NPY_"),
    *("PYTHON", "IPYTHON", "JUPYTER", "MPLBACKEND", "MATPLOTLIB"),
    *("LANGUAGE", "SOURCE_DATE_EPOCH"),  # Sphinx writes its year on every page
)
"""How the names begin of what changes results, or the look of pages."""
HARMLESS = {"PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX"}


SPREAD_FROM = 100
"""So many lessons make pages whose reading and writing is spread over all cores."""


def environment() -> dict[str, str]:
    """Return the environment without what changes what a page shows.

    What its user has set up for IPython and matplotlib at home stays out too.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in HARMLESS or not name.startswith(CHANGES)
    }
    return kept | {
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "IPYTHONDIR": str(WORK / "ipython"),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "MATPLOTLIBRC": os.devnull,
    }


def processes() -> int:
    """Return how many processes read and write pages; lessons run in the first."""
    lessons = sum(1 for _ in workspace.SCRIPTS.glob("*/plot_*.py"))
    return (os.cpu_count() or 1) if lessons >= SPREAD_FROM else 1


def sphinx(builder: str) -> int:
    """Build with every warning an error; return Sphinx's exit status."""
    doctrees = str(WORK / f"{builder}.doctrees")
    command = [
        *(sys.executable, "-m", "tools.editions" if builder == "html" else "sphinx"),
        *("-n", "-W", "--keep-going"),  # a page with a warning is not published
        *("-j", str(processes())),
        *("-w", str(PROBLEMS), "-b", builder),
        *("-c", str(ROOT)),
        *([doctrees] if builder == "html" else ["-d", doctrees]),
        *(str(ROOT / "docs"), str(WORK / builder)),
    ]
    settings = environment()
    if builder == "epub":
        settings["SOURCE_DATE_EPOCH"] = packing.released()
    done = subprocess.run(command, env=settings, cwd=ROOT, check=False, close_fds=False)
    return done.returncode


def check_pins() -> None:
    """Exit where the installed packages are not those that the site is proven with."""
    wrong = mismatches(ROOT / "requirements.txt")
    if wrong:
        fail(
            f"{'; '.join(wrong)}.\nDelete the folder {sys.prefix} and run the same "
            "command again: it is made anew with the right versions."
        )


def build(builder: str) -> None:
    """Run one builder in the work folder; exit where it fails."""
    check_pins()
    try:
        workspace.prepare(builder)
    except OSError as error:
        fail(f"Nothing was built: {error}. {workspace.ALLOW}")
    status = sphinx(builder)
    workspace.finish(builder, good=status == 0)
    if status:
        if PROBLEMS.exists():
            print("\n" + PROBLEMS.read_text("utf-8").strip(), file=sys.stderr)
        why = "The disk is full. Free some space" if disk_is_full(WORK) else ""
        fail(
            f"{why or 'Not built. Correct what is named above'} and run "
            f"make {builder} again; the last good site is where it was."
        )


def put_in_place(inputs: str) -> None:
    """Publish what was built from ``inputs``, a digest; exit where that fails."""
    try:
        workspace.publish(built(ROOT / "conf.py", WORK / "html"))
        unchanged.note(inputs)
    except OSError as error:
        fail(f"The site could not be copied to {SITE}: {error}. Free some space.")


def html() -> None:
    """Build the site and put it in place, unless it stands there already."""
    with workspace.alone():
        inputs = unchanged.inputs(environment())
        if unchanged.holds(inputs):
            print("Nothing has changed since this site was built.")
        else:
            build("html")
            put_in_place(inputs)
    print(f"\nOpen {SITE / 'index.html'}")


def offline() -> None:
    """Build the site and the e-book, and pack both for reading without a network."""
    html()
    with workspace.alone():
        build("epub")
        try:
            files = packing.write()
        except OSError as error:
            fail(f"The files could not be packed: {error}. Free some space.")
    print("\n" + "\n".join(f"{path}: {path.stat().st_size:,} bytes" for path in files))


def doctest() -> None:
    """Prove every lesson and every snippet."""
    with workspace.alone():
        build("doctest")
    print("\nEverything that the lessons and pages print is proven.")


def links() -> None:
    """Ask every link that leaves the site whether it still leads somewhere."""
    with workspace.alone():
        build("linkcheck")


def serve() -> None:
    """Serve the site on this machine; rebuild and reload when a file is saved."""
    check_pins()
    watched = [
        argument
        for name in ("examples", "livegraph", "sphinxext", "conf.py")
        for argument in ("--watch", str(ROOT / name))
    ]
    command = [
        *(sys.executable, "-m", "sphinx_autobuild", "-n", *watched),
        *("--re-ignore", r"docs/lessons/|__pycache__", "-c", str(ROOT)),
        *("-D", "content_policy=0"),  # it would refuse the script that reloads
        *("-D", "editions=0"),  # the other languages are built by make html
        *("-d", str(WORK / "serve.doctrees"), str(ROOT / "docs"), str(WORK / "serve")),
    ]
    try:
        subprocess.run(command, env=environment(), cwd=ROOT, check=False)
    except KeyboardInterrupt:
        print("\nstopped")


def test(arguments: list[str]) -> None:
    """Run every test; one summary at the end."""
    print(f"browser: {chromium() or 'none, so the tests in a browser are left out'}")
    processes = ("-n", str(min(os.cpu_count() or 1, 4)), "--dist", "loadfile")
    ordered = ("--no-loadscope-reorder", *arguments)  # as tests/conftest.py says
    command = [sys.executable, "-m", "pytest", *processes, *ordered]
    status = subprocess.run(command, cwd=ROOT, check=False).returncode
    if status:
        fail("Not all tests passed: the summary above names each, with file and line.")


def measure() -> None:
    """Time recording on this machine, and keep the figures as data."""
    check_pins()
    command = [sys.executable, "-m", "benchmarks.recording_cost"]
    raise SystemExit(subprocess.run(command, cwd=ROOT, check=False).returncode)


def translations() -> None:
    """Bring every catalogue up to date, and list what is new or fuzzy."""
    with workspace.alone():
        build("gettext")
        catalogues.extract(WORK / "gettext", WORK / "templates")
        catalogues.refresh(WORK / "templates")
    waiting = [str(message) for message in catalogues.open_messages()]
    print("\n".join(waiting))
    print(f"{len(waiting)} messages to translate, then run make html.")


def versions(releases: list[str]) -> None:
    """Run the doctest build on other torch releases; keep what differs as data."""
    other_releases.main(releases)


def lint() -> None:
    """Check style, spelling, and the files that other services read."""
    schema = ("check_jsonschema", "--builtin-schema")
    commands = (
        ("ruff", "check"),
        ("ruff", "format", "--check"),
        ("codespell_lib",),
        ("sphinxlint", "docs", "examples", "README.md", "CONTRIBUTING.md"),
        (*schema, "vendor.github-workflows", ".github/workflows/site.yml"),
        (*schema, "vendor.readthedocs", ".readthedocs.yaml"),
    )
    failed = []
    for number, words in enumerate(commands, 1):
        print(f"{number} of {len(commands)}: {' '.join(words)}", flush=True)
        command = [sys.executable, "-m", *words]
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            failed.append(" ".join(words))
    if failed:
        fail(f"Correct what is named above. Failed: {'; '.join(failed)}")


def clean() -> None:
    """Remove everything that a build makes; the environments stay."""
    for folder in (workspace.BUILD, workspace.LESSONS):
        shutil.rmtree(folder, ignore_errors=True)
    for cache in ROOT.glob("*/**/__pycache__"):
        if ".venv" not in Path(cache).parts[-3:]:
            shutil.rmtree(cache, ignore_errors=True)


COMMANDS = {
    command.__name__: command
    for command in (
        *(html, offline, doctest, links, serve, test, lint, measure),
        *(translations, versions, clean),
    )
}


def main() -> None:
    """Run the command that the first argument names."""
    parser = argparse.ArgumentParser(prog="python -m tools.site")
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument(
        "arguments", nargs="*", help="test: passed to pytest; versions: torch releases"
    )
    chosen, rest = parser.parse_known_args()
    if chosen.command in ("test", "versions"):
        COMMANDS[chosen.command]([*chosen.arguments, *rest])
    else:
        COMMANDS[chosen.command]()


if __name__ == "__main__":
    main()
