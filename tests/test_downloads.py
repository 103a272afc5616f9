"""Every download runs in a fresh process, elsewhere, with nothing of ours."""

import importlib.metadata
import json
import os
import re
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import ROOT, lessons_of
from difference import contents, first_difference

from sphinxext.promise import cells_of


def needs(names):
    """Return these packages and all that they need, as far as they are installed."""
    found, queue = {}, list(names)
    while queue:
        name = re.split(r"[^A-Za-z0-9_.-]", queue.pop())[0].lower().replace("_", "-")
        if not name or name in found:
            continue
        try:
            package = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        found[name] = package
        queue += [need for need in package.requires or [] if "extra ==" not in need]
    return found.values()


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    """A folder that holds what a reader has installed, and nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    for package in needs(["torch", "numpy", "matplotlib"]):
        for top in {path.parts[0] for path in package.files or []} - {
            "..",
            "__pycache__",
        }:
            source = Path(str(package.locate_file(top)))
            if source.exists() and not (folder / top).exists():
                (folder / top).symlink_to(source)
    return folder


def run_as_reader(source, folder, reader):
    """Run ``source`` in a fresh process in ``folder``; return what it printed."""
    done = subprocess.run(
        [sys.executable, "-S", "-P", "-W", "error", "-"],
        input=source,
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(reader)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == done.returncode, done.stderr
    assert "" == done.stderr
    return done.stdout


def promised(lesson):
    return "".join(f"{p.text}\n" for cell in cells_of(lesson) for p in cell.promises)


def code_of(notebook):
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


@pytest.fixture(scope="module")
def printed(built, reader, tmp_path_factory):
    """What each download prints, scripts and notebooks, two at a time."""
    folder = tmp_path_factory.mktemp("elsewhere")
    sources = {}
    for lesson in lessons_of(ROOT):
        (script,) = built.glob(f"_downloads/*/{lesson.name}")
        (notebook,) = built.glob(f"_downloads/*/{lesson.stem}.ipynb")
        sources[script.name] = script.read_text("utf-8")
        cells = ["".join(cell["source"]) for cell in code_of(notebook)]
        sources[notebook.name] = "\n".join(cells)
    with ThreadPoolExecutor(2) as pool:
        runs = pool.map(
            lambda text: run_as_reader(text, folder, reader), sources.values()
        )
        return dict(zip(sources, runs, strict=True))


def test_every_edition_offers_the_same_downloads(built, edition):
    one, other = contents(built / "_downloads"), contents(edition / "_downloads")

    assert "" == first_difference(one, other)
    assert 2 * len(lessons_of(ROOT)) < len(one)


@pytest.mark.parametrize("lesson", lessons_of(ROOT), ids=lambda path: path.stem)
def test_a_download_prints_what_it_promises(printed, lesson):
    assert promised(lesson) == printed[lesson.name]
    assert promised(lesson) == printed[f"{lesson.stem}.ipynb"]


def test_a_download_with_a_package_of_ours_is_refused(tmp_path, reader):
    for name in ("sphinxext", "livegraph", "sphinx", "pytest"):
        with pytest.raises(AssertionError, match="No module named"):
            run_as_reader(f"import {name}", tmp_path, reader)


def test_a_script_is_downloaded_as_it_is(built):
    for lesson in lessons_of(ROOT):
        (script,) = built.glob(f"_downloads/*/{lesson.name}")
        assert lesson.read_bytes() == script.read_bytes()


def test_a_notebook_holds_no_markup_of_ours_and_no_output(built):
    notebooks = list(built.glob("_downloads/*/plot_*.ipynb"))

    assert len(lessons_of(ROOT)) == len(notebooks)
    for notebook in notebooks:
        text = notebook.read_text("utf-8")
        assert ":doc:" not in text, notebook.name
        assert ".. math" not in text, notebook.name
        assert all(cell["outputs"] == [] for cell in code_of(notebook))


@pytest.mark.parametrize("kind", ["python", "jupyter"])
def test_one_archive_holds_all_lessons(built, kind):
    ending = {"python": ".py", "jupyter": ".ipynb"}[kind]
    (archive,) = built.glob(f"_downloads/*/lessons_{kind}.zip")

    names = zipfile.ZipFile(archive).namelist()

    assert sorted(p.stem + ending for p in lessons_of(ROOT)) == sorted(
        name.rpartition("/")[2] for name in names
    )
