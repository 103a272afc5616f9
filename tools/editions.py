"""Build the site in every language that conf.py names, in one process.

The first language is read, run and written as Sphinx does. The others are made from
what that has parsed; coloured code and recorded graphs are those of the first.

Usage: python -m tools.editions [OPTIONS OF SPHINX] DOCTREES SOURCE OUTPUT
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path

from sphinx import locale
from sphinx.cmd.build import build_main

from tools.languages import languages, translated


def arguments(language: str, options: list[str], places: list[Path]) -> list[str]:
    """Return what to tell Sphinx for the edition in ``language``."""
    doctrees, source, output = places
    settings = (f"language={language}", f"edition_of={doctrees}")
    said = [part for setting in settings for part in ("-D", setting)]
    folders = (translated(doctrees, language), source, translated(output, language))
    return [*options, *said, "-d", *map(str, folders)]


def main(given: list[str]) -> int:
    """Build all editions; return Sphinx's exit status, the first that is not 0."""
    options, places = given[:-3], [Path(place) for place in given[-3:]]
    _own, *others = languages(Path(options[options.index("-c") + 1], "conf.py"))
    status = build_main([*options, "-d", *map(str, places)])
    for language in others:
        if status:
            break
        # Sphinx would add to the words of the last language
        locale.translators.pop(("general", "sphinx"), None)
        status = build_main(arguments(language, options, places))
    # at its end Python looks through all that was made: a second and a half
    gc.freeze()
    return status


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
