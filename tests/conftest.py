"""What the tests share: copies of the project, a tiny site, and a count of proofs."""

from __future__ import annotations

import functools
import gettext
import logging
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import build_project  # noqa: E402
from sphinxext import catalogue  # noqa: E402
from tools.browser import find  # noqa: E402
from tools.languages import languages  # noqa: E402

LANGUAGES = languages(ROOT / "conf.py")
"""The folder of each language of the site; the first is the one it is written in."""
SOME_PAGES = (
    "index",
    "lessons/index",
    "lessons/1_first_graph/plot_1_two_paths",
    "errors/index",
    "errors/backward",
    "livegraph/index",
    "measured/recording_cost",
    "questions",
    "glossary",
    "search",
    "404",
)
"""One page of each kind, where a test of all pages would take too long."""

FIGURES = pytest.StashKey[dict[str, str]]()
AWKWARD = "a path 带 空格 和 汉字"
"""Every build of the tests runs in a folder of this name."""


CLIPPED = """() => [...document.querySelectorAll("article *")]
  .filter((e) => e.checkVisibility() && !e.closest("svg, math, [aria-hidden=true]"))
  .filter((e) => {
    const box = e.getBoundingClientRect();
    if (box.width < 2 || box.right <= innerWidth + 1) return false;
    for (let up = e.parentElement; up; up = up.parentElement)
      if (["auto", "scroll"].includes(getComputedStyle(up).overflowX)) return false;
    return true;
  })
  .map((e) => e.outerHTML.slice(0, 120))"""
"""What stands beyond the right edge and can't be scrolled to, as a script."""

SIDEWAYS = """() => Math.max(...[...document.querySelectorAll("html, .content")]
  .map((e) => e.scrollWidth - e.clientWidth))"""
"""How many pixels a page scrolls sideways, itself or its text as a whole."""

CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


LONGEST_FIRST = ("accessibility", "setup", "builds", "downloads", "contribute")
"""Files of tests to begin with, so that no core waits for another at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest."""
    order = {f"test_{name}": place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: order.get(item.path.stem, len(order)))


def pytest_configure(config: pytest.Config) -> None:
    """Start the table of figures."""
    config.stash[FIGURES] = {}


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand a worker's figures to the process that prints them."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["figures"] = session.config.stash[FIGURES]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    """Take what a worker has measured; one that crashed has left nothing."""
    node.config.stash[FIGURES].update(
        getattr(node, "workeroutput", {}).get("figures", {})
    )


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print the figures that the tests measured."""
    if config.stash[FIGURES]:
        terminalreporter.section("figures")
        for name, figure in config.stash[FIGURES].items():
            terminalreporter.line(f"{name}: {figure}")


@pytest.fixture(scope="session")
def figures(pytestconfig: pytest.Config) -> dict[str, str]:
    """Figures to print with the summary."""
    return pytestconfig.stash[FIGURES]


@functools.cache
def project_files() -> list[Path]:
    """Return what a clone would hold, tracked or about to be."""
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    paths = [ROOT / name for name in names.split("\0") if name]
    return [path for path in paths if path.is_file()]


def lend_environment(copy: Path) -> None:
    """Let ``copy`` use this environment as its ``.venv`` instead of a new one."""
    from tools.pins import fingerprint

    reader = copy / ".venv"
    reader.mkdir()
    for name in ("bin", "lib", "pyvenv.cfg"):
        (reader / name).symlink_to(Path(sys.prefix) / name)
    stamp = fingerprint(copy / "requirements.txt")
    (reader / "installed").write_text(stamp, "utf-8")


def copy_project(folder: Path, source: Path = ROOT) -> Path:
    """Put a fresh clone's files in ``folder``, ready to build."""
    for path in project_files():
        name = path.relative_to(ROOT)
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source / name, folder / name)
    lend_environment(folder)
    return folder


@dataclass(frozen=True)
class Result:
    """How a command ended and what it said."""

    status: int
    said: str


