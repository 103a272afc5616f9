"""The lessons as a gallery that stock sphinx-gallery makes, with stock settings."""

from __future__ import annotations

import shutil
from pathlib import Path

CONF = """\
project = "stock"
extensions = ["sphinx_gallery.gen_gallery"]
html_theme = "furo"
sphinx_gallery_conf = {"examples_dirs": "examples", "gallery_dirs": "lessons"}
"""
HOME = """\
Stock
=====

.. toctree::

   lessons/index
"""
HEADER = "GALLERY_HEADER.rst"
"""What sphinx-gallery makes the page of a folder from."""


def make(folder: Path, lessons: Path) -> Path:
    """Put the scripts of the folder ``lessons`` in a project of their own."""
    for path in [lessons, *lessons.glob("*/")]:
        if (path / "index.rst").exists():
            target = folder / "examples" / path.relative_to(lessons)
            target.mkdir(parents=True, exist_ok=True)
            title = (path / "index.rst").read_text("utf-8").split("\n")[:2]
            (target / HEADER).write_text("\n".join([*title, ""]), "utf-8")
            for script in path.glob("plot_*.py"):
                shutil.copy2(script, target)
    (folder / "conf.py").write_text(CONF, "utf-8")
    (folder / "index.rst").write_text(HOME, "utf-8")
    return folder
