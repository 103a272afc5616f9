"""What readers download: notebooks in plain Markdown, archives of fixed bytes."""

from __future__ import annotations

import json
import os
import re
import zipfile
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

DATE = (1980, 1, 1, 0, 0, 0)
"""The oldest date that a zip can hold: the same in every build."""

LINK = re.compile(r":doc:`(?:(?P<text>[^`<]+?)\s*<[^`>]*>|(?P<target>[^`<]+))`")


def title_of(lessons: Path, target: str) -> str:
    """Return the title of the lesson that ``target`` names, else ``target``."""
    script = lessons / f"{target.removeprefix('/lessons/')}.py"
    if not script.is_file():
        return target.rpartition("/")[2].replace("_", " ")
    return script.read_text("utf-8").split("\n")[1]


def plain(text: str, lessons: Path) -> str:
    """Return ``text`` with links to other pages as words: a notebook has no pages."""

    def words(match: re.Match[str]) -> str:
        name = match["text"] or title_of(lessons, match["target"])
        return f"*{' '.join(name.split())}*"

    return LINK.sub(words, text)


def clean_notebook(path: Path, lessons: Path) -> None:
    """Rewrite the notebook at ``path`` where its text holds markup of Sphinx.

    What sphinx-gallery wrote is kept beside it: where a lesson that it names gets
    another title, sphinx-gallery does not write it again.
    """
    before = path.read_text("utf-8")
    beside = path.with_name(f"{path.name}.before")
    kept = json.loads(beside.read_text("utf-8")) if beside.exists() else {}
    raw = kept["raw"] if kept.get("clean") == before else before
    notebook = json.loads(raw)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = [plain("".join(cell["source"]), lessons)]
    after = json.dumps(notebook, indent=2, ensure_ascii=False) + "\n"
    if after != before:
        path.write_text(after, "utf-8")
        beside.write_text(json.dumps({"raw": raw, "clean": after}), "utf-8")


def fix_archive(path: Path) -> None:
    """Pack the archive at ``path`` anew from the files beside it, sorted by name.

    It takes the time of its newest member: sphinx-gallery packs the large ones in
    every build, and a newer file would make Sphinx read the page again.
    """
    with zipfile.ZipFile(path) as archive:
        members = [path.parent / name for name in sorted(archive.namelist())]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in members:
            name = member.relative_to(path.parent).as_posix()
            entry = zipfile.ZipInfo(name, DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, member.read_bytes())
    newest = max((member.stat().st_mtime_ns for member in members), default=0)
    os.utime(path, ns=(newest, newest))


def fix(app: Sphinx) -> None:
    """Clean all notebooks, then pack the archives that hold them."""
    (folder,) = app.config.sphinx_gallery_conf["gallery_dirs"]
    lessons = app.srcdir / folder
    for notebook in sorted(lessons.glob("*/*.ipynb")):
        clean_notebook(notebook, lessons)
    for archive in sorted(lessons.glob("**/*.zip")):
        fix_archive(archive)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Run after sphinx-gallery, which listens at priority 500."""
    app.connect("builder-inited", fix, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
