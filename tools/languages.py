"""The languages of the site, as conf.py names them, and where each is built."""

from __future__ import annotations

import runpy
from pathlib import Path


def languages(conf: Path) -> dict[str, str]:
    """Return the folder of each language of the site, whose own is first."""
    return runpy.run_path(str(conf))["site_languages"]


def translated(output: Path, language: str) -> Path:
    """Return where the edition beside the one in ``output`` is written."""
    return output.with_name(f"{output.name}.{language}")


def built(conf: Path, output: Path) -> dict[str, Path]:
    """Return what stands in each folder of the site, after a build in ``output``."""
    return {
        folder: translated(output, language) if folder else output
        for language, folder in languages(conf).items()
    }