def run(copy: Path, *command: str, **environment: str) -> Result:
    """Run ``command`` in ``copy``; a ``make`` that runs the tests is not seen there."""
    outer = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")
    inherited = {name: text for name, text in os.environ.items() if name not in outer}
    done = subprocess.run(
        command,
        cwd=copy,
        env=inherited | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    return Result(done.returncode, done.stdout)


def site(copy: Path, command: str, **environment: str) -> Result:
    """Run one command of ``tools.site`` in ``copy``."""
    return run(copy, sys.executable, "-m", "tools.site", command, **environment)


LESSON = '''\
"""
A sum has slope one
===================

A claim.

You need: nothing.
"""

import torch

w = torch.tensor(1.0, requires_grad=True)

# %%
# Text.

(w + 1).backward()
print(w.grad)
# > tensor(1.)
'''

HOME = build_project.HOME.replace("# Lessons", "# Tiny")

PART = """\
Part
====

.. lessons:: plot_*
"""


def tiny_site(
    folder: Path,
    lessons: dict[str, str],
    home: str = HOME,
    chinese: dict[str, str] | None = None,
) -> Path:
    """Make a whole small site in ``folder`` with our settings and these ``lessons``.

    It has a Chinese edition where ``chinese`` has catalogues for it, by name.
    """
    for name in ("sphinxext", "livegraph", "tools", "docs/_static", "docs/_templates"):
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for name in ("conf.py", "requirements.txt"):
        shutil.copy2(ROOT / name, folder / name)
    if chinese is None:
        build_project.english_alone(folder)
    else:
        for name, text in chinese.items():
            path = folder / "locale" / "zh_CN" / "LC_MESSAGES" / f"{name}.po"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    (folder / "docs" / "index.md").write_text(home, "utf-8")
    part = folder / "examples" / "1_part"
    part.mkdir(parents=True)
    shutil.copy2(ROOT / "examples" / "index.rst", folder / "examples" / "index.rst")
    (part / "index.rst").write_text(PART, "utf-8")
    for name, text in lessons.items():
        (part / f"plot_{name}.py").write_text(text, "utf-8")
    lend_environment(folder)
    return folder


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project that all tests share; none changes it.

    Where tests run in several processes, the first that comes makes it.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    copy = shared / "clone" / AWKWARD
    with FileLock(shared / "clone.lock"):
        if not copy.exists():
            copy_project(copy)
    return copy


@pytest.fixture(scope="session")
def built(checkout: Path, figures: dict[str, str]) -> Path:
    """The site, built strictly in ``checkout``, once for all processes."""
    report = checkout.parent / "build.txt"
    with FileLock(checkout.parent / "build.lock"):
        if not report.exists():
            result = site(checkout, "html")
            report.write_text(f"{result.status}\n{result.said}", "utf-8")
            proven = re.findall("^proven.*", result.said, re.MULTILINE)
            figures["html build"] = "; ".join(proven)
    status, _, said = report.read_text("utf-8").partition("\n")
    assert status == "0", said
    return checkout / "_build" / "html"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once; a test opens a context of its own."""
    if find() is None and "CI" not in os.environ:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find(), args=CHROMIUM)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """Each language of the site in turn."""
    return request.param


@pytest.fixture(scope="session")
def edition(built: Path, language: str) -> Path:
    """The folder with the pages of ``language``."""
    return built / LANGUAGES[language]


@pytest.fixture(scope="session")
def word(language: str) -> Callable[[str], str]:
    """What the site says in ``language`` for an English word of its interface."""
    known = catalogue.words(ROOT / "locale", language, gettext.NullTranslations())

    def say(english: str) -> str:
        said = known.gettext(english)
        assert language == "en" or said != english, f"not translated: {english}"
        return said

    return say


def pages_of(edition: Path) -> list[Path]:
    """Return the pages of one language; the folders of others stand in the first."""
    others = [edition / folder for folder in LANGUAGES.values() if folder]
    return [
        page
        for page in sorted(edition.rglob("*.html"))
        if not any(page.is_relative_to(folder) for folder in others)
    ]


def each_page(
    names: Sequence[str], translated: Sequence[str] = SOME_PAGES
) -> pytest.MarkDecorator:
    """Ask for all of ``names`` in English, elsewhere for those in ``translated``."""
    pairs = [
        (language, name)
        for language in LANGUAGES
        for name in names
        if language == "en" or name in translated
    ]
    return pytest.mark.parametrize(
        ("language", "name"), pairs, indirect=["language"], scope="session"
    )


class Said(logging.Handler):
    """Keeps what is logged: ``INFO: text``."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep ``record`` as text, before Sphinx changes it."""
        self.texts.append(f"{record.levelname}: {record.getMessage()}")


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What our extensions say to Sphinx, which hears it inside a build alone."""
    logger = logging.getLogger("sphinx.sphinxext")
    handler = Said()
    monkeypatch.setattr(logger, "propagate", False)
    monkeypatch.setattr(logger, "level", logging.INFO)
    logger.addHandler(handler)
    yield handler.texts
    logger.removeHandler(handler)


def lessons_of(folder: Path) -> list[Path]:
    """Return all lessons of the project in ``folder``."""
    return sorted(folder.glob("examples/*/plot_*.py"))
