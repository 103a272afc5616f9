"""Copies of the project, in which a benchmark may build and change what it likes."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from tools.workspace import BUILD, LESSONS, ROOT

KEPT_OUT = shutil.ignore_patterns(".*", "__pycache__", "jupyter_execute", "tests")
LANGUAGES = re.compile(r"^site_languages = \{.*?\}", re.MULTILINE | re.DOTALL)
ENGLISH = 'site_languages = {"en": ""}'
HOME = """\
# Lessons

```{toctree}
lessons/index
```

```{doctest}
>>> 1 + 1
2
```
"""


def copy(target: Path, source: Path = ROOT) -> Path:
    """Copy what a build reads from ``source`` to the folder ``target``."""

    def kept_out(folder: str, names: list[str]) -> set[str]:
        found = KEPT_OUT(folder, names)
        made = (BUILD.relative_to(ROOT), LESSONS.relative_to(ROOT))
        below = Path(folder).relative_to(source)
        return found | {name for name in names if below / name in made}

    shutil.copytree(source, target, ignore=kept_out)
    return target


def lessons_alone(project: Path) -> Path:
    """Take every page but the lessons out of the copy ``project``."""
    docs = project / "docs"
    for path in docs.iterdir():
        if path.name not in ("_static", "_templates"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    (docs / "index.md").write_text(HOME, "utf-8")
    for lesson in scripts(project):
        unlink_pages(lesson)
    return project


def english_alone(project: Path) -> Path:
    """Take the other languages out of the settings of the copy ``project``."""
    conf = project / "conf.py"
    settings, count = LANGUAGES.subn(ENGLISH, conf.read_text("utf-8"))
    if count != 1:
        raise ValueError(f"{conf}: no site_languages = {{…}} to shorten")
    conf.write_text(settings, "utf-8")
    return project


def unlink_pages(lesson: Path) -> None:
    """Turn the links of ``lesson`` to pages that are no lessons into words."""
    text = lesson.read_text("utf-8")
    lesson.write_text(re.sub(r":doc:`/(?!lessons/)[^`]+`", "there", text), "utf-8")


def scripts(project: Path) -> list[Path]:
    """Return the lessons of ``project`` in the order of their names."""
    return sorted(project.glob("examples/*/plot_*.py"))


def grow(project: Path, count: int) -> None:
    """Copy the lessons of ``project``, part by part, until there are ``count``."""
    parts = sorted(path for path in (project / "examples").glob("*/") if path.is_dir())
    there, turn = len(scripts(project)), 1
    while there < count:
        for part in parts:
            new = part.with_name(f"{part.name}_{turn:03}")
            lessons = sorted(part.glob("plot_*.py"))[: count - there]
            if not lessons:
                return
            new.mkdir()
            shutil.copy2(part / "index.rst", new)
            for path in lessons:  # sphinx-gallery wants names of their own
                shutil.copy2(path, new / f"{path.stem}_{turn:03}.py")
            there += len(lessons)
        turn += 1


def change_one(project: Path) -> None:
    """Add a sentence to the text of one lesson."""
    lesson = scripts(project)[1]
    text = lesson.read_text("utf-8")
    lesson.write_text(text.replace("# %%\n# ", "# %%\n# One more sentence. ", 1))
